using System.Text.RegularExpressions;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Time;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Reports.Forms;

/// <summary>Instants as people read them: on the wall clock of a zone, with the offset from UTC, so that nobody has to reckon and nobody can mistake them.</summary>
/// <param name="Zone">The agreement's.</param>
public sealed partial record TimeForm(DateTimeZone Zone)
{
    private static readonly OffsetDateTimePattern s_pattern = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd' 'HH:mm:ss;FFFFFFFo<Z+HH:mm>");

    /// <summary>For those who read several zones beside each other.</summary>
    public static TimeForm Utc { get; } = new(DateTimeZone.Utc);

    /// <summary>To the second, finer only where it is finer: <c>2025-11-01 00:00:00+01:00</c>; <c>Z</c> for no offset.</summary>
    public string At(Instant instant) => s_pattern.Format(instant.InZone(Zone).ToOffsetDateTime());

    /// <summary><c>2025-11-01 00:00:00+01:00 to 2025-12-01 00:00:00+01:00</c>.</summary>
    public string Span(TickInterval span) => $"{At(span.StartInstant)} to {At(span.EndInstant)}";

    /// <summary>A quantity with its unit.</summary>
    /// <param name="quantity">What.</param>
    /// <param name="places">Decimal places; instants ignore them.</param>
    public string Show(Quantity quantity, int places) =>
        quantity.Unit == QuantityUnit.Instant ? At(Instant.FromUnixTimeTicks((long)quantity.Value.Floor())) : NumberForm.Show(quantity, places);

    /// <summary>A sentence of the engine, which writes instants in UTC (<c>2025-10-31T23:00:00Z</c>), with those instants in the zone.</summary>
    public string InText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return UtcInstant().Replace(text, match => InstantPattern.ExtendedIso.Parse(match.Value) is { Success: true } parsed ? At(parsed.Value) : match.Value);
    }

    [GeneratedRegex(@"(?<![\w:-])\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z(?!\w)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UtcInstant();
}
