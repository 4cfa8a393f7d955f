using System.CommandLine;
using System.CommandLine.Parsing;
using Levelkeeper.Cli.Host;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Levels;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Cli.Commands;

/// <summary>The options that several verbs share, and how their values are read.</summary>
internal static class Inputs
{
    public static Option<string[]> Agreements() => Files(new("--agreement", "-a")
    {
        Description = "Agreement files (YAML); patterns such as 'agreements/*.yaml'; '-' for standard input.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    });

    public static Option<string[]> Facts() => Files(new("--facts", "-f")
    {
        Description = "Fact files (CloudEvents as JSON, one per line or an array); patterns; '-' for standard input.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    });

    /// <summary>An option that takes many files would take an unknown option for one more: it is told apart, and so is its value.</summary>
    private static Option<string[]> Files(Option<string[]> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.Select(t => t.Value).Where(v => v.StartsWith("--", StringComparison.Ordinal)))
                result.AddError($"There is no option '{unknown}' here.");
        });
        return option;
    }

    public static Option<string?> Map() => new("--map", "-m")
    {
        Description = "The map by which facts are made of the --facts files whose names end in .csv.",
        HelpName = "MAP.yaml",
    };

    public static Option<RecordedRule> Recorded() => new("--recorded")
    {
        Description = "When a fact that does not say it counts as recorded: as-happened, or as-read (now). Rules about notice go by this.",
        HelpName = "as-happened|as-read",
        CustomParser = result => result.Tokens is [{ Value: "as-read" }] ? RecordedRule.AsRead : result.Tokens is [{ Value: "as-happened" }] ? RecordedRule.AsHappened : Refuse(result),
    };

    public static Option<string?> AsOf() => new("--as-of")
    {
        Description = "The instant as of which results stand: 2025-11-01, 2025-11-01T12:00 (in the agreement's zone) or 2025-11-01T12:00:00Z. Default: now.",
        HelpName = "TIME",
    };

    public static Option<string?> On() => new("--on") { Description = "The date whose version is printed. Default: with every amendment.", HelpName = "DATE" };

    public static Option<string?> Period() => new("--period", "-p")
    {
        Description = "What to evaluate: 2025, 2025-H2, 2025-Q4, 2025-10, 2025-W41 or 2025-10-31. Default: from the first fact to the last.",
        HelpName = "PERIOD",
    };

    public static Option<string?> From() => new("--from") { Description = "Instead of a period: its first instant.", HelpName = "TIME" };

    public static Option<string?> To() => new("--to") { Description = "Instead of a period: the first instant after it.", HelpName = "TIME" };

    public static Option<OutputFormat> Output() => new("--output", "-o") { Description = "How to print: for people, or for programs.", HelpName = "table|json", DefaultValueFactory = _ => OutputFormat.Table };

    /// <summary>The agreements that can be used; the others are reported.</summary>
    public static List<AgreementVersions> ReadAgreements(IEnumerable<string> arguments, Terminal terminal, DiagnosticBag diagnostics)
    {
        var agreements = new List<AgreementVersions>();
        foreach (var file in InputFile.Find(arguments, terminal, diagnostics))
        {
            // Each has a bag of its own: what is wrong with one agreement does not put the others aside.
            var own = new DiagnosticBag();
            if (ReadAgreement(file, terminal, own) is { } agreement)
                agreements.Add(agreement);
            foreach (var diagnostic in own)
                diagnostics.Add(diagnostic);
        }

        return agreements;
    }

    /// <summary>One agreement with its amendments, the levels above it and the calendar files that it names; null when it cannot be used.</summary>
    public static AgreementVersions? ReadAgreement(InputFile file, Terminal terminal, DiagnosticBag diagnostics) =>
        file.ReadText(diagnostics) is { } text ? Engine.ReadAgreement(text, file.Name, Folder(terminal), diagnostics) : null;

    /// <summary>The supplier agreements behind an agreement, by the supplier's name; what cannot be read is reported.</summary>
    public static IReadOnlyDictionary<string, Agreement> ReadSuppliers(Agreement agreement, Terminal terminal, DiagnosticBag diagnostics)
    {
        var found = new Dictionary<string, Agreement>(StringComparer.Ordinal);
        var folder = Folder(terminal);
        foreach (var supplier in agreement.Suppliers)
        {
            if (folder.Levels!(supplier.File, supplier.Clause.Place, diagnostics) is { } file && Engine.ReadAgreement(file.Text, file.File, folder, diagnostics) is { } read)
                found[supplier.Name] = read.Latest;
        }

        return found;
    }

    /// <summary>The files that agreements name: each relative to the file that names it.</summary>
    /// <param name="terminal">The folder that they start from.</param>
    /// <param name="instead">Texts that are about to be written, by their full path.</param>
    public static AgreementFolder Folder(Terminal terminal, IReadOnlyDictionary<string, string>? instead = null) => Engine.Folder(new NamedFiles(terminal, instead).Read);

    private static RecordedRule Refuse(ArgumentResult result)
    {
        result.AddError("--recorded takes as-happened or as-read.");
        return default;
    }

    /// <summary>All facts of all files; bad ones are reported and left out.</summary>
    public static FactSet ReadFacts(IEnumerable<string> arguments, string? mapFile, RecordedRule recorded, Terminal terminal, DiagnosticBag diagnostics, CancellationToken token, Instant? now = null)
    {
        using var progress = new Progress(terminal, "Facts read", token);
        var map = mapFile is null ? null : ReadMap(mapFile, terminal, diagnostics);
        var facts = new List<Fact>();
        foreach (var file in InputFile.Find(arguments, terminal, diagnostics))
        {
            var table = file.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
            if (table && map is null)
            {
                if (mapFile is null)
                    diagnostics.Error("LK5021", new Place(file.Name), "How the rows of this table become facts is not said.", "give a map: --map MAP.yaml");
                continue;
            }

            try
            {
                using var stream = file.Open();
                if (table)
                {
                    Engine.ImportCsv(map!, stream, file.Name, (fact, _) => Take(fact), null, diagnostics);
                }
                else
                {
                    foreach (var fact in Engine.ReadFacts(stream, file.Name, diagnostics))
                        Take(fact);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                diagnostics.Error("LK5002", new Place(file.Name), $"This file cannot be read: {e.Message}");
            }
        }

        void Take(Fact fact)
        {
            facts.Add(fact);
            progress.Step();
        }

        return FactFiles.Log(facts, recorded == RecordedRule.AsRead ? now ?? terminal.Clock() : null, diagnostics);
    }

    /// <summary>The map; null after reporting that it cannot be used.</summary>
    public static CsvMap? ReadMap(string argument, Terminal terminal, DiagnosticBag diagnostics)
    {
        return InputFile.One(argument, terminal, diagnostics) is { } file && file.ReadText(diagnostics) is { } text ? Engine.ReadMap(text, file.Name, diagnostics) : null;
    }

    /// <summary>An instant as people write it; a time without an offset is in the zone, and a date alone is its start.</summary>
    public static Instant? Time(string option, string? text, DateTimeZone zone, DiagnosticBag diagnostics)
    {
        if (text is null)
            return null;
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } offset)
            return offset.Value.ToInstant();
        foreach (var pattern in s_local)
        {
            if (pattern.Parse(text) is { Success: true } local)
                return local.Value.InZoneLeniently(zone).ToInstant();
        }

        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date)
            return zone.AtStartOfDay(date.Value).ToInstant();
        diagnostics.Error("LK5030", new Place(option), $"{Diagnostic.Quote(text)} is not a time.", "write 2025-11-01, 2025-11-01T12:00 or 2025-11-01T12:00:00Z");
        return null;
    }

    /// <summary>A date as people write it; null without one, and after reporting.</summary>
    public static LocalDate? Date(string option, string? text, DiagnosticBag diagnostics)
    {
        if (text is null)
            return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date)
            return date.Value;
        diagnostics.Error("LK5030", new Place(option), $"{Diagnostic.Quote(text)} is not a date.", "write 2025-11-01");
        return null;
    }

    /// <summary>The span that was asked for; without a wish, from the first fact to the last that is not later than <paramref name="asOf"/>.</summary>
    /// <returns>Null when the wish is wrong (reported), or when there is nothing to evaluate.</returns>
    public static TickInterval? Span(string? period, string? from, string? to, DateTimeZone zone, FactSet facts, Instant asOf, DiagnosticBag diagnostics)
    {
        if (period is not null)
        {
            if (from is not null || to is not null)
                diagnostics.Error("LK5031", new Place("--period"), "Either a period or --from and --to, not both.");
            else
                return PeriodCalendar.Parse(period, zone, diagnostics)?.During;
            return null;
        }

        var (first, last) = (Instant.MaxValue, Instant.MinValue);
        foreach (var stamped in facts.Facts)
        {
            if (stamped.Fact.Time > asOf)
                continue;
            first = Instant.Min(first, stamped.Fact.Time);
            last = Instant.Max(last, stamped.Fact.Time.PlusTicks(1));
        }

        var start = from is null ? first : Time("--from", from, zone, diagnostics);
        var end = to is null ? from is null ? last : asOf : Time("--to", to, zone, diagnostics);
        if (start is null || end is null)
            return null;
        if (from is null && first == Instant.MaxValue)
        {
            diagnostics.Error("LK5032", Place.None, "There is no fact up to the instant of evaluation, so the span to evaluate is not known.", "say it with --period");
            return null;
        }

        if (end > start)
            return TickInterval.Between(start.Value, end.Value);
        diagnostics.Error("LK5033", new Place("--to"), "The span ends before it starts.");
        return null;
    }

    private static readonly LocalDateTimePattern[] s_local =
    [
        LocalDateTimePattern.ExtendedIso,
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss"),
    ];
}
