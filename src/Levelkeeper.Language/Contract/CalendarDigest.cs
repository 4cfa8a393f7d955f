using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Contract;

/// <summary>Digests of the days on which calendars are closed: the public holidays that a code stands for, and the dates and times that are written or come from iCalendar files.</summary>
/// <remarks>
/// SHA-256 over one line for each closed date or time, ordered: within the years of the term for holidays; with no end, to the last year that is known.
/// What the files say besides, names of holidays for one, is left out.
/// </remarks>
internal static class CalendarDigest
{
    /// <summary>A digest for each calendar that has any, by its name.</summary>
    public static YamlNode.Mapping Of(Agreement agreement) => CanonicalText.Object(
        agreement.Calendars
            .Select(c => (c.Key, Lines: Lines(c.Value.Definition, agreement.Term).ToList()))
            .Where(c => c.Lines.Count > 0)
            .Select(c => (c.Key, (YamlNode)CanonicalText.Text(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', c.Lines))))))));

    private static IEnumerable<string> Lines(CalendarDefinition calendar, Term term)
    {
        foreach (var version in calendar.Versions.Where(v => v.Holidays is not null || v.ClosedDates.Count > 0 || !v.Closures.IsEmpty))
        {
            yield return $"from {Text(version.From)}";
            foreach (var date in version.ClosedDates.Order())
                yield return $"closed {Text(date)}";
            foreach (var closure in version.Closures)
                yield return string.Create(CultureInfo.InvariantCulture, $"closed {closure.Start} {closure.End}");
            if (version.Holidays is not { } holidays)
                continue;
            var years = Enumerable.Range(term.From.Year, Math.Max(1, (term.Until?.Year ?? holidays.LastYear) - term.From.Year + 1)).ToHashSet();
            foreach (var holiday in holidays.Holidays.Where(h => years.Contains(h.Date.Year)))
                yield return $"holiday {Text(holiday.Date)}";
            foreach (var moved in holidays.MovedWorkingDays.Where(d => years.Contains(d.Year)))
                yield return $"working {Text(moved)}";
        }
    }

    private static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
