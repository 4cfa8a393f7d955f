using System.Reflection;
using System.Text.Json;

namespace Levelkeeper.Conformance.Tests;

/// <summary>The cases of one form: those that ship with the tests, and those of every further file in the folder named by <c>LEVELKEEPER_CONFORMANCE</c>.</summary>
internal static class ConformanceCases
{
    /// <summary>Reads the cases by a name that is unique over all files.</summary>
    /// <param name="shipped">The embedded file.</param>
    /// <param name="keys">What an entry has that is of this form; files of other forms may lie in the same folder.</param>
    public static Dictionary<string, JsonElement> Load(string shipped, params string[] keys)
    {
        var cases = new Dictionary<string, JsonElement>();
        using (var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(shipped)!)
            Add(cases, shipped, JsonDocument.Parse(stream).RootElement, keys);
        var folder = Environment.GetEnvironmentVariable("LEVELKEEPER_CONFORMANCE");
        if (!string.IsNullOrEmpty(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
                Add(cases, "extra/" + Path.GetFileName(file), JsonDocument.Parse(File.ReadAllText(file)).RootElement, keys);
        }

        return cases;
    }

    private static void Add(Dictionary<string, JsonElement> cases, string file, JsonElement root, string[] keys)
    {
        var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("cases", out var inner) ? inner : root;
        if (list.ValueKind != JsonValueKind.Array)
            return;
        var position = 0;
        foreach (var json in list.EnumerateArray())
        {
            position++;
            if (json.ValueKind == JsonValueKind.Object && Array.TrueForAll(keys, key => json.TryGetProperty(key, out _)))
                cases.Add($"{file}#{position} {(json.TryGetProperty("id", out var id) ? id.ToString() : "")}", json);
        }
    }
}
