using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Reference;

/// <summary>The facts as they count, found one by one with plain loops: the first of each identity, corrected and retracted by later facts of the same source, none of the future.</summary>
/// <remarks>Knows corrections and retractions of plain facts only, not of other corrections.</remarks>
public sealed class ReferenceLog
{
    private ReferenceLog(List<(Fact Fact, Instant Recorded)> facts) => Facts = facts;

    /// <summary>The facts in their order (time, sequence, source, id), each with when it became known.</summary>
    public IReadOnlyList<(Fact Fact, Instant Recorded)> Facts { get; }

    /// <summary>Reads a log.</summary>
    /// <param name="appended">Facts in the order of appending, with when they were recorded.</param>
    /// <param name="asOf">Later facts do not count.</param>
    public static ReferenceLog Of(IReadOnlyList<(Fact Fact, Instant Recorded)> appended, Instant asOf)
    {
        var first = new List<(Fact Fact, Instant Recorded)>();
        foreach (var entry in appended)
        {
            if (!first.Any(f => f.Fact.Source == entry.Fact.Source && f.Fact.Id == entry.Fact.Id))
                first.Add(entry);
        }

        var counts = new List<(Fact Fact, Instant Recorded)>();
        foreach (var (fact, recorded) in first)
        {
            if (fact.Data is FactData.Retracted or FactData.Corrected)
                continue;
            var (now, retracted) = (fact, false);
            var amendments = first.Select(f => f.Fact).Where(f => f.Source == fact.Source && f.Data switch
            {
                FactData.Retracted r => r.Source == fact.Source && r.Id == fact.Id,
                FactData.Corrected c => c.Source == fact.Source && c.Id == fact.Id,
                _ => false,
            });
            foreach (var amendment in Sorted(amendments, f => f))
            {
                if (amendment.Data is FactData.Corrected corrected)
                {
                    now = now with { Time = corrected.Time ?? now.Time, Data = corrected.Replacement ?? now.Data };
                    retracted = false;
                }
                else
                {
                    retracted = true;
                }
            }

            if (!retracted && now.Time <= asOf)
                counts.Add((now, recorded));
        }

        return new ReferenceLog([.. Sorted(counts, c => c.Fact)]);
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> items, Func<T, Fact> of) => items
        .OrderBy(i => of(i).Time)
        .ThenBy(i => of(i).Sequence, StringComparer.Ordinal)
        .ThenBy(i => of(i).Source, StringComparer.Ordinal)
        .ThenBy(i => of(i).Id, StringComparer.Ordinal);
}
