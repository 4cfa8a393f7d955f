using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Server.Problems;
using Levelkeeper.Text.Languages;
using NodaTime;
using NodaTime.Text;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Server.Requests;

/// <summary>What parameters of addresses say.</summary>
internal static class Queries
{
    /// <summary>A language by its code.</summary>
    public static TextLanguage Language(string code) => TextLanguage.Of(code) ?? throw new ProblemException(ProblemKind.BadParameter, $"{Diagnostic.Quote(code)} is no language here.", "en, pl, ru or ar");

    /// <summary>An instant; null for none.</summary>
    public static Instant? Instant(string name, string? text) =>
        text is null ? null : OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } at ? at.Value.ToInstant() : throw new ProblemException(ProblemKind.BadParameter, $"'{name}' is no instant: {Diagnostic.Quote(text)}.", "write 2026-03-01T12:00:00Z");

    /// <summary>A day.</summary>
    public static LocalDate Day(string name, string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true } day ? day.Value : throw new ProblemException(ProblemKind.BadParameter, $"'{name}' is no date: {Diagnostic.Quote(text)}.", "write 2026-03-01");

    /// <summary>A period of an agreement.</summary>
    public static Period Period(string text, Agreement agreement)
    {
        var diagnostics = new DiagnosticBag();
        return PeriodCalendar.Parse(text, agreement.Zone, diagnostics) ?? throw new ProblemException(ProblemKind.BadParameter, diagnostics.First().Message, diagnostics.First().Hint);
    }
}
