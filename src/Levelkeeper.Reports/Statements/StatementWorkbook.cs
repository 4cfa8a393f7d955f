using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Xlsx;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Reports.Statements;

/// <summary>A statement as a workbook: summary, lines, steps, results, outages, tickets. Numbers are numbers, dates dates; equal statements give equal bytes.</summary>
public sealed class StatementWorkbook
{
    private readonly Statement _statement;
    private readonly StatementProvenance _provenance;
    private readonly Phrasebook _words;
    private readonly StatementValues _values;
    private readonly StatementSentences _sentences;

    private StatementWorkbook(Statement statement, StatementProvenance provenance, TextLanguage language)
    {
        (_statement, _provenance, _words) = (statement, provenance, Phrasebook.Of(language));
        _values = new StatementValues(_words, statement.Agreement);
        _sentences = new StatementSentences(statement, _values);
    }

    /// <summary>The workbook's bytes.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="provenance">What it was made of.</param>
    /// <param name="language">The language of headings and sentences.</param>
    public static byte[] Write(Statement statement, StatementProvenance provenance, TextLanguage language)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(provenance);
        ArgumentNullException.ThrowIfNull(language);
        var book = new StatementWorkbook(statement, provenance, language);
        return WorkbookWriter.Write([book.Summary(), book.Lines(), book.Steps(), book.Results(), book.Outages(), book.Tickets()], statement.Agreement.Currency, language.IsRightToLeft);
    }

    private Sheet Summary()
    {
        var (agreement, period) = (_statement.Agreement, _statement.Period);
        return new Sheet(Say("sheet.summary"), [(Say("column.what"), 34), (Say("column.value"), 60)],
        [
            Pair("pair.agreement", Words(agreement.Title)),
            Pair("pair.agreement", Words(agreement.Id)),
            Pair("pair.provider", Words(agreement.Provider.Name)),
            Pair("pair.customer", Words(agreement.Customer?.Name ?? "")),
            Pair("pair.period", Words(period.Label)),
            Pair("column.began", Time(period.During.StartInstant)),
            Pair("column.ended", Time(period.During.EndInstant)),
            Pair("pair.as-of", Time(_statement.AsOf)),
            Pair("pair.state", Words(Say(_statement.Interim ? "doc.state.interim" : "doc.state.issued"))),
            Pair("pair.zone", Words(agreement.Zone.Id)),
            Pair("pair.currency", Words(agreement.Currency)),
            Pair("figure.provider", new SheetCell.Money(_statement.PayableBy(PartyRole.Provider))),
            Pair("figure.customer", new SheetCell.Money(_statement.PayableBy(PartyRole.Customer))),
            Pair("figure.breached", new SheetCell.Number(_statement.Results.Count(r => r.Verdict == Core.Evaluation.Verdict.Breached))),
            Pair("pair.hash", Words(_provenance.AgreementHash)),
            Pair("pair.edition", Words(_provenance.Edition)),
            Pair("pair.time-zones", Words(_provenance.TimeZones)),
            Pair("pair.facts", Words(_provenance.FactsRoot)),
            Pair("pair.fact-count", new SheetCell.Number(_provenance.FactCount)),
            .. _statement.Earlier.Select(e => Pair("column.earlier", Words($"{e.Label} {e.Digest}"))),
        ]);

        List<SheetCell> Pair(string key, SheetCell value) => [Words(Say(key)), value];
    }

    private Sheet Lines() => new(
        Say("sheet.lines"),
        [(Say("column.id"), 34), (Say("column.line"), 34), (Say("column.kind"), 22), (Say("column.who"), 14), (Say("column.computed"), 16), (Say("column.contested"), 16), (Say("column.payable"), 16), (Say("column.standing"), 44), (Say("column.arose"), 20), (Say("column.due"), 20), (Say("column.until"), 20), (Say("column.by"), 24), (Say("column.reason"), 40)],
        [.. _statement.Lines.Select(l => (IReadOnlyList<SheetCell>)
        [
            Words(l.Id), Words(_values.Line(l, _statement.Period.Label)), Words(_sentences.Kind(l)), Words(Say($"doc.side.{l.By}")),
            new SheetCell.Money(l.Computed), new SheetCell.Money(l.Contested), new SheetCell.Money(l.Payable), Words(_sentences.Standing(l)), Time(l.Arises), Time(l.Due), Time(l.ClaimUntil), Words(l.DecidedBy), Words(l.Reason),
        ])])
    {
        Totals = [.. new[] { PartyRole.Provider, PartyRole.Customer }.Select(side => (IReadOnlyList<SheetCell>)
        [
            Words(Say("doc.total-payable")), SheetCell.None, SheetCell.None, Words(Say($"doc.side.{side}")), SheetCell.None, SheetCell.None, new SheetCell.Money(_statement.PayableBy(side)), SheetCell.None, SheetCell.None, SheetCell.None, SheetCell.None, SheetCell.None, SheetCell.None,
        ])],
    };

    private Sheet Steps() => new(
        Say("sheet.steps"),
        [(Say("column.id"), 34), (Say("column.step"), 8), (Say("column.because"), 90), (Say("column.first"), 20), (Say("column.second"), 20), (Say("column.third"), 20), (Say("column.clause"), 44)],
        [.. from line in _statement.Lines
            where line.Owed?.Remedy.Benefit is Benefit.Payment
            from step in line.Owed!.Steps.Select((s, i) => (Step: s, Number: i + 1))
            select (IReadOnlyList<SheetCell>)
            [
                Words(line.Id), new SheetCell.Number(step.Number), Words(_sentences.Step(step.Step, ((Benefit.Payment)line.Owed!.Remedy.Benefit).Amount, line.Owed)),
                Quantity(step.Step.First), Quantity(step.Step.Second), Quantity(step.Step.Third), Words(step.Step.Clause.Path),
            ]]);

    private Sheet Results() => new(
        Say("sheet.results"),
        [(Say("column.objective"), 36), (Say("column.period"), 14), (Say("column.target"), 24), (Say("column.level"), 18), (Say("column.lowest"), 18), (Say("column.highest"), 18), (Say("column.verdict"), 30), (Say("column.budget"), 20)],
        [.. _statement.Results.Select(r => (IReadOnlyList<SheetCell>)
            [Words(r.Title), Words(r.Period.Label), Words(_values.Target(r)), Quantity(r.Level), Quantity(r.Lowest), Quantity(r.Highest), Words(_sentences.Verdict(r)), Quantity(r.Budget is { } budget ? new Quantity(budget.Remaining, budget.Unit) : null)])]);

    private Sheet Outages() => new(
        Say("sheet.outages"),
        [(Say("column.objective"), 36), (Say("column.period"), 14), (Say("column.began"), 20), (Say("column.ended"), 20), (Say("column.counted"), 14), (Say("column.excused"), 14), (Say("column.parts"), 24)],
        [.. from result in _statement.Results
            from outage in result.Outages
            select (IReadOnlyList<SheetCell>)
            [
                Words(result.Title), Words(result.Period.Label), Edge(outage.Span.Start), outage.Lasting ? Words(Say("doc.lasting")) : Edge(outage.Span.End), new SheetCell.Length(outage.Counted), new SheetCell.Length(outage.Excused), Words(string.Join(", ", outage.Components)),
            ]]);

    private Sheet Tickets() => new(
        Say("sheet.misses"),
        [(Say("column.objective"), 36), (Say("column.period"), 14), (Say("column.subject"), 28), (Say("column.began"), 20), (Say("column.ended"), 20), (Say("column.late-since"), 20), (Say("column.late-by"), 14)],
        [.. from result in _statement.Results
            from miss in result.Misses
            select (IReadOnlyList<SheetCell>)
            [
                Words(result.Title), Words(result.Period.Label), Words(miss.Subject), Edge(miss.Span.Start), miss.Lasting ? Words(Say("doc.lasting")) : Edge(miss.Span.End), Time(miss.Since), miss.Late.Count == 0 ? SheetCell.None : new SheetCell.Length(miss.Late.Length),
            ]]);

    private SheetCell Quantity(Quantity? quantity) => quantity switch
    {
        null => SheetCell.None,
        { Unit: QuantityUnit.Money, Value: var amount } => new SheetCell.Money(amount),
        { Unit: QuantityUnit.Share, Value: var share } => new SheetCell.Share(share),
        { Unit: QuantityUnit.Ticks, Value: { Sign: >= 0 } ticks } => new SheetCell.Length(ticks),
        // A spreadsheet shows no time below nothing.
        { Unit: QuantityUnit.Ticks, Value: var ticks } => Words(_values.ShortLength(ticks)),
        { Unit: QuantityUnit.Instant, Value: var at } => Time(Instant.FromUnixTimeTicks((long)at.Floor())),
        { Unit: QuantityUnit.Number, Value: var number } => new SheetCell.Number(number),
        _ => throw new InvalidOperationException("The units of a quantity are closed."),
    };

    private SheetCell Edge(long ticks) => ticks is long.MinValue or long.MaxValue ? Words(Say("doc.unknown")) : Time(Instant.FromUnixTimeTicks(ticks));

    private SheetCell Time(Instant? instant) => instant is { } at ? new SheetCell.Time(at.InZone(_statement.Agreement.Zone).LocalDateTime) : SheetCell.None;

    private static SheetCell.Words Words(string text) => new(text);

    private string Say(string key) => _words.Say(key);
}
