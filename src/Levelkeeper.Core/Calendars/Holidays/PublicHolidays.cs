using System.Collections.Immutable;
using System.Reflection;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Core.Calendars.Holidays;

/// <summary>The public holidays that ship with the product. Where they are from and how far they go: <c>Data/README.md</c>.</summary>
public static class PublicHolidays
{
    private static readonly Lazy<ImmutableSortedDictionary<string, HolidayCalendar>> Calendars = new(Load);

    /// <summary>The codes for which there is data, in order: a country, or a country and a part of it (US, US-CA).</summary>
    public static IEnumerable<string> Available => Calendars.Value.Keys;

    /// <summary>The holidays of a country or a part of one.</summary>
    /// <param name="code">A code of <see cref="Available"/>, in upper case.</param>
    /// <returns>Null when there is no data for the code.</returns>
    public static HolidayCalendar? For(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return Calendars.Value.GetValueOrDefault(code);
    }

    private static ImmutableSortedDictionary<string, HolidayCalendar> Load()
    {
        var holidays = Rows("public_holidays.csv").Select(static r => (Code: r[0], Holiday: new PublicHoliday(Date(r[1]), r[3], r[2] == "1"))).ToArray();

        // All calendars of the source go over the same years; a year without holidays is one without days off, not one that is not known.
        var first = holidays.Min(static h => h.Holiday.Date.Year);
        var last = holidays.Max(static h => h.Holiday.Date.Year);
        var moved = Rows("moved_working_days.csv").ToLookup(static r => r[0], static r => Date(r[1]));
        var weekends = Rows("weekends.csv").ToLookup(static r => r[0], static r => (Date(r[1]), Days(r[2])));
        return holidays.GroupBy(static h => h.Code, static h => h.Holiday).ToImmutableSortedDictionary(
            static g => g.Key,
            g => new HolidayCalendar(g.Key, g, weekends[g.Key], moved[g.Key], first, last),
            StringComparer.Ordinal);
    }

    private static IEnumerable<string[]> Rows(string file)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith("Holidays.Data." + file, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        reader.ReadLine();

        // The name comes last and may hold commas, so that no quoting is needed.
        while (reader.ReadLine() is { } line)
            yield return line.Split(',', 4);
    }

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static Weekdays Days(string text)
    {
        var days = Weekdays.None;
        foreach (var day in text.Split('+'))
            days |= Enum.GetValues<Weekdays>().Single(d => d != Weekdays.None && d != Weekdays.All && d.ToString().StartsWith(day, StringComparison.Ordinal));
        return days;
    }
}
