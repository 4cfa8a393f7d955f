using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using NodaTime.Text;

namespace Levelkeeper.Language.Signatures;

/// <summary>The signatures under an agreement, in the file beside it, with what was signed: so that later it can be told what has changed since.</summary>
/// <param name="Signatures">The signatures, in the order in which they were added.</param>
/// <param name="Contents">The canonical form of what was signed, by its hash.</param>
public sealed record SignatureFile(ImmutableArray<AgreementSignature> Signatures, ImmutableSortedDictionary<string, string> Contents)
{
    /// <summary>The name of the form of the file.</summary>
    public const string Form = "levelkeeper signatures 1";

    /// <summary>The most signatures that are read. Each costs a check, and the file may come from anybody.</summary>
    public const int MostSignatures = 1000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>No signature.</summary>
    public static SignatureFile Empty { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The file with one more signature, and what it signs.</summary>
    public SignatureFile Add(AgreementSignature signature, SignedContent content)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(content);
        return new(Signatures.Add(signature), Contents.SetItem(content.Hash, content.Canonical));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes <c>LK5112</c> when it is no such file.</param>
    /// <returns>Null when it is no such file.</returns>
    public static SignatureFile? Read(string text, string file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            using var json = JsonDocument.Parse(text, Strict);
            var root = json.RootElement;
            if (root.GetProperty("form").GetString() == Form && root.GetProperty("signatures").GetArrayLength() <= MostSignatures)
            {
                return new SignatureFile(
                    [.. root.GetProperty("signatures").EnumerateArray().Select(Signature)],
                    root.GetProperty("contents").EnumerateObject().ToImmutableSortedDictionary(c => c.Name, c => Canonical(c.Value), StringComparer.Ordinal));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Told below.
        }

        diagnostics.Error("LK5112", new Place(file), "This is no file of signatures that 'levelkeeper sign' wrote.", "restore it from a copy, or remove it and sign anew");
        return null;
    }

    /// <summary>Writes the file: JSON.</summary>
    public string Write()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Readable))
        {
            json.WriteStartObject();
            json.WriteString("form", Form);
            json.WriteStartArray("signatures");
            foreach (var signature in Signatures)
            {
                json.WriteStartObject();
                json.WriteString("by", AgreementSignature.Word(signature.By));
                json.WriteString("name", signature.Name);
                json.WriteString("at", InstantPattern.ExtendedIso.Format(signature.At));
                json.WriteString("hash", signature.Hash);
                json.WriteString("key", signature.Key);
                json.WriteString("signature", signature.Signature);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("contents");
            foreach (var (hash, canonical) in Contents)
            {
                using var content = JsonDocument.Parse(canonical, Strict);
                json.WritePropertyName(hash);
                content.RootElement.WriteTo(json);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    private static AgreementSignature Signature(JsonElement json) => new(
        json.GetProperty("by").GetString() switch
        {
            "provider" => PartyRole.Provider,
            "customer" => PartyRole.Customer,
            _ => throw new FormatException(),
        },
        Text(json, "name"),
        InstantPattern.ExtendedIso.Parse(Text(json, "at")) is { Success: true } at ? at.Value : throw new FormatException(),
        Text(json, "hash"),
        Text(json, "key"),
        Text(json, "signature"));

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString() ?? throw new FormatException();

    private static string Canonical(JsonElement json) => CanonicalText.Of(ContentDifference.Node(json));
}
