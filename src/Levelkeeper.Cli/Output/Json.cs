using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Cli.Output;

/// <summary>The forms that all JSON output shares. Keys as in the agreement language; exact values as text; see docs/command-line.md.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, s_options))
            write(json);
        output.Write(Encoding.UTF8.GetString(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        output.Write('\n');
    }

    /// <summary><c>"level": { "exact": "1673/1674", "unit": "share", "shown": "99.94 %" }</c>, or null.</summary>
    public static void Quantity(this Utf8JsonWriter json, string name, Quantity? quantity)
    {
        json.WritePropertyName(name);
        if (quantity is not { } given)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("exact", given.Value.ToString());
        switch (given.Unit)
        {
            case QuantityUnit.Number:
                json.WriteString("unit", given.Name.Length == 0 ? "number" : given.Name);
                break;
            case QuantityUnit.Share:
                json.WriteString("unit", "share");
                break;
            case QuantityUnit.Ticks:
                json.WriteString("unit", "ticks");
                json.WriteString("iso", NumberForm.IsoDuration(given.Value));
                break;
            case QuantityUnit.Instant:
                json.WriteString("unit", "instant-ticks");
                json.WriteString("iso", NumberForm.Iso(NodaTime.Instant.FromUnixTimeTicks((long)given.Value.Floor())));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(quantity));
        }

        json.WriteString("shown", NumberForm.Show(given));
        json.WriteEndObject();
    }

    public static void Instant(this Utf8JsonWriter json, string name, Instant? instant)
    {
        if (instant is { } given)
            json.WriteString(name, NumberForm.Iso(given));
        else
            json.WriteNull(name);
    }

    public static void Duration(this Utf8JsonWriter json, string name, Duration? duration)
    {
        if (duration is { } given)
            json.WriteString(name, NumberForm.IsoDuration((long)given.BclCompatibleTicks));
        else
            json.WriteNull(name);
    }

    public static void Place(this Utf8JsonWriter json, string name, Place place)
    {
        json.WriteStartObject(name);
        json.WriteString("file", place.File);
        json.WriteNumber("line", place.Line);
        if (place.Column > 0)
            json.WriteNumber("column", place.Column);
        json.WriteEndObject();
    }

    public static void Clause(this Utf8JsonWriter json, Clause clause)
    {
        json.WriteString("path", clause.Path);
        if (clause.IsDefault)
            json.WriteBoolean("default", true);
        else
            json.Place("place", clause.Place);
    }

    /// <summary>An array of objects.</summary>
    public static void Array<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
