using System.Runtime.CompilerServices;

namespace Levelkeeper.Reports.Tests;

/// <summary>Compares output with a file that a person has read and approved: <c>Name.approved.html</c> beside the test.</summary>
/// <remarks>On a difference the output is kept as <c>Name.received.html</c> (ignored by git): read it, and rename it when it is right.</remarks>
internal static class Approval
{
    public static void Verify(string output, string name, string extension = "html", [CallerFilePath] string test = "")
    {
        var beside = Path.Combine(Path.GetDirectoryName(test)!, name);
        var approved = $"{beside}.approved.{extension}";
        var received = $"{beside}.received.{extension}";
        if (File.Exists(approved) && File.ReadAllText(approved) == output)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, output);
        Assert.Fail(File.Exists(approved) ? $"{Path.GetFileName(received)} differs from the approved file." : $"{Path.GetFileName(received)} has not been approved yet.");
    }

    /// <summary>Every approved file below a folder must be named by a test beside it, or it approves nothing.</summary>
    public static IEnumerable<string> Dangling([CallerFilePath] string here = "")
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(here)!, "*.approved.*", SearchOption.AllDirectories))
        {
            var name = Path.GetFileName(file);
            name = name[..name.IndexOf(".approved.", StringComparison.Ordinal)];
            var tests = Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*Test.cs").Select(File.ReadAllText);
            if (!tests.Any(t => t.Contains($"\"{name}\"", StringComparison.Ordinal)))
                yield return file;
        }
    }
}
