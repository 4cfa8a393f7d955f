using System.Text.Json;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Json;

/// <summary>Evaluations for programs. The order is that of the evaluation, so equal inputs give equal text.</summary>
public static class EvaluationJson
{
    /// <summary>Writes evaluations.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="evaluations">What.</param>
    /// <param name="explained">Whether the trees are written too.</param>
    /// <param name="depth">How many levels of them.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<AgreementEvaluation> evaluations, bool explained = false, int depth = int.MaxValue)
    {
        json.WriteStartObject();
        json.Array("evaluations", evaluations, evaluation =>
        {
            json.WriteString("agreement", evaluation.Agreement);
            json.WriteString("title", evaluation.Title);
            json.Instant("as-of", evaluation.AsOf);
            json.WriteNumber("matched-facts", evaluation.MatchedFacts);
            json.Array("objectives", evaluation.Objectives, o => Objective(json, o, explained, depth));
            json.Array("unmatched", evaluation.Unmatched, f => SetAside(json, f));
            json.Array("left-out", evaluation.LeftOut, f => SetAside(json, f));
        });
        json.WriteEndObject();
    }

    /// <summary>The members of a result, into the object that is open.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="objective">What.</param>
    /// <param name="explained">Whether its tree is written too.</param>
    /// <param name="depth">How many levels of it.</param>
    /// <param name="places">Whether the places of clauses in their files are written.</param>
    public static void Objective(Utf8JsonWriter json, ObjectiveEvaluation objective, bool explained, int depth, bool places = true)
    {
        json.WriteString("objective", objective.Objective);
        json.WriteString("title", objective.Title);
        json.WriteString("service", objective.Service);
        if (objective.Member.Length > 0)
            json.WriteString("member", objective.Member);
        json.WriteStartObject("period");
        json.WriteString("label", objective.Period.Label);
        json.Instant("from", objective.Period.Span.StartInstant);
        json.Instant("to", objective.Period.Span.EndInstant);
        if (objective.Period.Version is { } version)
            json.WriteString("version", NodaTime.Text.LocalDatePattern.Iso.Format(version));
        if (objective.Period.IsCarriedOver)
            json.WriteBoolean("carried-over", true);
        json.WriteBoolean("running", objective.Period.Running);
        json.WriteEndObject();
        json.WriteString("verdict", VerdictForm.Key(objective.Verdict));
        json.WriteString("if-pending-approved", VerdictForm.Key(objective.IfPendingApproved));
        json.Quantity("level", objective.Level);
        json.Quantity("lowest", objective.Lowest);
        json.Quantity("highest", objective.Highest);
        json.WriteString("shown", LevelForm.Show(objective));
        json.WriteString("target", objective.Target);
        json.WriteString("volume", objective.Volume?.ToString());
        Budget(json, objective.Budget);
        json.Array("burn-alerts", objective.BurnAlerts, reading =>
        {
            json.WriteString("factor", reading.Alert.Factor.ToString());
            json.WriteString("long", NumberForm.IsoDuration((long)reading.Alert.Long.BclCompatibleTicks));
            json.WriteString("short", NumberForm.IsoDuration((long)reading.Alert.Short.BclCompatibleTicks));
            json.WriteString("long-rate", reading.LongRate?.ToString());
            json.WriteString("short-rate", reading.ShortRate?.ToString());
            json.WriteBoolean("complete", reading.IsComplete);
            json.WriteBoolean("fires", reading.Fires);
        });
        json.Array("outages", objective.Outages, outage =>
        {
            json.Instant("from", outage.Span.StartInstant);
            json.Instant("to", outage.Lasting ? null : outage.Span.EndInstant);
            json.WriteString("counted", NumberForm.IsoDuration(outage.Counted));
            json.WriteString("excused", NumberForm.IsoDuration(outage.Excused));
            json.WriteStartArray("components");
            foreach (var component in outage.Components)
                json.WriteStringValue(component);
            json.WriteEndArray();
        });
        Time(json, objective.Time);
        json.Array("claimed", objective.Claimed, claim =>
        {
            json.WriteString("exclusion", claim.Name);
            json.WriteString("cause", claim.Cause);
            json.Instant("from", claim.During.StartInstant);
            json.Instant("to", claim.During.EndInstant);
            json.WriteString("status", WordOf(claim.Status));
            json.WriteString("excused", NumberForm.IsoDuration(claim.Excused));
            json.WriteString("decided-by", claim.DecidedBy);
            json.WriteString("reason", claim.Reason);
        });
        json.Array("misses", objective.Misses, miss =>
        {
            json.WriteString("subject", miss.Subject);
            json.Instant("from", miss.Span.StartInstant);
            json.Instant("to", miss.Lasting ? null : miss.Span.EndInstant);
            json.Instant("late-since", miss.Since);
            json.WriteString("late", NumberForm.IsoDuration(miss.Late.Length));
        });
        json.Array("members", objective.Members, m => Objective(json, m, explained, depth, places));
        json.WriteStartObject("clause");
        json.Clause(objective.Clause, places);
        json.WriteEndObject();
        if (explained)
        {
            json.WriteStartObject("explanation");
            Explanation(json, objective.Explanation, depth);
            json.WriteEndObject();
        }
    }

