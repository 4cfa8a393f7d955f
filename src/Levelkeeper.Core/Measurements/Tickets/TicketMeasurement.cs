using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Measurements.Tickets;

/// <summary>Shares, counts and means over the tickets of a period.</summary>
public static class TicketMeasurement
{
    /// <summary>The value of an indicator over the tickets that belong to a period.</summary>
    /// <remarks>Looks at no fact at or after the period's end. A merged or cancelled ticket that belongs to the period is listed as left out.</remarks>
    /// <param name="rule">What is measured, and the decisions around it.</param>
    /// <param name="tickets">Each ticket once, with its facts from the first on.</param>
    /// <param name="period">The period, clipped at now for a running one.</param>
    public static TicketResult Of(TicketRule rule, IReadOnlyList<TicketHistory> tickets, TickInterval period)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(tickets);
        var counted = ImmutableArray.CreateBuilder<CountedTicket>();
        var leftOut = ImmutableArray.CreateBuilder<LeftOutTicket>();
        foreach (var ticket in tickets.OrderBy(ticket => ticket.Ticket, StringComparer.Ordinal))
        {
            if (Anchor(rule, ticket, period) is not { } anchor)
                continue;
            var known = KnownFacts(rule, ticket, anchor, period);
            var at = anchor.Time + (rule.SettlesAfter ?? Duration.Zero);
            if (ReasonAgainst(known) is { } reason)
            {
                leftOut.Add(new LeftOutTicket(ticket.Ticket, at, reason));
                continue;
            }

            var judgement = Judge(rule, ticket, anchor, known);
            if (judgement.LeftOut is { } why)
                leftOut.Add(new LeftOutTicket(ticket.Ticket, at, why));
            else
                counted.Add(new CountedTicket(ticket.Ticket, at, judgement.Low, judgement.High, judgement.Because, [.. judgement.Facts.Prepend(anchor).Distinct().Select(FactReference.To)]));
        }

