using System.Collections.Immutable;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>An agreement with its amendments: which version is in force at each instant. Immutable.</summary>
/// <remarks>
/// A version is in force from the start of its first day, in its zone, until the next one is. The first covers all time before it, because facts from before the
/// term say how things stood when it began. What is under the agreement is another question: that is the term of the version in force.
/// </remarks>
public sealed class AgreementVersions
{
    private readonly ImmutableArray<long> _starts;

    /// <summary>Versions, earliest first.</summary>
    /// <exception cref="ArgumentException">There is none, or their dates do not ascend.</exception>
    public AgreementVersions(params IEnumerable<AgreementVersion> versions)
    {
        All = [.. versions];
        if (All.IsEmpty)
            throw new ArgumentException("An agreement has at least one version.", nameof(versions));
        for (var i = 1; i < All.Length; i++)
        {
            if (All[i].From <= All[i - 1].From)
                throw new ArgumentException($"The version from {All[i].From} does not come after the one from {All[i - 1].From}.", nameof(versions));
        }

        var starts = ImmutableArray.CreateBuilder<long>(All.Length);
        starts.Add(long.MinValue);
        foreach (var version in All.Skip(1))
            starts.Add(Math.Max(starts[^1], version.Agreement.Zone.AtStartOfDay(version.From).ToInstant().ToUnixTimeTicks()));
        _starts = starts.MoveToImmutable();
    }

    /// <summary>An agreement that was never amended.</summary>
    public static AgreementVersions Of(Agreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        return new AgreementVersions(new AgreementVersion(agreement.Term.From, agreement));
    }

    /// <summary>The versions, earliest first; at least one.</summary>
    public ImmutableArray<AgreementVersion> All { get; }

    /// <summary>The agreement with every amendment in force.</summary>
    public Agreement Latest => All[^1].Agreement;

    /// <summary>The agreement as it stands at an instant.</summary>
    public Agreement At(Instant instant) => All[NumberAt(instant)].Agreement;

    /// <summary>From the start of the first version's term to the end of the last one's.</summary>
    public TickInterval TermTime
    {
        get
        {
            var start = All[0].Agreement.TermTime.Start;
            return new TickInterval(start, Math.Max(start, All.Max(v => v.Agreement.TermTime.End)));
        }
    }

    /// <summary>The position of the version in force at an instant.</summary>
    internal int NumberAt(Instant instant)
    {
        var at = instant.ToUnixTimeTicks();
        var number = All.Length - 1;
        while (number > 0 && _starts[number] > at)
            number--;
        return number;
    }

    /// <summary>When versions are in force: from the first to the last of a run of them.</summary>
    internal TickInterval InForce(int first, int last) => new(_starts[first], last + 1 < All.Length ? _starts[last + 1] : long.MaxValue);

    /// <summary>The objectives, each with the stretches of versions over which it stays the same: in the order of the agreement, those first that the latest version has.</summary>
    internal IEnumerable<IReadOnlyList<ObjectiveStretch>> Objectives() =>
        All.Reverse().SelectMany(v => v.Agreement.Objectives).Select(o => o.Name).Distinct(StringComparer.Ordinal).Select(StretchesOf);

    private List<ObjectiveStretch> StretchesOf(string name)
    {
        var stretches = new List<ObjectiveStretch>();
        for (var i = 0; i < All.Length; i++)
        {
            if (All[i].Agreement.Objectives.FirstOrDefault(o => o.Name == name) is not { } objective)
                continue;
            var goesOn = stretches.Count > 0 && stretches[^1].Last == i - 1 && All[i].Unchanged.Contains(name);
            var first = goesOn ? stretches[^1].First : i;
            if (goesOn)
                stretches.RemoveAt(stretches.Count - 1);
            stretches.Add(new ObjectiveStretch(first, i, All[i].Agreement, objective, InForce(first, i), All[first].From));
        }

        return [.. stretches.SelectMany(s => CarriedOver(s, stretches) is { } carried ? [s, carried] : (ObjectiveStretch[])[s])];
    }

    /// <summary>What comes after the clocks of an objective that the next version does not have: tickets that started before are still promised to. Null when the next version has it.</summary>
    private ObjectiveStretch? CarriedOver(ObjectiveStretch stretch, List<ObjectiveStretch> all)
    {
        if (stretch.Objective.Indicator is not Indicator.Clock || stretch.Last == All.Length - 1)
            return null;
        var next = all.FirstOrDefault(s => s.First > stretch.Last && s.Objective.Indicator is Indicator.Clock)?.InForce.Start ?? long.MaxValue;
        // The end of the term is what the last version says, as it is for an objective that goes on.
        var agreement = stretch.Agreement with { Term = stretch.Agreement.Term with { Until = Latest.Term.Until } };
        return next == stretch.InForce.End ? null : stretch with { Agreement = agreement, InForce = new TickInterval(stretch.InForce.End, next), IsCarriedOver = true };
    }
}

/// <summary>Versions that follow each other and in which an objective is the same.</summary>
/// <param name="First">The first version's position.</param>
/// <param name="Last">The last one's.</param>
/// <param name="Agreement">The last version's agreement: for this objective the others say the same.</param>
/// <param name="Objective">The objective.</param>
/// <param name="InForce">From the first version's start to the last one's end.</param>
/// <param name="From">The first version's first day.</param>
internal sealed record ObjectiveStretch(int First, int Last, Agreement Agreement, Objective Objective, TickInterval InForce, LocalDate From)
{
    /// <summary>Nothing starts under it any more: the time after versions that have the objective, for what started under them.</summary>
    public bool IsCarriedOver { get; init; }
}
