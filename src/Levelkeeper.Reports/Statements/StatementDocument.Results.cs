using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Text.Documents;

namespace Levelkeeper.Reports.Statements;

/// <summary>Results: what was measured, what was left out and why, and what people said about it.</summary>
public sealed partial class StatementDocument
{
    /// <summary>Facts that did not count are listed so far; programs have them all.</summary>
    private const int MostSetAside = 50;

    private static readonly ImmutableArray<(string Word, Func<AvailabilityBuckets, long> Of)> s_buckets =
    [
        ("Up", b => b.Up), ("Degraded", b => b.Degraded), ("Down", b => b.Down), ("Disregarded", b => b.Disregarded), ("Excused", b => b.Excused), ("Maintenance", b => b.Maintenance),
        ("OutsideHours", b => b.OutsideHours), ("OutsideAgreement", b => b.OutsideAgreement), ("NoData", b => b.NoData), ("NotYet", b => b.NotYet),
    ];

    private IEnumerable<DocumentBlock> Results()
    {
        if (!_statement.Results.IsEmpty)
            yield return Table("", ["objective", "period", "target", "level", "verdict", "budget"], [.. _statement.Results.Select(r => Row(_values.Foreign(r.Title), _values.Foreign(r.Period.Label), _values.Target(r), _values.Level(r), _sentences.Verdict(r), Budget(r)))], 3);
    }

    private string Budget(ObjectiveEvaluation result)
    {
        if (result.Budget is not { } budget)
            return LevelForm.None;
        var (left, overdrawn) = budget.Remaining.Sign < 0 ? (-budget.Remaining, true) : (budget.Remaining, false);
        var text = budget.Unit == QuantityUnit.Ticks ? _values.ShortLength(left) : _values.Quantity(new Quantity(left, budget.Unit));
        return overdrawn ? Say("doc.overdrawn", ("value", text)) : text;
    }

    private IEnumerable<DocumentBlock> Outages()
    {
        var timed = _statement.Results.Where(r => r.Time is not null || !r.Outages.IsEmpty).ToImmutableArray();
        if (timed.IsEmpty)
            yield break;
        if (timed.All(r => r.Outages.IsEmpty))
            yield return new DocumentBlock.Paragraph(Say("doc.no-outages"));
        foreach (var result in timed)
        {
            var title = Title(result);
            if (!result.Outages.IsEmpty)
            {
                yield return Table("", ["began", "ended", "counted", "excused", "parts"], [.. result.Outages.Select(o => Row(_values.Edge(o.Span.Start), o.Lasting ? Say("doc.lasting") : _values.Edge(o.Span.End), _values.ShortLength(o.Counted), _values.ShortLength(o.Excused), o.Components.IsEmpty ? LevelForm.None : _values.List(o.Components.Select(_values.Foreign))))], 2, 3) with
                {
                    Caption = Say("doc.outages", ("objective", title)),
                    Totals = [Row(Say("doc.total"), "", _values.ShortLength(result.Outages.Sum(o => o.Counted)), _values.ShortLength(result.Outages.Sum(o => o.Excused)), "")],
                };
            }

            if (result.Time is { } time)
            {
                yield return Table("", ["bucket", "length"], [.. s_buckets.Where(b => b.Of(time) != 0).Select(b => Row(Say($"bucket.{b.Word}"), _values.ShortLength(b.Of(time))))], 1) with
                {
                    Caption = Say("doc.time", ("objective", title)),
                    Totals = [Row(Say("doc.total"), _values.ShortLength(time.Total))],
                };
            }

            if (!result.Claimed.IsEmpty)
            {
                yield return Table("", ["claim", "cause", "began", "ended", "excused", "state", "reason"], [.. result.Claimed.Select(c => Row(_values.Foreign(c.Name), _values.Foreign(c.Cause), _values.Edge(c.During.Start), _values.Edge(c.During.End), _values.ShortLength(c.Excused), Claim(c), _values.Foreign(c.Reason)))], 4) with
                {
                    Caption = Say("doc.claims", ("objective", title)),
                };
            }
        }

        string Claim(ClaimedTime claim) => claim.DecidedBy.Length == 0 ? _values.Word("claim", claim.Status) : Say("claim.decided", ("state", _values.Word("claim", claim.Status)), ("by", _values.Foreign(claim.DecidedBy)));
    }

    private IEnumerable<DocumentBlock> Misses() => MissTables(_statement.Results.Where(r => !IsDuty(r)));

    private IEnumerable<DocumentBlock> Duties()
    {
        var duties = _statement.Results.Where(IsDuty).ToImmutableArray();
        if (duties.IsEmpty)
            yield break;
        yield return Table("", ["objective", "period", "level", "verdict"], [.. duties.Select(r => Row(_values.Foreign(r.Title), _values.Foreign(r.Period.Label), _values.Level(r), _sentences.Verdict(r)))], 2);
        foreach (var table in MissTables(duties))
            yield return table;
    }

    private IEnumerable<DocumentBlock> MissTables(IEnumerable<ObjectiveEvaluation> results) =>
        results.Where(r => !r.Misses.IsEmpty).Select(r => Table("", ["subject", "began", "ended", "late-since", "late-by"], [.. r.Misses.Select(m => Row(IsDuty(r) ? _values.At(m.Since) : _values.Event(m.Subject), _values.Edge(m.Span.Start), m.Lasting ? Say("doc.lasting") : _values.Edge(m.Span.End), _values.At(m.Since), m.Late.Count == 0 ? LevelForm.None : _values.ShortLength(m.Late.Length)))], 4) with
        {
            Caption = Title(r),
        });

    private bool IsDuty(ObjectiveEvaluation result) => _statement.Agreement.Objectives.FirstOrDefault(o => o.Name == result.Objective)?.Indicator is Indicator.Duty;

    private string Title(ObjectiveEvaluation result) => Say("doc.of-period", ("title", _values.Foreign(result.Title)), ("period", _values.Foreign(result.Period.Label)));

    private IEnumerable<DocumentBlock> Comments()
    {
        if (!_statement.Comments.IsEmpty)
            yield return Table("", ["objective", "cause", "owner", "comment", "said", "source"], [.. _statement.Comments.Select(c => Row(_values.Reference("objectives", c.Objective), _values.Foreign(c.Cause), _values.Foreign(c.Owner), _values.Foreign(c.Comment), _values.At(c.At), _values.Foreign(c.Source)))]);
    }

    private IEnumerable<DocumentBlock> SetAside()
    {
        var aside = _statement.Evaluation.Unmatched.Concat(_statement.Evaluation.LeftOut).Where(f => _statement.Period.During.Contains(f.Fact.Time.ToUnixTimeTicks())).ToList();
        if (aside.Count == 0)
            yield break;
        yield return Table("doc.set-aside", ["fact", "type", "time", "why"], [.. aside.Take(MostSetAside).Select(Row)]);
        if (aside.Count > MostSetAside)
            yield return new DocumentBlock.Paragraph(Say("doc.more", ("n", _values.Number(aside.Count - MostSetAside))));

        ImmutableArray<string> Row(SetAsideFact f) => StatementDocument.Row(_values.Foreign($"{f.Fact.Source} {f.Fact.Id}"), _values.Foreign(f.Fact.Type), _values.At(f.Fact.Time), _values.Foreign(f.Reason));
    }
}
