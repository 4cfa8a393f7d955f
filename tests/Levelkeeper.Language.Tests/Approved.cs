namespace Levelkeeper.Language.Tests;

/// <summary>Texts that are checked in and read by reviewers: the program must still write them just so.</summary>
internal static class Approved
{
    /// <summary>A path inside the repository, found from where the tests run.</summary>
    public static string PathOf(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Levelkeeper.slnx")))
                return Path.Combine([folder.FullName, .. parts]);
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>Compares with the file; with <c>LEVELKEEPER_APPROVE=1</c> writes it, for a reviewer to see in the difference.</summary>
    public static void Check(string text, params string[] path)
    {
        var file = PathOf(path);
        if (Environment.GetEnvironmentVariable("LEVELKEEPER_APPROVE") == "1")
            File.WriteAllText(file, text);
        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (approved == text)
            return;
        var (ours, theirs) = (text.Split('\n'), approved.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(ours.Length, theirs.Length)).First(i => ours.ElementAtOrDefault(i) != theirs.ElementAtOrDefault(i));
        Assert.Fail($"""
            {string.Join('/', path)} differs from line {line + 1} on.
              checked in: {theirs.ElementAtOrDefault(line)}
              now:        {ours.ElementAtOrDefault(line)}
            If the new text is right, write it with LEVELKEEPER_APPROVE=1 ./test, and commit it.
            """);
    }
}
