using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Text.Documents;

namespace Levelkeeper.Reports.Statements;

/// <summary>Amounts: what is payable, how it was reached, and what moves earlier statements.</summary>
public sealed partial class StatementDocument
{
    private IEnumerable<DocumentBlock> Amounts()
    {
        foreach (var side in new[] { PartyRole.Provider, PartyRole.Customer })
        {
            var lines = _statement.Lines.Where(l => l.By == side).ToImmutableArray();
            if (lines.IsEmpty)
            {
                yield return new DocumentBlock.Paragraph(Say($"doc.owes-nothing.{side}"));
                continue;
            }

            yield return Table($"doc.owes.{side}", ["line", "kind", "computed", "payable", "standing"], [.. lines.Select(l => Row(Line(l), _sentences.Kind(l), _values.Money(l.Computed), _values.Money(l.Payable), _sentences.Standing(l)))], 2, 3) with
            {
                Totals = [Row(Say("doc.total-payable"), "", "", _values.Money(_statement.PayableBy(side)), "")],
            };
        }

        yield return new DocumentBlock.Paragraph(Say("doc.net"));
    }

    private IEnumerable<DocumentSection> Reckonings(string number) =>
        _statement.Lines.Where(l => l.Owed is not null).Select((line, i) =>
        {
            var part = $"{number}.{(i + 1).ToString(CultureInfo.InvariantCulture)}";
            return new DocumentSection(
                part,
                Say("doc.event", ("title", Line(line)), ("event", _values.Money(line.Payable))),
                [.. _sentences.Of(line, line.Owed!).Select((s, k) => new DocumentBlock.Clause($"{part}.{(k + 1).ToString(CultureInfo.InvariantCulture)}", s.Text, s.Clause is { IsDefault: false } clause ? Code(clause.Path) : "", s.Clause?.Path ?? ""))],
                []);
        });

    private IEnumerable<DocumentBlock> WouldBe()
    {
        var lines = _statement.Lines.Where(l => l.Owed is { State: not OwedState.Owed } owed && (owed.WouldBe.Sign != 0 || owed.State is OwedState.InsufficientEvidence or OwedState.NotComputed)).ToImmutableArray();
        if (!lines.IsEmpty)
            yield return Table("", ["line", "would-be", "why"], [.. lines.Select(l => Row(Line(l), Would(l.Owed!), Reason(l.Owed!)))], 1);

        string Would(OwedLine owed) => owed.State == OwedState.NotComputed ? Say("doc.unknown") : _values.Money(owed.State == OwedState.InsufficientEvidence ? owed.AtMost : owed.WouldBe);

        string Reason(OwedLine owed) => owed.OutdoneBy is { } better ? Say("doc.parenthesis", ("a", _values.Word("short", owed.State)), ("b", _values.Line(better, Label)))
            : owed.Unknown.Length > 0 ? Say("doc.parenthesis", ("a", _values.Word("short", owed.State)), ("b", _values.Foreign(owed.Unknown)))
            : _values.Word("short", owed.State);
    }

    private IEnumerable<DocumentBlock> Entitlements()
    {
        if (!_statement.Entitlements.IsEmpty)
            yield return Table("", ["right", "because", "arose", "until", "state"], [.. _statement.Entitlements.Select(e => Row(Right(e), Because(e), _values.At(e.Arises), e.Until is { } until ? _values.LastDay(until) : Say("right.no-limit"), _values.Word("short", e.State)))]);

        string Right(Entitlement entitlement) => entitlement.Benefit switch
        {
            Benefit.Right right => _values.Remedies.Right(right),
            Benefit.Extension extension => Say("right.extension", ("time", new Text.Forms.ValueForms(_words).Time(extension.Length))),
            Benefit.Payment => throw new InvalidOperationException("An amount is no entitlement."),
            _ => throw new InvalidOperationException("The cases of a benefit are closed."),
        };

        string Because(Entitlement entitlement) => entitlement.Remedy is { } remedy ? _values.Remedies.Condition(remedy.When) : Say("right.lapsed", ("name", _values.Reference("commitments", entitlement.Commitment)));
    }

    private IEnumerable<DocumentBlock> Adjustments()
    {
        var lines = Of(StatementLineKind.Adjustment);
        if (!lines.IsEmpty)
        {
            yield return Table(
                "",
                ["line", "statement", "was", "now", "difference", "standing"],
                [.. lines.Select(l => Row(Line(l), _values.Foreign(l.AdjustedStatement), _values.Money(l.Before), _values.Money(l.Before + l.Computed), _values.Money(l.Computed), l.DecidedBy.Length > 0 ? Say("claim.decided", ("state", _sentences.Standing(l)), ("by", _values.Foreign(l.DecidedBy))) : _sentences.Standing(l)))],
                2, 3, 4);
        }
    }

    private IEnumerable<DocumentBlock> Decisions()
    {
        var lines = _statement.Lines.Where(l => l.Kind is StatementLineKind.Waiver or StatementLineKind.Goodwill or StatementLineKind.Settlement).ToImmutableArray();
        if (!lines.IsEmpty)
            yield return Table("", ["line", "kind", "who", "amount", "by", "reason"], [.. lines.Select(l => Row(Line(l), _values.Word("kind", l.Kind), Say($"doc.side.{l.By}"), _values.Money(l.Payable), _values.Foreign(l.DecidedBy), _values.Foreign(l.Reason)))], 3);
        if (!_statement.Disputes.IsEmpty)
        {
            yield return Table(
                "",
                ["dispute", "line", "contested", "contested-by", "reason", "settled"],
                [.. _statement.Disputes.Select(d => Row(
                    _values.Foreign(d.Name), _values.Line(d.Line, Label), d.Amount is { } amount ? _values.Money(amount) : Say("edge.any-amount"), _values.Foreign(d.By), _values.Foreign(d.Reason),
                    d.Settled is { } settled ? _values.Money(settled) : Say(d.InTime ? "dispute.open" : "dispute.late")))],
                2);
        }
    }

    private IEnumerable<DocumentBlock> LatePayments()
    {
        var lines = Of(StatementLineKind.LatePayment);
        if (!lines.IsEmpty)
            yield return Table("", ["what", "who", "due", "overdue", "charge"], [.. lines.Select(l => Row(Line(l), Say($"doc.side.{l.By}"), l.Due is { } due ? _values.LastDay(due) : "", _values.Money(l.Before), _values.Money(l.Payable)))], 3, 4);
    }

    private ImmutableArray<StatementLine> Of(StatementLineKind kind) => [.. _statement.Lines.Where(l => l.Kind == kind)];
}
