using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Matching;

namespace Levelkeeper.Runtime.Live;

/// <summary>The facts of an agreement on which one part of it depends, told by the names in them: never too few, sometimes too many.</summary>
/// <param name="words">The names by which a fact may concern the part.</param>
/// <param name="isOpen">Whether names do not tell, so that every fact may.</param>
/// <param name="takesTickets">Whether facts about tickets concern it, all of them.</param>
/// <param name="hands">Whether somebody takes the facts themselves that come.</param>
internal sealed class FactShare(IEnumerable<string> words, bool isOpen, bool takesTickets = false, bool hands = false)
{
    private readonly HashSet<string> _words = new(words, StringComparer.Ordinal);
    private readonly HashSet<FactGroup> _groups = [];
    private readonly List<StampedFact> _came = [];

    /// <summary>Whether something of it has changed.</summary>
    public bool IsTouched { get; private set; } = true;

    /// <summary>Whether more has changed than that facts came: all of them must be gone through again.</summary>
    public bool IsRenewed { get; private set; }

    public IReadOnlyCollection<FactGroup> Groups => _groups;

    /// <summary>Whether no fact can concern it.</summary>
    public bool IsEmpty => _words.Count == 0 && !isOpen && !takesTickets;

    /// <summary>A fact has come to a group of it.</summary>
    public void Take(StampedFact fact)
    {
        IsTouched = true;
        if (hands && !IsRenewed)
            _came.Add(fact);
    }

    /// <summary>A group of it has changed in another way.</summary>
    public void Renew()
    {
        (IsTouched, IsRenewed) = (true, true);
        _came.Clear();
    }

    /// <summary>The facts that came since somebody last asked, in the order in which they came. All of them when <see cref="IsRenewed"/> is false, and that is so from here on.</summary>
    public List<StampedFact> Hand()
    {
        var came = _came.ToList();
        _came.Clear();
        IsRenewed = false;
        return came;
    }

    /// <summary>Whatever has changed was looked at.</summary>
    public void Settle()
    {
        (IsTouched, IsRenewed) = (false, false);
        _came.Clear();
    }

    /// <summary>Adds a group for good.</summary>
    public void Add(FactGroup group) => _groups.Add(group);

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
}
