using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Escalations;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.Live;
using NodaTime;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>Some agreements, read anew from the log with the evaluator of everything else, and held against what is live and what was decided.</summary>
internal sealed class BusySample
{
    private readonly BusyDay _day;
    private readonly int[] _agreements;

    /// <param name="day">The run, between two of its minutes.</param>
    /// <param name="agreements">How many agreements; those are taken that are spread evenly over all.</param>
    public BusySample(BusyDay day, int agreements)
    {
        _day = day;
        var count = Math.Min(agreements, day.Scale.Agreements);
        _agreements = [.. Enumerable.Range(0, count).Select(i => i * day.Scale.Agreements / count)];
    }

    /// <summary>How many states and steps were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>What does not stand as it should.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        var (findings, now) = (new List<string>(), _day.Now);
        var facts = _agreements.ToDictionary(a => a, _ => new List<StampedFact>());
        await foreach (var committed in new LogReplay(_day.Store.Log()).ReadAsync())
        {
            foreach (var fact in committed.Facts)
            {
                if (facts.TryGetValue(BusyAgreements.OwnerOf(fact.Fact.Subject, _day.Scale.Agreements), out var own))
                    own.Add(fact);
            }
        }

        foreach (var agreement in _agreements)
        {
            var (id, set) = (BusyAgreements.IdOf(agreement), FactSet.Of(facts[agreement]));
            var reading = LiveReading.Of(_day.Live.InForce[id].Versions, set, now);
            findings.AddRange(Differences(id, reading));
            await foreach (var step in MissingAsync(reading, set))
                findings.Add($"{id}: the step '{step}' was not decided by {now}");
        }

        return findings;
    }

    private IEnumerable<string> Differences(string id, LiveReading reading)
    {
        var (live, rebuilt) = (_day.Live.Agreements.StatesOf(id)!, reading.States());
        foreach (var key in rebuilt.Keys.Union(live.Keys))
        {
            Compared++;
            var (kept, read) = (live.TryGetValue(key, out var state) ? state.State : "", rebuilt.TryGetValue(key, out state) ? state.State : "");
            if (kept != read)
                yield return $"{id} {key}: live '{kept}', from the log '{read}' at {reading.AsOf}";
        }
    }

    /// <summary>The steps of open clocks whose time has come and that nobody has decided.</summary>
    private async IAsyncEnumerable<string> MissingAsync(LiveReading reading, FactSet facts)
    {
        var agreement = reading.Versions.Latest;
        var acknowledged = facts.AsEnumerable().Where(f => f.Fact.Data is FactData.TicketAcknowledged).ToLookup(f => f.Fact.Subject, f => f.Fact.Time, StringComparer.Ordinal);
        foreach (var clock in reading.Clocks.Where(c => c.StoppedAt is null && c.Verdict is ClockVerdict.Running or ClockVerdict.Breached))
        {
            string[] objectives = [.. agreement.Objectives.Where(o => o.Indicator is Indicator.Clock of && of.Definition.Name == clock.Clock).Select(o => o.Name)];
            foreach (var step in EscalationPlan.Of(agreement, objectives, clock, [.. acknowledged[clock.Ticket].Order()], reading.AsOf).Where(s => s.At < reading.AsOf))
            {
                Compared++;
                if (await _day.Store.Outbox.DecidedAtAsync(step.Name) is null)
                    yield return step.Name;
            }
        }
    }
}
