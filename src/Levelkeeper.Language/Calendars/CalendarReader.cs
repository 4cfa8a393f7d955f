using System.Collections.Immutable;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Calendars.Holidays;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Language.Calendars;

/// <summary>Reads the calendars of an agreement.</summary>
internal static class CalendarReader
{
    /// <summary>The calendar that is there without saying.</summary>
    public const string Always = "always";

    public static BusinessCalendar? Read(YamlNode node, string path, DateTimeZone zone, CalendarFiles? files, DiagnosticBag diagnostics)
    {
        if (node is YamlNode.Scalar { Text: Always })
            return BusinessCalendar.AlwaysIn(zone);
        if (SectionReader.Open(node, AgreementVocabulary.Calendar, path, diagnostics) is not { } reader)
            return null;

        if (reader.Text("zone") is { } id)
        {
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is { } own)
                zone = own;
            else
                UnknownZone(reader, "zone", id);
        }

        var first = Version(reader, null, Overrides(reader));
        var versions = new List<CalendarVersion> { first };
        if (reader.Node("versions") is { } list)
        {
            var items = list is YamlNode.Sequence sequence ? sequence.Items : [list];
            for (var i = 0; i < items.Length; i++)
            {
                if (SectionReader.Open(items[i], AgreementVocabulary.CalendarVersion, $"{path}.versions[{i}]", diagnostics) is not { } versionReader)
                    continue;
                if (versionReader.Date("from") is not { } from)
                    continue;
                if (from <= versions[^1].From)
                    versionReader.Error("LK1202", "from", $"The version from {from} does not come after the one before it.", "list versions from the oldest to the newest");
                else
                    versions.Add(Version(versionReader, versions[^1], null) with { From = from });
            }
        }

