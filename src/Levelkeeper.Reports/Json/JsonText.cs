using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Reports.Json;

/// <summary>The forms that all JSON output shares. Keys as in the agreement language; exact values as text; see docs/command-line.md.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes indented JSON with a line feed at the end; equal values give equal bytes.</summary>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Encoding.UTF8.GetString(Bytes(write)));
    }

    /// <summary>The same in UTF-8.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, s_options))
            write(json);
        memory.WriteByte((byte)'\n');
        return memory.ToArray();
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
            case QuantityUnit.Money:
                json.WriteString("unit", given.Name);
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

    /// <summary>An instant in ISO 8601, or null.</summary>
    public static void Instant(this Utf8JsonWriter json, string name, Instant? instant)
    {
        if (instant is { } given)
            json.WriteString(name, NumberForm.Iso(given));
        else
            json.WriteNull(name);
    }

    /// <summary>A length of time in ISO 8601, or null.</summary>
    public static void Duration(this Utf8JsonWriter json, string name, Duration? duration)
    {
        if (duration is { } given)
            json.WriteString(name, NumberForm.IsoDuration((long)given.BclCompatibleTicks));
        else
            json.WriteNull(name);
    }

    /// <summary>A place in a file.</summary>
    public static void Place(this Utf8JsonWriter json, string name, Place place)
    {
        json.WriteStartObject(name);
        json.WriteString("file", place.File);
        json.WriteNumber("line", place.Line);
        if (place.Column > 0)
            json.WriteNumber("column", place.Column);
        json.WriteEndObject();
    }

    /// <summary>The members of a clause, into the object that is open; its place in a file where places are wanted.</summary>
    public static void Clause(this Utf8JsonWriter json, Clause clause, bool places = true)
    {
        json.WriteString("path", clause.Path);
        if (clause.IsDefault)
            json.WriteBoolean("default", true);
        else if (places)
            json.Place("place", clause.Place);
    }

    /// <summary>An amount with the decimals of its currency, as text: <c>"400.00"</c>.</summary>
    public static void Amount(this Utf8JsonWriter json, string name, Rational amount, string currency) =>
        json.WriteString(name, amount.ToString(Core.Prices.Currencies.MinorDigits(currency), Rounding.HalfAwayFromZero));

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
