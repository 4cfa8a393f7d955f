using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;

namespace Levelkeeper.Runtime.Live;

/// <summary>The facts of an agreement on which one part of it depends, told by the names in them: never too few, sometimes too many.</summary>
/// <param name="words">The names by which a fact may concern the part.</param>
/// <param name="isOpen">Whether names do not tell, so that every fact may.</param>
/// <param name="takesTickets">Whether facts about tickets concern it, all of them.</param>
internal sealed class FactShare(IEnumerable<string> words, bool isOpen, bool takesTickets = false)
{
    private readonly HashSet<string> _words = new(words, StringComparer.Ordinal);
    private readonly HashSet<FactGroup> _groups = [];

    /// <summary>Whether something of it has changed.</summary>
    public bool IsTouched { get; private set; } = true;

    /// <summary>The groups to which facts came since it was last settled.</summary>
    public HashSet<FactGroup> Touched { get; } = [];

    public IReadOnlyCollection<FactGroup> Groups => _groups;

    /// <summary>Facts have come to a group of it.</summary>
    public void Touch(FactGroup group)
    {
        IsTouched = true;
        Touched.Add(group);
    }

    /// <summary>Whatever has changed was looked at.</summary>
    public void Settle()
    {
        IsTouched = false;
        Touched.Clear();
    }

    /// <summary>Adds a group for good if one of its facts concerns the part.</summary>
    /// <returns>Whether it is in it now and was not before.</returns>
    public bool Offer(FactGroup group, Fact fact)
    {
        var data = fact.Data is FactData.Corrected corrected ? corrected.Replacement : fact.Data;
        // An amendment concerns what its target concerns; a correction may bring other names.
        if (data is null or FactData.Retracted)
            return false;
        var takes = FactMatcher.IsOfTicket(data) ? takesTickets : isOpen || AgreementInterest.WordsOf(fact).Any(_words.Contains);
        return takes && _groups.Add(group);
    }

    /// <summary>The facts of some groups with all that goes together with them, each once, in the order of the log.</summary>
    public static List<StampedFact> FactsOf(params IEnumerable<FactGroup> groups)
    {
        var (seen, facts) = (new HashSet<FactGroup>(), new List<StampedFact>());
        foreach (var group in groups)
        {
            if (!seen.Add(group))
                continue;
            foreach (var one in group.Closure())
            {
                if (one == group || seen.Add(one))
                    facts.AddRange(one.Facts);
            }
        }

        if (seen.Count > 1)
            facts.Sort(static (a, b) => a.LogSequence.CompareTo(b.LogSequence));
        return facts;
    }
}
