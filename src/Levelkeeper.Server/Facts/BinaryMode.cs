using System.Buffers;
using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Facts;

/// <summary>CloudEvents in binary mode: the attributes are headers, the body is the data. Made into the structured form, which is then read as any other.</summary>
internal static class BinaryMode
{
    private const string Prefix = "ce-";

    /// <summary>Whether a request has attributes as headers.</summary>
    public static bool IsMeant(IHeaderDictionary headers) => headers.ContainsKey("ce-specversion") || headers.ContainsKey("ce-id") || headers.ContainsKey("ce-type");

    /// <summary>The structured form; null after reporting that the data is not what its content type says.</summary>
    public static ReadOnlyMemory<byte>? Structured(HttpRequest request, ReadOnlySpan<byte> body, DiagnosticBag diagnostics)
    {
        var text = new ArrayBufferWriter<byte>(body.Length + 512);
        using var json = new Utf8JsonWriter(text, new JsonWriterOptions { MaxDepth = 300 });
        json.WriteStartObject();
        foreach (var (name, values) in request.Headers)
        {
            // A name that comes twice is written twice, and refused by the reader: nobody knows which one counts.
            foreach (var value in name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? values.ToArray() : [])
                json.WriteString(name[Prefix.Length..].ToLowerInvariant(), Unescape(value ?? ""));
        }

        var type = request.ContentType ?? "";
        if (type.Length > 0)
            json.WriteString("datacontenttype", type);
        if (body.Length > 0 && (type.Length == 0 || IsJson(type)))
        {
            json.WritePropertyName("data");
            try
            {
                // Checked to be one value: the body cannot reach into the envelope.
                json.WriteRawValue(body);
            }
            catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
            {
                diagnostics.Add(FactDiagnostics.NotJson(new Place("", 1), "the data is no JSON value"));
                return null;
            }
        }
        else if (body.Length > 0)
        {
            json.WriteBase64String("data_base64", body);
        }

        json.WriteEndObject();
        json.Flush();
        return text.WrittenMemory;
    }

    /// <summary>Headers have other characters than ASCII, and a few of ASCII, percent-encoded, and may stand in quotes.</summary>
    private static string Unescape(string value) => Uri.UnescapeDataString(value is ['"', .., '"'] ? value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : value);

    private static bool IsJson(string type)
    {
        var media = type.AsSpan();
        var end = media.IndexOf(';');
        media = (end < 0 ? media : media[..end]).Trim();
        return media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.Equals("text/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
