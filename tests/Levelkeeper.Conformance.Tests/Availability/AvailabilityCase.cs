using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Numbers;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>A case of another project: inputs, the policy of its source as texts, and the numbers that it states.</summary>
internal sealed record AvailabilityCase(string Id, string Kind, string Trust, JsonElement Json)
{
    public JsonElement Settings => Member("settings");

    public JsonElement Input => Member("input");

    public JsonElement Expected => Member("expected");

    public IEnumerable<JsonElement> Events => Json.TryGetProperty("events", out var events) ? events.EnumerateArray() : [];

    public bool ExpectsError => Expected.ValueKind == JsonValueKind.Object && Expected.TryGetProperty("error", out _);

    public string Setting(string name) => Text(Settings, name);

    public JsonElement Member(string name) => Json.TryGetProperty(name, out var value) ? value : default;

    public static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()
            : "";

    public static Rational Number(JsonElement element) => Rational.From(decimal.Parse(element.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture));

    public static Rational Number(JsonElement element, string name) => Number(element.GetProperty(name));

    /// <summary>An instant: opaque integers count as seconds, local times without a zone as UTC (the cases use only their differences).</summary>
    public static Instant Time(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number)
            return Instant.FromUnixTimeSeconds(element.GetInt64());
        var text = element.GetString()!;
        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant)
            return instant.Value;
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } offset)
            return offset.Value.ToInstant();
        return LocalDateTimePattern.ExtendedIso.Parse(text).Value.InUtc().ToInstant();
    }

    /// <summary><c>24h</c>, <c>30d</c>, <c>1m</c>.</summary>
    public static Duration Length(string text)
    {
        var digits = new string([.. text.TakeWhile(char.IsAsciiDigit)]);
        var count = int.Parse(digits, CultureInfo.InvariantCulture);
        return text[digits.Length] switch
        {
            'd' => Duration.FromDays(count),
            'h' => Duration.FromHours(count),
            'm' => Duration.FromMinutes(count),
            's' => Duration.FromSeconds(count),
            _ => throw new FormatException($"'{text}' is not a length."),
        };
    }

    public static IEnumerable<AvailabilityCase> Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement.Clone();
        var cases = root.ValueKind == JsonValueKind.Array ? root : root.ValueKind == JsonValueKind.Object && root.TryGetProperty("cases", out var listed) ? listed : default;
        if (cases.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var element in cases.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Object && Text(element, "kind") is { Length: > 0 } kind)
                yield return new AvailabilityCase(Text(element, "id"), kind, Text(element, "trust"), element);
        }
    }
}

/// <summary>What a case came to: each stated number beside ours.</summary>
internal sealed class CaseReport
{
    public List<string> Differences { get; } = [];

    /// <summary>How many stated numbers were compared.</summary>
    public int Compared { get; private set; }

    /// <summary>The clauses that an agreement must state to get the source's numbers; none when our defaults give them.</summary>
    public SortedSet<string> Clauses { get; } = new(StringComparer.Ordinal);

    /// <summary>Stated values that say nothing to us, with the reason.</summary>
    public List<string> LeftOut { get; } = [];

    public void Exact(string name, Rational? ours, Rational stated) => Check(name, ours is { } value && value == stated, ours?.ToString(), stated.ToString());

    /// <summary>The source printed a binary floating-point number or cut digits off: nine significant digits must agree.</summary>
    public void Near(string name, Rational? ours, Rational stated)
    {
        var error = ours is { } value ? value - stated : default;
        var limit = new Rational(1, 1_000_000_000) * (Rational.One + (stated.Sign < 0 ? -stated : stated));
        Check(name, ours is not null && error <= limit && -error <= limit, ours?.ToString(), stated.ToString());
    }

    public void Same(string name, string? ours, string stated) => Check(name, ours == stated, ours, stated);

    public void Check(string name, bool agrees, string? ours = null, string? stated = null)
    {
        Compared++;
        if (!agrees)
            Differences.Add($"{name}: ours {ours ?? "none"}, stated {stated}");
    }
}
