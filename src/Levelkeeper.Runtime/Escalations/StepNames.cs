using System.Collections.Immutable;
using Levelkeeper.Core.Escalations;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>What the steps of a matter are called, by which each is decided once: by when they come, not by where they stand in the agreement, so that an amendment that puts them in another order, adds one, names others or renames the objective has nobody told twice.</summary>
internal static class StepNames
{
    /// <summary>The steps with their names.</summary>
    /// <param name="steps">All steps that concern one matter.</param>
    /// <remarks>Where several come at the same point, all but one carry whom they tell and how too.</remarks>
    public static IEnumerable<StepName> Of(IEnumerable<EscalationStep> steps)
    {
        foreach (var same in steps.GroupBy(s => Of(s.At)))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            var found = new List<StepName>();
            foreach (var step in same.OrderBy(Whom, StringComparer.Ordinal).ThenBy(s => s.Of, StringComparer.Ordinal).ThenBy(s => s.InHoursOf, StringComparer.Ordinal).ThenBy(s => s.Repeat))
            {
                var name = names.Count == 0 ? same.Key : $"{same.Key}, {Whom(step)}";
                for (var n = 2; !names.Add(name); n++)
                    name = $"{same.Key}, {Whom(step)}, {n}";
                found.Add(new StepName(step, name, same.Key, Numbered($"{Whom(step)}{(step.InHoursOf is { } hours ? $" in {hours}" : "")}{(step.Repeat is { } repeat ? $" every {repeat.BclCompatibleTicks} ticks" : "")}", found)));
            }

            foreach (var one in found)
                yield return one with { Company = [.. found.Where(o => o.Step != one.Step).Select(o => o.Content)] };
        }

        static string Numbered(string content, List<StepName> found) => found.Count(f => f.Content == content || f.Content.StartsWith($"{content}, ", StringComparison.Ordinal)) is > 0 and var n ? $"{content}, {n + 1}" : content;
    }

    /// <summary>The name of a point.</summary>
    public static string Of(EscalationPoint point) => point switch
    {
        EscalationPoint.OfClock { Share: var share } => $"{share} of clock",
        EscalationPoint.OfBudget { Share: var share } => $"{share} of budget",
        EscalationPoint.BeforeDue { Length: var length } => $"{length.BclCompatibleTicks} ticks before due",
        EscalationPoint.AfterBreach { Length: var length } when length == Duration.Zero => "breach",
        EscalationPoint.AfterBreach { Length: var length } => $"{length.BclCompatibleTicks} ticks after breach",
        EscalationPoint.OfBurn => "burn alert",
        EscalationPoint.OfProjection => "projected breach",
        EscalationPoint.BeforeUpdate { Length: var length } => $"{length.BclCompatibleTicks} ticks before update",
        EscalationPoint.AfterMissedUpdate { Length: var length } => $"{length.BclCompatibleTicks} ticks after missed update",
        _ => throw new InvalidOperationException("The cases of a point are closed."),
    };

    /// <summary>Whom a step tells, and how.</summary>
    private static string Whom(EscalationStep step) => $"to {string.Join(' ', step.Tell.Order(StringComparer.Ordinal))} by {string.Join(' ', step.By.Order())}";
}

/// <summary>What a step is called.</summary>
/// <param name="Step">The step.</param>
/// <param name="Name">By which it is decided.</param>
/// <param name="Point">When it comes; also the name of one of those that come then.</param>
/// <param name="Content">Whom it tells, how, in which hours and how often: written down when it is decided, so that it is known again when others have joined it and the name went to one of them.</param>
internal sealed record StepName(EscalationStep Step, string Name, string Point, string Content)
{
    /// <summary>The contents of the others that come then.</summary>
    public ImmutableArray<string> Company { get; init; } = [];
}
