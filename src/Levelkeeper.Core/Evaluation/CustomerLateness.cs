using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Duties;
using Levelkeeper.Core.Matching;
using Levelkeeper.Core.Time;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Core.Evaluation;

/// <summary>What the customer's lateness with recurring duties excuses.</summary>
internal static class CustomerLateness
{
    /// <summary>When the duty was late, by what the facts of the agreement say.</summary>
    public static ImmutableArray<LateTime> Of(DutyDefinition duty, MatchedFacts facts, Instant asOf) => DutyLateness.Of(duty.Rule, [.. facts.Business("").Select(f => f.Fact)], asOf);

    /// <summary>The claims of an objective with the times in which the customer was late: those the agreement excuses by itself, so that nobody need claim or decide.</summary>
    public static ImmutableArray<Exclusion> Added(ImmutableArray<Exclusion> claims, ObjectiveContext context)
    {
        var names = claims.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var now = context.AsOf.ToUnixTimeTicks();
        return
        [
            .. claims,
            .. from duty in context.Agreement.Delaying(context.Objective.Name)
               from late in Of(duty, context.Facts, context.AsOf)
               select new Exclusion(Name(duty, late), duty.Title, new TickInterval(late.During.Start, Math.Min(late.During.End, now)), ExclusionStatus.Agreed, null, late.DoneBy)
               {
                   Clause = duty.Rule.Clauses[0],
               },
        ];

        string Name(DutyDefinition duty, LateTime late)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{duty.Rule.Duty} late since {InstantPattern.ExtendedIso.Format(late.During.StartInstant)}");
            // A claim may have any name.
            while (!names.Add(name))
                name += "'";
            return name;
        }
    }
}
