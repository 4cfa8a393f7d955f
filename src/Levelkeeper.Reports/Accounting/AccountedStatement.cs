using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Statements;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Reports.Accounting;

/// <summary>What book-keeping reads of an issued statement.</summary>
public sealed record AccountedStatement
{
    /// <summary>The agreement's id.</summary>
    public required string Agreement { get; init; }

    /// <summary>The agreement's title.</summary>
    public required string Title { get; init; }

    /// <summary>The ISO 4217 code of its amounts.</summary>
    public required string Currency { get; init; }

    /// <summary>Who delivers and credits.</summary>
    public required PartyData Seller { get; init; }

    /// <summary>Who receives; null for a one-sided commitment.</summary>
    public PartyData? Buyer { get; init; }

    /// <summary>The period's label.</summary>
    public required string Period { get; init; }

    /// <summary>The period's first day in the agreement's zone.</summary>
    public required LocalDate FirstDay { get; init; }

    /// <summary>The period's last day.</summary>
    public required LocalDate LastDay { get; init; }

    /// <summary>SHA-256 of the statement's JSON, in lower-case hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The lines of which something is payable by the provider, in order.</summary>
    public required ImmutableArray<AccountedLine> Lines { get; init; }

    /// <summary>Reads it from a statement's JSON.</summary>
    /// <returns>The statement; or null and what is wrong with it, as the end of a sentence.</returns>
    public static (AccountedStatement? Statement, string? Problem) Read(ReadOnlyMemory<byte> text)
    {
        var (issued, _, problem) = StatementJson.Read(text);
        if (issued is null)
            return (null, problem);
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            var (agreement, period) = (root.GetProperty("agreement"), root.GetProperty("period"));
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(agreement.GetProperty("zone").GetString()!) is not { } zone)
                return (null, "its zone is not known");
            var lines = root.GetProperty("lines").EnumerateArray().Where(l => l.GetProperty("by").GetString() == "provider").Select(l => Line(l, zone)).Where(l => l.Payable.Sign != 0).ToImmutableArray();
            var stated = Amount(root.GetProperty("payable"), "by-provider");
            if (lines.Aggregate(Rational.Zero, (sum, l) => sum + l.Payable) != stated)
                return (null, "its lines do not add up to what it says the provider pays");
            var parties = agreement.GetProperty("parties");
            return (new AccountedStatement
            {
                Agreement = agreement.GetProperty("id").GetString()!,
                Title = agreement.GetProperty("title").GetString()!,
                Currency = agreement.GetProperty("currency").GetString()!,
                Seller = Party(parties.GetProperty("provider")),
                Buyer = parties.TryGetProperty("customer", out var customer) ? Party(customer) : null,
                Period = period.GetProperty("label").GetString()!,
                FirstDay = At(period, "from")!.Value.InZone(zone).Date,
                LastDay = At(period, "to")!.Value.InZone(zone).Date.PlusDays(-1),
                Digest = issued.Digest,
                Lines = lines,
            }, null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or UnparsableValueException)
        {
            return (null, $"it cannot be read: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static AccountedLine Line(JsonElement line, DateTimeZone zone) => new(
        line.GetProperty("id").GetString()!,
        Word<StatementLineKind>(line.GetProperty("kind").GetString()!),
        Text(line, "form") is { Length: > 0 } form ? Word<PaymentKind>(form) : null,
        line.GetProperty("title").GetString()!,
        Text(line, "period"),
        Text(line, "event"),
        Amount(line, "payable"),
        At(line, "due") is { } due ? (due - Duration.FromTicks(1)).InZone(zone).Date : null);

    private static PartyData Party(JsonElement party) => new(
        Text(party, "name"), Text(party, "contact"), Text(party, "address"), Text(party, "post-code"), Text(party, "city"), Text(party, "country"), Text(party, "registration"), Text(party, "vat-id"), Text(party, "endpoint"));

    private static string Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Instant? At(JsonElement parent, string name) => Text(parent, name) is { Length: > 0 } text ? InstantPattern.ExtendedIso.Parse(text).Value : null;

    private static Rational Amount(JsonElement parent, string name) => Rational.From(decimal.Parse(parent.GetProperty(name).GetString()!, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));

    private static T Word<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Where(v => StatementWords.Of(v) == word).Cast<T?>().FirstOrDefault() ?? throw new FormatException($"'{word}' is not known");
}

/// <summary>A line of a statement of which something is payable by the provider.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Form">Its form; null where it is no remedy's.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Period">The period of the remedy; empty for none.</param>
/// <param name="Event">The event; empty for none.</param>
/// <param name="Payable">Net; negative where it takes something off.</param>
/// <param name="LastDay">The last day on which it is paid in time; null where it goes with an invoice.</param>
public sealed record AccountedLine(string Id, StatementLineKind Kind, PaymentKind? Form, string Title, string Period, string Event, Rational Payable, LocalDate? LastDay);
