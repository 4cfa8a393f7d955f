using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Statements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Reports.Statements;

/// <summary>A statement as people read it: money first, then how it was reached, then what was measured. Equal statements give equal documents.</summary>
public sealed partial class StatementDocument
{
    private readonly Statement _statement;
    private readonly StatementProvenance _provenance;
    private readonly Phrasebook _words;
    private readonly StatementValues _values;
    private readonly StatementSentences _sentences;

    private StatementDocument(Statement statement, StatementProvenance provenance, TextLanguage language)
    {
        (_statement, _provenance, _words) = (statement, provenance, Phrasebook.Of(language));
        _values = new StatementValues(_words, statement.Agreement);
        _sentences = new StatementSentences(statement, _values);
    }

    /// <summary>Builds the document.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="provenance">What it was made of.</param>
    /// <param name="language">The language.</param>
    public static Document Of(Statement statement, StatementProvenance provenance, TextLanguage language)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(provenance);
        ArgumentNullException.ThrowIfNull(language);
        return new StatementDocument(statement, provenance, language).Build();
    }

    private string Label => _statement.Period.Label;

    private Document Build()
    {
        var agreement = _statement.Agreement;
        var sections = ImmutableArray.CreateBuilder<DocumentSection>();
        Add("summary", _ => Summary());
        Add("amounts", _ => Amounts());
        AddParts("reckoning", Reckonings);
        Add("would-be", _ => WouldBe());
        Add("entitlements", _ => Entitlements());
        Add("adjustments", _ => Adjustments());
        Add("decisions", _ => Decisions());
        Add("late", _ => LatePayments());
        Add("results", _ => Results());
        Add("outages", _ => Outages());
        Add("misses", _ => Misses());
        Add("duties", _ => Duties());
        Add("comments", _ => Comments());
        Add("set-aside", _ => SetAside());
        Add("made-of", _ => MadeOf());
        return new Document(
            _words.Language,
            Say("doc.title", ("period", _values.Foreign(Label))),
            Say("doc.subtitle", ("title", _values.Foreign(agreement.Title)), ("id", _values.Foreign(agreement.Id))),
            sections.ToImmutable(),
            Say("doc.contents")) { Kind = DocumentKind.Statement };

        // A chapter with nothing to say is left out.
        void Add(string name, Func<string, IEnumerable<DocumentBlock>> blocks)
        {
            var number = (sections.Count + 1).ToString(CultureInfo.InvariantCulture);
            if (blocks(number).ToImmutableArray() is { IsEmpty: false } content)
                sections.Add(new DocumentSection(number, Say($"head.{name}"), content, []));
        }

        void AddParts(string name, Func<string, IEnumerable<DocumentSection>> parts)
        {
            var number = (sections.Count + 1).ToString(CultureInfo.InvariantCulture);
            if (parts(number).ToImmutableArray() is { IsEmpty: false } content)
                sections.Add(new DocumentSection(number, Say($"head.{name}"), [], content));
        }
    }

    private IEnumerable<DocumentBlock> Summary()
    {
        var (agreement, period) = (_statement.Agreement, _statement.Period);
        var pairs = ImmutableArray.CreateBuilder<(string, string)>();
        pairs.Add((Say("pair.provider"), Side(agreement.Provider)));
        if (agreement.Customer is { } customer)
            pairs.Add((Say("pair.customer"), Side(customer)));
        pairs.Add((Say("pair.agreement"), Say("doc.parenthesis", ("a", _values.Foreign(agreement.Title)), ("b", _values.Foreign(agreement.Id)))));
        pairs.Add((Say("pair.period"), Say("doc.span", ("from", _values.Day(period.FirstDay)), ("to", _values.Day(period.LastDay)))));
        pairs.Add((Say("pair.as-of"), _values.At(_statement.AsOf)));
        pairs.Add((Say("pair.state"), Say(_statement.Interim ? "doc.state.interim" : "doc.state.issued")));
        pairs.Add((Say("pair.zone"), _values.Foreign(agreement.Zone.Id)));
        pairs.Add((Say("pair.made-of"), Say("doc.made-of", ("hash", Short(_provenance.AgreementHash)), ("root", Short(_provenance.FactsRoot)))));
        var waiting = Waiting().ToList();
        var (missed, judged) = (_statement.Results.Count(r => r.Verdict == Verdict.Breached), _statement.Results.Length);
        yield return new DocumentBlock.Figures(
        [
            Money("figure.provider", _statement.PayableBy(PartyRole.Provider)),
            Money("figure.customer", _statement.PayableBy(PartyRole.Customer)),
            Money("figure.waits", waiting.Aggregate(Rational.Zero, (sum, w) => sum + w.Amount)),
            new Figure(Say("figure.breached"), _values.Number(missed), Say("figure.of", ("n", _values.Number(judged))), missed > 0),
        ]);
        yield return new DocumentBlock.Pairs(pairs.ToImmutable());
        yield return waiting.Count == 0
            ? new DocumentBlock.Paragraph(Say("doc.waits.nothing"))
            : Table("doc.waits", ["line", "amount", "for", "until", "why"], [.. waiting.Select(w => Row(Line(w.Line), _values.Money(w.Amount), w.For, w.Line.Standing == LineStanding.ToBeClaimed && w.Line.ClaimUntil is { } until ? _values.LastDay(until) : Say("right.no-limit"), _values.Word("standing", w.Why)))], 1);

        Figure Money(string key, Rational amount) => new(Say(key), _values.Money(amount), Say("figure.net"), amount.Sign != 0);
    }

    /// <summary>What is computed and not payable yet, and who must do something.</summary>
    private IEnumerable<(StatementLine Line, Rational Amount, string For, LineStanding Why)> Waiting()
    {
        foreach (var line in _statement.Lines)
        {
            switch (line.Standing)
            {
                case LineStanding.ToBeClaimed:
                    yield return (line, line.Computed - line.Contested, Say($"doc.side.{(line.By == PartyRole.Provider ? PartyRole.Customer : PartyRole.Provider)}"), line.Standing);
                    break;
                case LineStanding.AwaitsAcceptance:
                    yield return (line, line.Computed, Say("doc.side.Customer"), line.Standing);
                    break;
                case LineStanding.Payable or LineStanding.Contested when line.Contested.Sign > 0 && !IsSettled(line):
                    yield return (line, line.Contested, Say("doc.side.Both"), LineStanding.Contested);
                    break;
                case LineStanding.Payable or LineStanding.Contested or LineStanding.NotOwed or LineStanding.Interim or LineStanding.ClaimLapsed or LineStanding.Final:
                    break;
                default:
                    throw new InvalidOperationException("Unknown standing.");
            }
        }
    }

    private bool IsSettled(StatementLine line) =>
        _statement.Lines.Any(l => l.Kind == StatementLineKind.Settlement && l.Line is { } settled && (settled == line.Line || settled.Event.Length == 0 && line.Line is { } own && own with { Event = "" } == settled));

    private IEnumerable<DocumentBlock> MadeOf()
    {
        yield return new DocumentBlock.Paragraph(Say("doc.verify"));
        yield return new DocumentBlock.Pairs(
        [
            (Say("pair.hash"), Code(_provenance.AgreementHash)),
            (Say("pair.edition"), Code(_provenance.Edition)),
            (Say("pair.time-zones"), Code(_provenance.TimeZones)),
            (Say("pair.facts"), Code(_provenance.FactsRoot)),
            (Say("pair.fact-count"), _values.Number(_provenance.FactCount)),
        ]);
        if (!_statement.Earlier.IsEmpty)
            yield return Table("", ["earlier", "issued", "digest"], [.. _statement.Earlier.Select(e => Row(_values.Foreign(e.Label), _values.At(e.Issued), Code(e.Digest)))]);
    }

    private string Side(Party party) => party.Contact.Length == 0 ? _values.Foreign(party.Name) : Say("doc.parenthesis", ("a", _values.Foreign(party.Name)), ("b", _values.Foreign(party.Contact)));

    private string Line(StatementLine line) => _values.Line(line, Label);

    private string Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => _words.Say(key, values);

    /// <summary>Enough of a hash to tell two statements apart at a glance.</summary>
    private string Short(string hash) => Code(hash.Length > 12 ? hash[..12] + "…" : hash);

    private string Code(string text) => Isolate.Signs(text, _words.Language);

    private DocumentBlock.Table Table(string caption, ImmutableArray<string> columns, ImmutableArray<ImmutableArray<string>> rows, params ImmutableArray<int> numeric) =>
        new("", caption.Length == 0 ? "" : Say(caption), [.. columns.Select(c => Say($"column.{c}"))], rows) { Numeric = numeric };

    private static ImmutableArray<string> Row(params ImmutableArray<string> cells) => cells;
}