        return new BusinessCalendar(new CalendarDefinition(zone, versions.Select(Closing(reader, zone, files))));
    }

    /// <summary>Closes the events of the iCalendar files that the calendar names, in every version.</summary>
    private static Func<CalendarVersion, CalendarVersion> Closing(SectionReader reader, DateTimeZone zone, CalendarFiles? files)
    {
        Func<CalendarVersion, CalendarVersion> result = version => version;
        foreach (var name in reader.Texts("closed-by"))
        {
            if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
            {
                reader.Error("LK1208", "closed-by", $"{Diagnostic.Quote(name)} does not lie beside the agreement.", "name a file in the agreement's folder or below it");
            }
            else if (files is null)
            {
                reader.Error("LK1209", "closed-by", $"The calendar file {Diagnostic.Quote(name)} cannot be read from here.", "read the agreement from a file, or list its dates under 'holidays'");
            }
            else if (files(name, reader.Node("closed-by")!.Place, zone, reader.Diagnostics) is { } close)
            {
                var before = result;
                result = version => close(before(version));
            }
        }

        return result;
    }

    public static void UnknownZone(SectionReader reader, string key, string id)
    {
        var near = Suggestion.Closest(id, DateTimeZoneProviders.Tzdb.Ids);
        reader.Error("LK1203", key, $"There is no time zone {Diagnostic.Quote(id)}.", near is null ? "use an IANA name such as Europe/Warsaw" : $"did you mean '{near}'?");
    }

    private static CalendarVersion Version(SectionReader reader, CalendarVersion? before, CalendarVersion? dates)
    {
        var result = before ?? dates ?? new CalendarVersion { Hours = WeeklyHours.None };
        if (reader.Has("weekly"))
            result = result with { Hours = Weekly(reader, "weekly", dated: null) };
        if (reader.Has("breaks"))
        {
            var dated = ImmutableDictionary.CreateBuilder<LocalDate, ImmutableArray<DayWindow>>();
            result = result with { Breaks = Weekly(reader, "breaks", dated), DatedBreaks = dated.ToImmutable() };
        }

        if (reader.Has("holidays"))
        {
            HolidayCalendar? holidays = null;
            var closed = ImmutableHashSet.CreateBuilder<LocalDate>();
            var yearly = ImmutableHashSet.CreateBuilder<AnnualDate>();
            foreach (var text in reader.Texts("holidays"))
            {
                if (text == "none")
                    continue;
                if (SectionReader.DateFrom(text) is { } date)
                {
                    closed.Add(date);
                }
                else if (EveryYear(text) is { } annual)
                {
                    yearly.Add(annual);
                }
                else if (PublicHolidays.For(text) is { } found)
                {
                    if (holidays is not null)
                        reader.Error("LK1204", "holidays", $"A calendar takes the public holidays of one place; {Diagnostic.Quote(text)} is a second.", "add the other dates one by one");
                    holidays = found;
                }
                else
                {
                    reader.Error("LK1205", "holidays", $"There are no public holidays for {Diagnostic.Quote(text)}.", $"known are {string.Join(", ", PublicHolidays.Available)}; or list dates");
                }
            }

            result = result with { Holidays = holidays, ClosedDates = closed.ToImmutable(), ClosedEveryYear = yearly.ToImmutable() };
        }

        if (reader.Node("moved-working-days") is { } moved && HoursForm.Windows(reader, moved, reader.PathOf("moved-working-days")) is { } hours)
            result = result with { MovedWorkingDayHours = hours };

        return result;
    }

    private static WeeklyHours Weekly(SectionReader reader, string key, ImmutableDictionary<LocalDate, ImmutableArray<DayWindow>>.Builder? dated)
    {
        if (reader.Node(key) is YamlNode.Scalar { Text: "none" or "closed" })
            return WeeklyHours.None;
        var days = new Dictionary<IsoDayOfWeek, ImmutableArray<DayWindow>>();
        foreach (var (entry, path) in reader.Named(key))
        {
            if (HoursForm.WeekdaysOf(entry.Key) is { } weekdays)
            {
                if (HoursForm.Windows(reader, entry.Value, path) is not { } windows)
                    continue;
                for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
                {
                    if (weekdays.Has(day) && !days.TryAdd(day, windows))
                        reader.Diagnostics.Error("LK1206", entry.Place, $"'{path}': {day} has its hours above already.", "name each weekday once");
                }
            }
            else if (dated is not null && SectionReader.DateFrom(entry.Key) is { } date)
            {
                if (HoursForm.Windows(reader, entry.Value, path) is { } windows)
                    dated[date] = windows;
            }
            else
            {
                reader.Diagnostics.Error("LK1207", entry.Place, $"{Diagnostic.Quote(entry.Key)} is not a weekday{(dated is null ? "" : " or a date")}.", "write mon, tue, wed, thu, fri, sat, sun, or a span such as mon-fri");
            }
        }

        return new WeeklyHours(days);
    }

    /// <summary>A month and a day of every year, such as <c>12-24</c>; null when the text is none.</summary>
    private static AnnualDate? EveryYear(string text)
    {
        // 29 February is a date of every year, if only of leap years: 2000 had it.
        var parsed = text.Length == 5 ? LocalDatePattern.Iso.Parse("2000-" + text) : null;
        return parsed is { Success: true } ? new AnnualDate(parsed.Value.Month, parsed.Value.Day) : null;
    }

    /// <summary>A version that has only the dates with other hours; later versions take them over.</summary>
    private static CalendarVersion Overrides(SectionReader reader)
    {
        var result = ImmutableDictionary.CreateBuilder<LocalDate, DateOverride>();
        var yearly = ImmutableDictionary.CreateBuilder<AnnualDate, DateOverride>();
        foreach (var (entry, path) in reader.Named("dates"))
        {
            if (EveryYear(entry.Key) is { } annual)
            {
                if (HoursForm.Windows(reader, entry.Value, path) is { } hours)
                    yearly[annual] = DateOverride.Open(hours);
            }
            else if (SectionReader.DateFrom(entry.Key) is not { } date)
            {
                reader.Diagnostics.Error("LK1109", entry.Place, $"{Diagnostic.Quote(entry.Key)} is not a date.", "dates are written year-month-day, for example 2026-12-24, or 12-24 for every year");
            }
            else if (HoursForm.Windows(reader, entry.Value, path) is { } windows)
            {
                result[date] = DateOverride.Open(windows);
            }
        }

        return new CalendarVersion { Hours = WeeklyHours.None, Overrides = result.ToImmutable(), OverridesEveryYear = yearly.ToImmutable() };
    }
}