        return Result(rule, counted.ToImmutable(), leftOut.ToImmutable(), period);
    }

    private readonly record struct Judgement(Rational Low, Rational High, string Because, string? LeftOut, params ImmutableArray<Fact> Facts)
    {
        public static Judgement Yes(string because, params ImmutableArray<Fact> facts) => new(1, 1, because, null, facts);

        public static Judgement No(string because, params ImmutableArray<Fact> facts) => new(0, 0, because, null, facts);

        public static Judgement Not(string because) => new(0, 0, "", because, []);
    }

    /// <summary>The fact by whose time the ticket belongs to the period; null when it belongs to another or to none.</summary>
    private static Fact? Anchor(TicketRule rule, TicketHistory ticket, TickInterval period)
    {
        var settles = rule.SettlesAfter?.BclCompatibleTicks ?? 0;
        bool Belongs(Fact fact) => period.Contains(fact.Time.ToUnixTimeTicks() + settles);
        return rule.EffectivePeriod switch
        {
            TicketPeriod.Reported => ticket.Facts.FirstOrDefault(fact => fact.Data is FactData.TicketReported) is { } reported && Belongs(reported) ? reported : null,
            TicketPeriod.Resolved => FirstResolution(rule, ticket.Facts) is { } resolved && Belongs(resolved) ? resolved : null,
            TicketPeriod.Rated => ticket.Facts.LastOrDefault(fact => fact.Data is FactData.TicketRated && Belongs(fact)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.EffectivePeriod, "Unknown period rule."),
        };
    }

    private static Fact? FirstResolution(TicketRule rule, IEnumerable<Fact> facts)
    {
        Fact? closed = null;
        foreach (var fact in facts)
        {
            if (fact.Data is FactData.TicketResolved)
            {
                // A ticket closed earlier without being resolved, and resolved later: its closing was its first resolution where closings count.
                return closed ?? fact;
            }

            if (rule.ClosedCountsAsResolved && fact.Data is FactData.TicketClosed)
                closed ??= fact;
        }

        return closed;
    }

    private static Fact[] KnownFacts(TicketRule rule, TicketHistory ticket, Fact anchor, TickInterval period)
    {
        var until = rule.SettlesAfter is { } settles ? (anchor.Time + settles).ToUnixTimeTicks() : period.End - 1;
        return [.. ticket.Facts.Where(fact => fact.Time.ToUnixTimeTicks() <= until)];
    }

    private static string? ReasonAgainst(Fact[] known)
    {
        foreach (var fact in known)
        {
            if (fact.Data is FactData.TicketMerged merged)
                return $"it was merged into {merged.Into}";
            if (fact.Data is FactData.TicketCancelled cancelled)
                return cancelled.Reason.Length == 0 ? "it was cancelled" : $"it was cancelled: {cancelled.Reason}";
        }

        return null;
    }

    private static Judgement Judge(TicketRule rule, TicketHistory ticket, Fact anchor, Fact[] known)
    {
        switch (rule.Indicator)
        {
            case TicketIndicator.FirstContactResolution indicator:
                return FirstContact(rule, indicator.Evidence, known);

            case TicketIndicator.EscalationRate:
                return known.FirstOrDefault(fact => fact.Data is FactData.TicketEscalated) is { } escalated
                    ? Judgement.Yes($"escalated at {escalated.Time}", escalated)
                    : Judgement.No("never escalated");

            case TicketIndicator.SelfServiceShare indicator:
                var reported = ticket.Facts.FirstOrDefault(fact => fact.Data is FactData.TicketReported);
                if (reported?.Data is not FactData.TicketReported { Channel.Length: > 0 } report)
                    return new Judgement(0, 1, "the channel is not known", null, reported is null ? [] : [reported]);
                return indicator.Channels.Contains(report.Channel, StringComparer.Ordinal)
                    ? Judgement.Yes($"came by {report.Channel}", reported)
                    : Judgement.No($"came by {report.Channel}", reported);

            case TicketIndicator.ReopenRate:
                if (FirstResolution(rule, known) is null)
                    return Judgement.Not("it was not resolved yet");
                return known.FirstOrDefault(fact => fact.Data is FactData.TicketReopened) is { } reopened
                    ? Judgement.Yes($"reopened at {reopened.Time}", reopened)
                    : Judgement.No("never reopened");

            case TicketIndicator.Resolved:
                return FirstResolution(rule, known) is { } resolution ? Judgement.Yes($"resolved at {resolution.Time}", resolution) : Judgement.Not("it was not resolved yet");

            case TicketIndicator.Reported:
                return Judgement.Yes("reported");

            case TicketIndicator.Satisfaction:
                return Rated(anchor, static share => new Judgement(share, share, "score divided by the best score", null));

            case TicketIndicator.SatisfiedShare indicator:
                return Rated(anchor, share => share >= indicator.Limit ? Judgement.Yes("rated at or above the limit") : Judgement.No("rated below the limit"));

            case TicketIndicator.MeanReplies:
                Fact[] replies = [.. known.Where(IsProviderReply)];
                return new Judgement(replies.Length, replies.Length, "public replies by persons of the provider", null, [.. replies.Take(FactTally.ListLimit)]);

            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule.Indicator, "Unknown indicator.");
        }
    }

    private static Judgement Rated(Fact anchor, Func<Rational, Judgement> judge)
    {
        var rated = (FactData.TicketRated)anchor.Data;
        if (rated.Best <= 0 || rated.Score < 0 || rated.Score > rated.Best)
            return Judgement.Not("its score is not between nothing and the best score");
        return judge(Rational.From(rated.Score) / Rational.From(rated.Best));
    }

    private static Judgement FirstContact(TicketRule rule, FirstContactEvidence evidence, Fact[] known)
    {
        if (FirstResolution(rule, known) is not { } resolution)
            return Judgement.Not("it was not resolved yet");
        var stated = (resolution.Data as FactData.TicketResolved)?.FirstContact;
        switch (evidence)
        {
            case FirstContactEvidence.Stated when stated is null:
                return Judgement.Not("its source does not say whether it was resolved in the first contact");
            case FirstContactEvidence.Stated or FirstContactEvidence.StatedElseDerived when stated is { } first:
                return first ? Judgement.Yes("its source says so", resolution) : Judgement.No("its source says so", resolution);
            case FirstContactEvidence.StatedElseDerived or FirstContactEvidence.Derived:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(evidence), evidence, "Unknown evidence.");
        }

        if (known.FirstOrDefault(fact => fact.Data is FactData.TicketReopened) is { } reopened)
            return Judgement.No($"reopened at {reopened.Time}", reopened);
        var (replies, assigned) = (0, (FactData.TicketAssigned?)null);
        foreach (var fact in known.TakeWhile(fact => !ReferenceEquals(fact, resolution)))
        {
            if (fact.Data is FactData.TicketEscalated)
                return Judgement.No($"escalated at {fact.Time}", fact);
            if (fact.Data is FactData.TicketAssigned next)
            {
                if (assigned is not null && assigned != next)
                    return Judgement.No($"given to another at {fact.Time}", fact);
                assigned = next;
            }

            if (IsProviderReply(fact) && ++replies > 1)
                return Judgement.No($"a second reply was needed at {fact.Time}", fact);
        }

        return Judgement.Yes("resolved with at most one reply, never passed on", resolution);
    }

    private static bool IsProviderReply(Fact fact) => fact.Data is FactData.TicketReplied { By: Actor.Provider, Public: true, Automatic: false };

    private static TicketResult Result(TicketRule rule, ImmutableArray<CountedTicket> counted, ImmutableArray<LeftOutTicket> leftOut, TickInterval period)
    {
        var (value, tree) = Value(rule, counted);
        return new TicketResult
        {
            Value = value,
            Volume = counted.Length,
            Tickets = counted,
            LeftOut = leftOut,
            Explanation = tree with
            {
                Parts = [.. tree.Parts, .. Reasons(leftOut)],
                Clauses = rule.Clauses,
                During = period,
                FactCount = counted.Sum(ticket => (long)ticket.Facts.Length),
            },
        };
    }

    private static (MeasuredValue Value, Explanation Tree) Value(TicketRule rule, ImmutableArray<CountedTicket> counted)
    {
        var (title, unit) = rule.Indicator switch
        {
            TicketIndicator.FirstContactResolution => ("resolved in the first contact", QuantityUnit.Share),
            TicketIndicator.EscalationRate => ("escalated", QuantityUnit.Share),
            TicketIndicator.SelfServiceShare => ("reported by self-service", QuantityUnit.Share),
            TicketIndicator.ReopenRate => ("reopened", QuantityUnit.Share),
            TicketIndicator.Resolved => ("tickets resolved", QuantityUnit.Number),
            TicketIndicator.Reported => ("tickets reported", QuantityUnit.Number),
            TicketIndicator.Satisfaction => ("satisfaction", QuantityUnit.Share),
            TicketIndicator.SatisfiedShare => ("satisfied", QuantityUnit.Share),
            TicketIndicator.MeanReplies => ("replies to a ticket", QuantityUnit.Number),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Indicator, "Unknown indicator."),
        };
        if (rule.Indicator is TicketIndicator.Resolved or TicketIndicator.Reported)
        {
            if (counted.IsEmpty && rule.Nothing == NothingMeasured.NoActivity)
                return Nothing(title);
            var count = Parts.Count(title, counted.Length, "tickets", counted.Select(Node));
            return (new MeasuredValue.Exact(count.Value!.Value), count);
        }

        if (counted.IsEmpty)
            return Nothing(title);
        var (low, high) = (Mean(ticket => ticket.Low), Mean(ticket => ticket.High));
        var value = MeasuredValue.Between(low.Value, high.Value);
        return value is MeasuredValue.Exact
            ? (value, low)
            : (value, Parts.Reason(title, "Some tickets may count or not, so the result is a band.", low with { Title = title + ", at least" }, high with { Title = title + ", at most" }));

        Explanation Mean(Func<CountedTicket, Rational> contribution)
        {
            var sum = counted.Aggregate(Rational.Zero, (total, ticket) => total + contribution(ticket));
            return Parts.Derived(
                title,
                new Quantity(sum / counted.Length, unit),
                Derivation.Quotient,
                Parts.Sum("sum over the tickets", new Quantity(sum, QuantityUnit.Number), counted.Length, counted.Select(ticket => Node(ticket) with { Value = new Quantity(contribution(ticket), QuantityUnit.Number) })),
                Parts.Given("tickets", Quantity.Count(counted.Length, "tickets")));
        }
    }

    private static (MeasuredValue Value, Explanation Tree) Nothing(string title) =>
        (MeasuredValue.NoActivity.Instance, Parts.Reason(title, "No ticket of this period counts: no activity."));

    private static Explanation Node(CountedTicket ticket) => new()
    {
        Title = ticket.Ticket,
        Value = new Quantity(ticket.Low, QuantityUnit.Number),
        Derivation = Derivation.Given,
        Remark = ticket.Because,
        Facts = ticket.Facts,
        FactCount = ticket.Facts.Length,
    };

    private static IEnumerable<Explanation> Reasons(ImmutableArray<LeftOutTicket> leftOut) => leftOut
        .GroupBy(ticket => ticket.Reason)
        .OrderBy(reason => reason.Key, StringComparer.Ordinal)
        .Select(reason => Parts.Reason(
            "left out",
            $"{reason.Count()} because {reason.Key}",
            reason.Take(FactTally.ListLimit).Select(ticket => Parts.Reason(ticket.Ticket, reason.Key))));
}
