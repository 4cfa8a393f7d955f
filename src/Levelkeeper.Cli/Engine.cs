using System.Collections.Immutable;
using Levelkeeper.Connectors.Calendars;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Changes;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Lint;
using Levelkeeper.Language.Templates;
using Levelkeeper.Language.Yaml;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Cli;

/// <summary>The calls that the command line makes to the engine, all in one place.</summary>
internal static class Engine
{
    /// <summary>Reads an agreement with its amendments; null when it cannot be used.</summary>
    public static AgreementVersions? ReadAgreement(string text, string file, AgreementFolder folder, DiagnosticBag diagnostics) => AgreementReader.ReadVersions(text, file, diagnostics, folder);

    /// <summary>An agreement with the levels above it, not laid over each other yet; null when one cannot be read.</summary>
    public static LevelReader? Levels(string text, string file, AgreementFolder folder, DiagnosticBag diagnostics) => LevelReader.Read(text, file, folder.Levels, diagnostics);

    /// <summary>Reads an agreement with its amendments from its levels; null when it cannot be used.</summary>
    public static AgreementVersions? ReadAgreement(LevelReader levels, AgreementFolder folder, DiagnosticBag diagnostics) => AgreementReader.ReadVersions(levels, diagnostics, folder);

    /// <summary>An agreement with its levels, plan and amendments laid over each other; null when a level cannot be read.</summary>
    public static YamlNode.Mapping? Effective(string text, string file, LocalDate? on, AgreementFolder folder, DiagnosticBag diagnostics) =>
        LevelReader.Read(text, file, folder.Levels, diagnostics)?.Effective(on, diagnostics);

    /// <summary>Reads an effective agreement; null when it cannot be used.</summary>
    public static Agreement? ReadAgreement(YamlNode.Mapping effective, AgreementFolder folder, DiagnosticBag diagnostics) => AgreementReader.Read(effective, diagnostics, folder.Calendars);

    /// <summary>The version of an agreement in force on a date as a contract that people read, with the hash of what is signed; null when the agreement cannot be used.</summary>
    public static Document? Contract(string text, string file, LocalDate? on, AgreementFolder folder, TextLanguage language, DiagnosticBag diagnostics)
    {
        if (Signed(text, file, folder, diagnostics) is not { } content || LevelReader.Read(text, file, folder.Levels, new DiagnosticBag()) is not { } levels)
            return null;
        return ContractDocument.Of(levels.Effective(on, new DiagnosticBag()), language, ContractVersion.Of(levels, on, content));
    }

    /// <summary>Two effective agreements beside each other.</summary>
    public static AgreementComparison Compare(YamlNode.Mapping first, YamlNode.Mapping second) => AgreementComparison.Of(first, second);

    /// <summary>An agreement's file in its canonical form; null when it cannot be read.</summary>
    public static string? Format(string text, string file, DiagnosticBag diagnostics) => AgreementFormat.Format(text, file, diagnostics);

    /// <summary>The templates of agreements.</summary>
    public static ImmutableArray<string> Templates => AgreementTemplate.Names;

    /// <summary>An agreement made of a template; null when a value cannot be set.</summary>
    public static string? Draft(string template, IEnumerable<ClauseSetting> settings, DiagnosticBag diagnostics) =>
        AgreementDraft.With(AgreementTemplate.Text(template)!, template, settings, diagnostics);

    /// <summary>A clause and its value.</summary>
    public static ClauseSetting? Setting(string text, Place place, DiagnosticBag diagnostics) => ClauseSetting.Read(text, place, diagnostics);

    /// <summary>An agreement's file with one more amendment; null when it cannot be made.</summary>
    public static string? Amend(string text, string file, LocalDate from, string title, IEnumerable<ClauseSetting> settings, DiagnosticBag diagnostics) =>
        AgreementAmendment.Append(text, file, from, title, settings, diagnostics);

    /// <summary>What of an agreement is signed; null when it cannot be used.</summary>
    public static SignedContent? Signed(string text, string file, AgreementFolder folder, DiagnosticBag diagnostics) => SignedContent.Read(text, file, diagnostics, folder);

    /// <summary>The files around an agreement.</summary>
    /// <param name="read">Reads the file that a place names, or reports why not; gives its text and its name.</param>
    public static AgreementFolder Folder(Func<string, Place, DiagnosticBag, (string Text, string File)?> read) => FolderReader.Of(read);

    /// <summary>What is probably not meant in an agreement that can be read.</summary>
    public static void Lint(Agreement agreement, IReadOnlyDictionary<string, Agreement> suppliers, DiagnosticBag diagnostics) => AgreementLint.Check(agreement, diagnostics, suppliers);

    public static IEnumerable<Fact> ReadFacts(Stream stream, string file, DiagnosticBag diagnostics) => CloudEventReader.Read(stream, file, diagnostics);

    public static CsvMap? ReadMap(string text, string file, DiagnosticBag diagnostics) => CsvMap.Read(text, file, diagnostics);

    public static CsvImportResult ImportCsv(CsvMap map, Stream csv, string file, MadeFact take, TextWriter? rejects, DiagnosticBag diagnostics) =>
        CsvImport.Run(map, csv, file, take, rejects, diagnostics);

    public static EffectiveFacts Effective(FactSet facts, Instant asOf) => facts.Effective(asOf);

    public static AgreementEvaluation Evaluate(AgreementVersions agreement, EffectiveFacts facts, TickInterval span, Instant asOf) =>
        Evaluator.Evaluate(agreement, facts, span.StartInstant, span.EndInstant, asOf);

    /// <summary>The statement of a period.</summary>
    public static Statement Statement(AgreementVersions agreement, FactSet facts, Period period, Instant asOf, IEnumerable<IssuedStatement> earlier) =>
        StatementMaker.Make(agreement, facts.Effective(asOf), period, asOf, earlier);

    /// <summary>An effective agreement as if it had been in force over a span.</summary>
    public static YamlNode.Mapping AsIfInForce(YamlNode.Mapping effective, LocalDate from, LocalDate until, bool withGrace) => Language.Simulations.AsIfInForce.Over(effective, from, until, withGrace);

    /// <summary>What an agreement would have come to over its term.</summary>
    public static Core.Forecasts.Simulation Simulate(Agreement agreement, FactSet facts) => Core.Forecasts.Simulation.Of(agreement, facts.Effective(Instant.FromUnixTimeTicks(agreement.TermTime.End)));

    public static ImmutableArray<ClockReading> Clocks(AgreementVersions agreement, EffectiveFacts facts, Instant asOf) => Evaluator.Clocks(agreement, facts, asOf);

    public static bool CalendarBatch(TextReader input, TextWriter output) => Connectors.Calendars.CalendarBatch.Run(input, output);
}
