using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Live;

/// <summary>All facts about one subject, or one fact without one, with the amendments of them: what is routed as a whole.</summary>
internal sealed class FactGroup(string subject)
{
    private static readonly HashSet<FactGroup> s_none = [];
    private HashSet<FactGroup>? _related;
    private HashSet<FactGroup>? _together;

    /// <summary>The subject; empty for a group without one.</summary>
    public string Subject => subject;

    /// <summary>In the order of the log.</summary>
    public List<StampedFact> Facts { get; } = new(2);

    /// <summary>The agreements that might take it in.</summary>
    public List<LiveAgreement> Agreements { get; } = new(1);

    /// <summary>Those that whoever needs this one needs too: tickets merged with it, what it is linked to, an amendment that came first.</summary>
    public IReadOnlyCollection<FactGroup> Related => _related ?? s_none;

    /// <summary>Those of them without which it cannot be evaluated, nor they without it: all but links.</summary>
    public IReadOnlyCollection<FactGroup> Together => _together ?? s_none;

    /// <summary>Relates two.</summary>
    /// <returns>False when they were related so already.</returns>
    public static bool Relate(FactGroup one, FactGroup other, bool together)
    {
        if (one == other)
            return false;
        var isNew = (one._related ??= []).Add(other);
        (other._related ??= []).Add(one);
        if (together)
        {
            isNew |= (one._together ??= []).Add(other);
            (other._together ??= []).Add(one);
        }

        return isNew;
    }

    /// <summary>This one with all that it must be evaluated together with.</summary>
    public IReadOnlyCollection<FactGroup> Closure()
    {
        if (_together is null)
            return [this];
        var (all, waiting) = (new HashSet<FactGroup> { this }, new Stack<FactGroup>());
        waiting.Push(this);
        while (waiting.TryPop(out var next))
        {
            foreach (var other in next.Together)
            {
                if (all.Add(other))
                    waiting.Push(other);
            }
        }

        return all;
    }
}
