using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Measurements;
using Levelkeeper.Core.Rosters;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Evaluation;

/// <summary>Objectives on the state or the requests of a service that each of its components, or each member of a roster, must reach by itself: every server, every store.</summary>
internal static class EachMember
{
    /// <summary>The result of each, and the share of them that reach the target.</summary>
    /// <param name="context">The objective and the period.</param>
    /// <param name="one">Evaluates one of them.</param>
    public static ObjectiveEvaluation Evaluate(ObjectiveContext context, Func<ObjectiveContext, ObjectiveEvaluation> one)
    {
        var results = MembersOf(context).Select(m => (HasNoTarget(m, context) ? WithoutTarget(context) : one(context with { Member = m })) with { Member = m.Name }).ToImmutableArray();
        var judged = Judge(r => r.Verdict);
        var verdict = VerdictOf(judged, r => r.Verdict);
        var ifApproved = results.Any(r => r.IfPendingApproved != r.Verdict) ? VerdictOf(Judge(r => r.IfPendingApproved), r => r.IfPendingApproved) : verdict;
        var (level, lowest, highest) = LevelJudge.Show(judged.Share);
        return context.Make(verdict, ifApproved, judged.Explanation) with
        {
            Level = level,
            Lowest = lowest,
            Highest = highest,
            Volume = judged.Met + judged.Missed + judged.Undecided,
            Members = results,
            Misses = [.. results.Where(r => r.Verdict == Verdict.Breached).Select(r => new MissReading(r.Member, context.During, context.During.EndInstant, IntervalSet.Empty, false))],
        };

        // Of whom nothing is known to have been agreed or asked, or all of it is excused, nothing was promised in this period.
        MembersMeeting Judge(Func<ObjectiveEvaluation, Verdict> of) => MembersMeeting.Of(results
            .Where(r => of(r) is not (Verdict.NoActivity or Verdict.Excused))
            .Select(r => (r.Member, new Quantity(context.Objective.Target.Bound, context.Objective.TargetUnit), Meets(of(r)))));

        Verdict VerdictOf(MembersMeeting meeting, Func<ObjectiveEvaluation, Verdict> of)
        {
            var (_, low, high) = LevelJudge.Show(meeting.Share);
            if (low is null || high is null)
                return results.Any(r => of(r) == Verdict.Excused) ? Verdict.Excused : Verdict.NoActivity;
            var all = new LevelTarget(LevelComparison.AtLeast, context.Objective.MembersReaching).Judge(low.Value.Value, high.Value.Value);
            return all == Verdict.InsufficientEvidence && context.Evaluated.Running && results.Any(r => of(r) == Verdict.AtRisk) ? Verdict.AtRisk : all;
        }
    }

    private static bool? Meets(Verdict verdict) => verdict switch
    {
        Verdict.Met => true,
        Verdict.Breached => false,
        Verdict.AtRisk or Verdict.InsufficientEvidence or Verdict.Excused or Verdict.NoActivity => null,
        _ => throw new InvalidOperationException("Unknown verdict."),
    };

    private static IEnumerable<ObservedMember> MembersOf(ObjectiveContext context)
    {
        var objective = context.Objective;
        if (objective.EachComponent)
            return context.Agreement.Service(objective.Service)!.Components.Select(c => new ObservedMember(c, null));
        var definition = context.Agreement.Rosters.First(r => r.Name == objective.EachOf);
        var roster = Roster.Of(definition.Name, definition.Members, Instant.FromUnixTimeTicks(context.Agreement.TermTime.Start), [.. context.Facts.Business("").Select(f => f.Fact)]);
        // Of a running period nobody knows yet who will leave.
        return roster.MembersDuring(context.Promised).Select(m => new ObservedMember(m.Member, m.During, definition.Partial));
    }

    private static bool HasNoTarget(ObservedMember member, ObjectiveContext context) =>
        member is { Partial: PartialMembership.WholePeriodOnly, During: { } times } && times.Length < context.Promised.Length;

    private static ObjectiveEvaluation WithoutTarget(ObjectiveContext context) =>
        context.Make(Verdict.NoActivity, Verdict.NoActivity, Parts.Reason("no target", "Only those who were there for the whole period have one."));
}