    private static void Time(Utf8JsonWriter json, AvailabilityBuckets? time)
    {
        if (time is not { } buckets)
        {
            json.WriteNull("time");
            return;
        }

        json.WriteStartObject("time");
        foreach (var (name, ticks) in new[]
        {
            ("up", buckets.Up), ("degraded", buckets.Degraded), ("down", buckets.Down), ("disregarded", buckets.Disregarded), ("excused", buckets.Excused), ("maintenance", buckets.Maintenance),
            ("outside-hours", buckets.OutsideHours), ("outside-agreement", buckets.OutsideAgreement), ("no-data", buckets.NoData), ("not-yet", buckets.NotYet),
        })
        {
            if (ticks != 0)
                json.WriteString(name, NumberForm.IsoDuration(ticks));
        }

        json.WriteEndObject();
    }

    private static void Budget(Utf8JsonWriter json, BudgetReading? budget)
    {
        if (budget is null)
        {
            json.WriteNull("budget");
            return;
        }

        json.WriteStartObject("budget");
        json.Quantity("allowed", Of(budget.Allowed));
        json.Quantity("consumed", Of(budget.Consumed));
        json.Quantity("remaining", Of(budget.Remaining));
        json.WriteString("burn-rate", budget.BurnRate?.ToString());
        json.WriteEndObject();

        Quantity? Of(Rational amount) => new Quantity(amount, budget.Unit);
    }

    /// <summary>The members of a tree, into the object that is open.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="node">What.</param>
    /// <param name="depth">How many levels of it.</param>
    public static void Explanation(Utf8JsonWriter json, Explanation node, int depth)
    {
        json.WriteString("title", node.Title);
        json.Quantity("value", node.Value);
        json.WriteString("derivation", node.Derivation switch
        {
            Derivation.Given => "given",
            Derivation.Sum => "sum",
            Derivation.Difference => "difference",
            Derivation.Product => "product",
            Derivation.Quotient => "quotient",
            Derivation.Minimum => "minimum",
            Derivation.Maximum => "maximum",
            Derivation.Count => "count",
            Derivation.Rounded => "rounded",
            Derivation.Narrative => "narrative",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        });
        if (node.During is { } during)
        {
            json.Instant("from", during.StartInstant);
            json.Instant("to", during.EndInstant);
        }

        if (node.Remark.Length > 0)
            json.WriteString("remark", node.Remark);
        json.Array("clauses", node.Clauses, c => json.Clause(c));
        json.WriteNumber("fact-count", node.FactCount);
        json.Array("facts", node.Facts, f =>
        {
            json.WriteString("source", f.Source);
            json.WriteString("id", f.Id);
            json.WriteString("type", f.Type);
            json.Instant("time", f.Time);
            json.Place("place", f.Place);
        });
        json.Array("parts", depth > 1 ? node.Parts : [], p => Explanation(json, p, depth - 1));
    }

    /// <summary>A fact that does not count, into the object that is open.</summary>
    public static void SetAside(Utf8JsonWriter json, SetAsideFact aside)
    {
        json.WriteString("source", aside.Fact.Source);
        json.WriteString("id", aside.Fact.Id);
        json.WriteString("type", aside.Fact.Type);
        json.WriteString("subject", aside.Fact.Subject);
        json.Instant("time", aside.Fact.Time);
        json.Place("place", aside.Fact.Place);
        json.WriteString("reason", aside.Reason);
    }

    /// <summary>What became of a claim, as one word.</summary>
    public static string WordOf(ExclusionStatus status) => status switch
    {
        ExclusionStatus.Pending => "pending",
        ExclusionStatus.Approved => "approved",
        ExclusionStatus.Agreed => "agreed",
        ExclusionStatus.Rejected => "rejected",
        ExclusionStatus.CauseNotAgreed => "cause-not-agreed",
        ExclusionStatus.Invalid => "invalid",
        ExclusionStatus.NotEntitled => "not-entitled",
        ExclusionStatus.TooLate => "too-late",
        ExclusionStatus.WithoutEvidence => "without-evidence",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A status without a word."),
    };
}
