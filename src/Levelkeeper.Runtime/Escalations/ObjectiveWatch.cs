using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>What objectives give people to be told of, with what their results do not tell: since when a point is reached, how a period that has ended came out, and which stretch above its points a rolling objective is in.</summary>
/// <remarks>What was noticed is a decision like any other, so that a restart does not notice it again at another instant.</remarks>
internal sealed class ObjectiveWatch(OutboxStore outbox)
{
    /// <summary>So far below its points a rolling objective must come before it can reach them again: one that swings around a point must not tell at every swing.</summary>
    private static readonly Rational s_margin = new(1, 20);

    private readonly Dictionary<string, Instant> _noticed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ImmutableArray<long> Ends, ImmutableArray<ObjectiveEvaluation> Results)> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Number, Instant? Since)> _burns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Number, bool IsOver)> _stretches = new(StringComparer.Ordinal);

    /// <summary>What there is to tell of results.</summary>
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="results">The results as of the instant: of the periods that run, and of those that <see cref="Ended"/>.</param>
    /// <param name="asOf">The instant.</param>
    /// <param name="horizon">Repetitions later than this are not listed.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<EscalatedMatter>> ReadAsync(Agreement agreement, IEnumerable<ObjectiveEvaluation> results, Instant asOf, Instant horizon, CancellationToken cancel)
    {
        var matters = new List<EscalatedMatter>();
        foreach (var result in results)
        {
            // An objective that an amendment removed, or that another part of the period has, is no part of the matrix that counts now.
            if (agreement.Objectives.FirstOrDefault(o => o.Name == result.Objective) is not { } objective)
                continue;
            var points = agreement.Escalations.Where(s => EscalationPlan.IsOfObjective(s, objective)).Select(s => s.At).Distinct().ToList();
            if (points.Count == 0)
                continue;
            var watched = objective.Period.EndsWithItsInstant ? await InStretchAsync(agreement, result, points, asOf, cancel) : result;
            if (watched is not null)
                matters.Add(await MatterAsync(agreement, watched, points, asOf, horizon, cancel));
        }

        return matters;
    }

    /// <summary>Results with those of each member that must reach the target by itself; those of the periods that run.</summary>
    public static List<ObjectiveEvaluation> RunningOf(IEnumerable<ObjectiveEvaluation> results) => [.. results.SelectMany(o => o.Members.Prepend(o)).Where(o => o.Period.Running)];

    /// <summary>Whether something about an objective ends that no change of its result tells: it must be looked at again.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="result">A result that was read last.</param>
    public bool Lasts(Agreement agreement, ObjectiveEvaluation result) =>
        (_burns.TryGetValue(BurnOf(agreement, result), out var burn) && burn.Since is not null) || (_stretches.TryGetValue(StretchOf(agreement, result), out var stretch) && !stretch.IsOver);

    private static string BurnOf(Agreement agreement, ObjectiveEvaluation result) => $"{agreement.Id}/{EscalationPlan.SubjectOf(result)}/burn";

    private static string StretchOf(Agreement agreement, ObjectiveEvaluation result) => $"{agreement.Id}/{result.Objective}/{result.Member}/stretch";

    private async Task<EscalatedMatter> MatterAsync(Agreement agreement, ObjectiveEvaluation result, List<EscalationPoint> points, Instant asOf, Instant horizon, CancellationToken cancel)
    {
        var noticed = new Dictionary<EscalationPoint, Instant>();
        var burns = points.Exists(p => p is EscalationPoint.OfBurn) ? await BurnsAsync(BurnOf(agreement, result), result, asOf, cancel) : (0, null);
        if (burns.Since is { } since)
            noticed[new EscalationPoint.OfBurn()] = since;
        foreach (var point in points.Where(p => p is not EscalationPoint.OfBurn && IsReached(p, result, Rational.Zero) && !(p is EscalationPoint.AfterBreach && result.LostAt is not null)))
        {
            // So early whatever happens first would tell of the whole period.
            if (point is EscalationPoint.OfProjection && TenthOf(result) is { } tenth && asOf < tenth)
            {
                noticed[point] = tenth;
                continue;
            }

            // What only the end of a period shows, it has shown since then.
            var at = result.Period.Running ? asOf : Instant.Min(asOf, result.Period.Span.EndInstant);
            // A time after the breach is a time after one and the same.
            var name = StepNames.Of(point is EscalationPoint.AfterBreach ? new EscalationPoint.AfterBreach(Duration.Zero) : point);
            noticed[point] = await NoticedAsync($"{agreement.Id}/{EscalationPlan.SubjectOf(result)}/noticed/{name}", at, cancel);
        }

        return new EscalatedMatter
        {
            Thread = EscalationPlan.ThreadOf(agreement.Id, result),
            Objective = EscalationPlan.SubjectOf(result),
            IsBreached = result.Verdict == Verdict.Breached,
            Plan = acknowledged => EscalationPlan.Of(agreement, result, p => noticed.TryGetValue(p, out var at) ? at : null, burns.Number, acknowledged, horizon),
        };
    }

    /// <summary>
    /// How often the budget has begun to burn too fast in the period, and since when it does; null while it does not. Each time is told. It has ended only when it burns at no alert's rate over the long window any more: short windows swing.
    /// </summary>
    private async Task<(int Number, Instant? Since)> BurnsAsync(string subject, ObjectiveEvaluation result, Instant asOf, CancellationToken cancel)
    {
        if (!_burns.TryGetValue(subject, out var burn))
        {
            while (await outbox.DecidedAtAsync($"{subject}/{burn.Number + 1}", cancel) is { } at)
                burn = (burn.Number + 1, at);
            if (burn.Number > 0 && await outbox.DecidedAtAsync($"{subject}/{burn.Number}/over", cancel) is not null)
                burn.Since = null;
        }

        if (burn.Since is null && result.BurnAlerts.Any(a => a.Fires))
        {
            burn = (burn.Number + 1, asOf);
            await outbox.DecideAsync($"{subject}/{burn.Number}", "{}"u8.ToArray(), asOf, [], cancel);
        }
        else if (burn.Since is not null && !result.BurnAlerts.Any(a => a.LongRate > a.Alert.Factor))
        {
            await outbox.DecideAsync($"{subject}/{burn.Number}/over", "{}"u8.ToArray(), asOf, [], cancel);
            burn.Since = null;
        }

        return _burns[subject] = burn;
    }

    /// <summary>When a tenth of a period has passed; null for one without an end.</summary>
    private static Instant? TenthOf(ObjectiveEvaluation result) => result.Period.Whole is { End: < long.MaxValue } whole ? Instant.FromUnixTimeTicks(whole.Start + whole.Length / 10) : null;

    /// <summary>How the periods came out that ended last: a share or a mean can be mended until then, so that only the end shows that it is missed.</summary>
    /// <param name="agreement">The agreement whose matrix counts.</param>
    /// <param name="term">Its term.</param>
    /// <param name="running">The results of the periods that run.</param>
    /// <param name="asOf">The instant.</param>
    /// <param name="evaluate">Evaluates some objectives for the periods that touch a span, as of the instant: asked once for each end.</param>
    public ImmutableArray<ObjectiveEvaluation> Ended(
        Agreement agreement, TickInterval term, List<ObjectiveEvaluation> running, Instant asOf, Func<IReadOnlySet<string>, Instant, Instant, IEnumerable<ObjectiveEvaluation>> evaluate)
    {
        var watched = agreement.Objectives.Where(o => !o.Period.EndsWithItsInstant && agreement.Escalations.Any(s => s.At is EscalationPoint.AfterBreach && EscalationPlan.IsOfObjective(s, o))).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        if (watched.Count == 0)
            return [];
        var now = asOf.ToUnixTimeTicks();
        ImmutableArray<long> ends = [.. running.Where(r => watched.Contains(r.Objective)).Select(r => r.Period.Span.Start).Concat(term.End <= now ? [term.End] : []).Distinct().Order()];
        if (_ended.TryGetValue(agreement.Id, out var known) && known.Ends.SequenceEqual(ends))
            return known.Results;
        var results = ImmutableArray.CreateBuilder<ObjectiveEvaluation>();
        foreach (var end in ends.Where(e => e <= now))
        {
            var instant = Instant.FromUnixTimeTicks(end);
            results.AddRange(evaluate(watched, instant.PlusTicks(-1), instant).SelectMany(o => o.Members.Prepend(o))
                .Where(o => watched.Contains(o.Objective) && o.Period.Span.End == end));
        }

        var all = results.DrainToImmutable();
        // One that later time still decides is looked at again.
        if (!all.Any(r => r.Period.Running))
            _ended[agreement.Id] = (ends, all);
        return all;
    }

    /// <summary>
    /// A rolling objective has a period of its own at each instant. What is told once is told once in a stretch: from where it reaches one of its points to where it is well below all of them.
    /// Null outside of one.
    /// </summary>
    private async Task<ObjectiveEvaluation?> InStretchAsync(Agreement agreement, ObjectiveEvaluation result, List<EscalationPoint> points, Instant asOf, CancellationToken cancel)
    {
        var subject = StretchOf(agreement, result);
        if (!_stretches.TryGetValue(subject, out var stretch))
        {
            while (await outbox.DecidedAtAsync($"{subject}/{stretch.Number + 1}", cancel) is not null)
                stretch.Number++;
            stretch.IsOver = stretch.Number == 0 || await outbox.DecidedAtAsync($"{subject}/{stretch.Number}/over", cancel) is not null;
        }

        if (stretch.IsOver && points.Exists(p => IsReached(p, result, Rational.Zero)))
        {
            stretch = (stretch.Number + 1, false);
            await outbox.DecideAsync($"{subject}/{stretch.Number}", "{}"u8.ToArray(), asOf, [], cancel);
        }
        else if (!stretch.IsOver && !points.Exists(p => IsReached(p, result, s_margin)))
        {
            await outbox.DecideAsync($"{subject}/{stretch.Number}/over", "{}"u8.ToArray(), asOf, [], cancel);
            stretch.IsOver = true;
        }

        _stretches[subject] = stretch;
        return stretch.IsOver ? null : result with { Period = result.Period with { Label = $"stretch {stretch.Number}" } };
    }

    /// <param name="point">The point.</param>
    /// <param name="result">The result.</param>
    /// <param name="margin">Counts as reached so much below it.</param>
    private static bool IsReached(EscalationPoint point, ObjectiveEvaluation result, Rational margin) => point switch
    {
        EscalationPoint.OfProjection => result.IsProjectedToMiss,
        EscalationPoint.OfBurn => result.BurnAlerts.Any(a => a.Fires),
        EscalationPoint.OfBudget { Share: var share } => result.Budget is { Allowed.Sign: > 0 } budget && budget.Consumed >= (share - margin) * budget.Allowed,
        EscalationPoint.AfterBreach => result.Verdict == Verdict.Breached,
        EscalationPoint.OfClock or EscalationPoint.BeforeDue or EscalationPoint.BeforeUpdate or EscalationPoint.AfterMissedUpdate => false,
        _ => throw new InvalidOperationException("The cases of a point are closed."),
    };

    private async Task<Instant> NoticedAsync(string name, Instant at, CancellationToken cancel)
    {
        if (_noticed.TryGetValue(name, out var known))
            return known;
        if (!await outbox.DecideAsync(name, "{}"u8.ToArray(), at, [], cancel))
            at = await outbox.DecidedAtAsync(name, cancel) ?? at;
        _noticed[name] = at;
        return at;
    }
}
