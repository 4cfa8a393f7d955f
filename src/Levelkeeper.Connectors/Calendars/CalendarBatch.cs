using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Connectors.Calendars;

/// <summary>Answers questions to calendars, many at a time: JSON cases in, one JSON line per case out.</summary>
public static class CalendarBatch
{
    private static readonly InstantPattern Seconds = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss'Z'");
    private static readonly InstantPattern Milliseconds = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fff'Z'");
    private static readonly InstantPattern Ticks = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fffffff'Z'");

    /// <summary>
    /// Reads cases, one per line or as one JSON array, and writes <c>{"id":…,"result":…}</c> for each as soon as it is read: an instant in UTC, a number
    /// of seconds, or a bool. A case that is wrong gives <c>{"id":…,"error":…}</c>, and the rest go on.
    /// </summary>
    /// <remarks>Needs memory for one case (at most <see cref="JsonCases.LongestCase"/> characters) and some dozens of calendars at a time, however long the input.</remarks>
    /// <param name="input">JSON; the keys of a case: <see cref="BusinessTimeCaseReader"/>.</param>
    /// <param name="output">One line per case, in the order of the input.</param>
    /// <returns>True when there was no error.</returns>
    public static bool Run(TextReader input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var reader = new BusinessTimeCaseReader();
        var good = true;
        foreach (var (text, place, problem) in JsonCases.Read(input))
        {
            var diagnostics = new DiagnosticBag();
            var id = "null";
            BusinessTimeAnswer? answer = null;
            if (problem is not null)
                diagnostics.Error("LK3100", place, problem);
            else
                answer = Answer(reader, text, place, diagnostics, ref id);
            good &= answer is not null;
            output.Write($$"""{"id":{{id}},""");
            output.Write(answer is null
                ? $"\"error\":{Quoted(string.Join("; ", diagnostics))}"
                : $"\"result\":{Json(answer)}");
            output.Write("}\n");
        }

        return good;
    }

    private static BusinessTimeAnswer? Answer(BusinessTimeCaseReader reader, string text, Place place, DiagnosticBag diagnostics, ref string id)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("id", out var given)
                && given.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                id = given.ValueKind == JsonValueKind.String ? Quoted(given.GetString()!) : given.GetRawText();
            }

            return reader.Read(json.RootElement, place, diagnostics)?.Answer();
        }
        catch (JsonException e)
        {
            diagnostics.Error("LK3100", place, $"This is not JSON: {Diagnostic.Quote(e.Message, 200)}");
        }
        catch (CalendarExhaustedException e)
        {
            diagnostics.Error("LK3106", place, e.Message);
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair is good JSON and no string.
            diagnostics.Error("LK3100", place, "A text in this case is not Unicode.");
        }

        return null;
    }

    // Whole seconds, milliseconds, or all seven digits: never a fraction of varying length.
    private static string Text(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        var pattern = ticks % NodaConstants.TicksPerSecond == 0 ? Seconds : ticks % NodaConstants.TicksPerMillisecond == 0 ? Milliseconds : Ticks;
        return pattern.Format(instant);
    }

    private static string Json(BusinessTimeAnswer answer) => answer switch
    {
        BusinessTimeAnswer.At at => Quoted(Text(at.Instant)),
        BusinessTimeAnswer.Length length => length.Seconds.ToString("0.#######", CultureInfo.InvariantCulture),
        BusinessTimeAnswer.Open open => open.IsOpen ? "true" : "false",
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        return quoted.Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)).Append('"').ToString();
    }
}
