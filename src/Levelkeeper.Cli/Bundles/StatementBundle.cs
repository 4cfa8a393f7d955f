using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Json;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Cli.Bundles;

/// <summary>All that a statement was made of, in one file: the agreement with every file that it names, the facts, the earlier statements, the statement, and a list of them with their hashes.</summary>
/// <remarks>A ZIP whose bytes depend on its content alone: names in order, one date for all, nothing of the machine. See docs/statements.md.</remarks>
/// <param name="Agreement">The name of the agreement's file in it.</param>
/// <param name="Period">The label of the period.</param>
/// <param name="AsOf">The instant as of which the statement stands.</param>
/// <param name="RecordedOtherwise">When facts that do not say it were recorded; null: when they happened.</param>
/// <param name="Files">The files by name: <c>agreement/…</c>, <c>facts.jsonl</c>, <c>issued/…</c>, <c>statement.json</c>.</param>
internal sealed record StatementBundle(string Agreement, string Period, Instant AsOf, Instant? RecordedOtherwise, IReadOnlyDictionary<string, byte[]> Files)
{
    public const string FactsName = "facts.jsonl";
    public const string StatementName = "statement.json";
    public const string IssuedFolder = "issued/";
    public const string AgreementFolder = "agreement/";
    private const string ManifestName = "manifest.json";
    private const string Form = "levelkeeper bundle 1";

    // Who sends a bundle is not to be trusted with the memory of who opens it.
    private const int MostFiles = 2_000;
    private const long MostBytes = 1L << 30;

    private static readonly DateTimeOffset s_date = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The facts as one event a line, in the order of the log.</summary>
    public static byte[] Facts(FactSet facts)
    {
        using var memory = new MemoryStream();
        var writer = new CloudEventWriter();
        foreach (var stamped in facts.AsEnumerable())
            writer.WriteLine(stamped.Fact, memory);
        return memory.ToArray();
    }

    /// <summary>The bundle's bytes.</summary>
    public byte[] ToBytes()
    {
        var files = Files.OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        var manifest = JsonText.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("form", Form);
            json.WriteString("agreement", Agreement);
            json.WriteString("period", Period);
            json.Instant("as-of", AsOf);
            json.Instant("recorded", RecordedOtherwise);
            json.Array("files", files, f =>
            {
                json.WriteString("name", f.Key);
                json.WriteString("sha-256", Hash(f.Value));
            });
            json.WriteEndObject();
        });
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files.Prepend(KeyValuePair.Create(ManifestName, manifest)))
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = s_date;
                using var stream = entry.Open();
                stream.Write(bytes);
            }
        }

        return memory.ToArray();
    }

    /// <summary>Reads a bundle and checks that every file is what its list says.</summary>
    /// <returns>The bundle; null when it cannot be read. What is wrong with it is reported, also where it can be read.</returns>
    public static StatementBundle? Read(Stream stream, string name, DiagnosticBag diagnostics)
    {
        var place = new Place(name);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            if (zip.Entries.Count > MostFiles || zip.Entries.Sum(e => e.Length) > MostBytes)
            {
                diagnostics.Error("LK5130", place, "This bundle is too large.", $"at most {MostFiles} files of {MostBytes >> 20} MB together are read");
                return null;
            }

            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
            {
                using var content = entry.Open();
                using var memory = new MemoryStream();
                CopyAtMost(content, memory, entry.Length);
                if (!files.TryAdd(entry.FullName, memory.ToArray()))
                    diagnostics.Error("LK5131", place, $"The bundle has {Diagnostic.Quote(entry.FullName)} twice.");
            }

            if (!files.Remove(ManifestName, out var manifest))
                diagnostics.Error("LK5131", place, $"The bundle has no '{ManifestName}': it is none of ours.");
            else
                return Read(manifest, files, place, diagnostics);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            diagnostics.Error("LK5131", place, $"This bundle cannot be read: {e.Message.ReplaceLineEndings(" ")}");
        }

        return null;
    }

    private static StatementBundle? Read(byte[] manifest, Dictionary<string, byte[]> files, Place place, DiagnosticBag diagnostics)
    {
        using var json = JsonDocument.Parse(manifest, new JsonDocumentOptions { MaxDepth = 16 });
        var root = json.RootElement;
        if (root.GetProperty("form").GetString() != Form)
        {
            diagnostics.Error("LK5131", place, $"This bundle is not of the form '{Form}'.");
            return null;
        }

        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in root.GetProperty("files").EnumerateArray())
        {
            var name = file.GetProperty("name").GetString()!;
            listed.Add(name);
            if (!files.TryGetValue(name, out var bytes))
                diagnostics.Error("LK5132", place, $"{Diagnostic.Quote(name)} is missing.");
            else if (Hash(bytes) != file.GetProperty("sha-256").GetString())
                diagnostics.Error("LK5132", place, $"{Diagnostic.Quote(name)} was changed: its SHA-256 is not the one of the list.");
        }

        foreach (var name in files.Keys.Where(n => !listed.Contains(n)).Order(StringComparer.Ordinal))
            diagnostics.Error("LK5132", place, $"{Diagnostic.Quote(name)} is not in the list.");
        return new StatementBundle(
            root.GetProperty("agreement").GetString()!,
            root.GetProperty("period").GetString()!,
            Instant(root.GetProperty("as-of")),
            root.GetProperty("recorded") is { ValueKind: JsonValueKind.String } recorded ? Instant(recorded) : null,
            files);

        static Instant Instant(JsonElement element) => InstantPattern.ExtendedIso.Parse(element.GetString()!).Value;
    }

    /// <summary>A file's text; empty where there is none.</summary>
    public string Text(string name) => Files.TryGetValue(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    private static void CopyAtMost(Stream from, MemoryStream to, long length)
    {
        var buffer = new byte[1 << 16];
        for (var read = from.Read(buffer); read > 0; read = from.Read(buffer))
        {
            if (to.Length + read > length)
                throw new InvalidDataException("a file is longer than it says");
            to.Write(buffer, 0, read);
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
