namespace Levelkeeper.Connectors.Tests;

/// <summary>Files of the repository that tests read: samples and documentation.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "Levelkeeper.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }
}
