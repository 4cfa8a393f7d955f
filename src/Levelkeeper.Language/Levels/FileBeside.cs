namespace Levelkeeper.Language.Levels;

/// <summary>The names of files that agreements name: relative to the file that names them.</summary>
public static class FileBeside
{
    /// <summary>The name of a file that lies beside another, in one way only: an agreement that extends itself is told by it.</summary>
    /// <param name="file">The file that names it.</param>
    /// <param name="name">As it is written there, with <c>/</c> between folders.</param>
    /// <returns>Its name from where the first one's name starts; begins with <c>..</c> when it lies outside of that.</returns>
    public static string Name(string file, string name)
    {
        var parts = new List<string>();
        foreach (var part in Path.Combine(Path.GetDirectoryName(file) ?? "", name).Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] is not ("" or ".."))
                parts.RemoveAt(parts.Count - 1);
            else if (part != "." && (part.Length > 0 || parts.Count == 0))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
