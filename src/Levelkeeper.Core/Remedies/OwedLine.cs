using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Remedies;

/// <summary>How a line stands by the results alone, before anybody claims, waives or disputes.</summary>
public enum OwedState
{
    /// <summary>It is owed.</summary>
    Owed,

    /// <summary>The period still runs: it would be owed if it ended so.</summary>
    Interim,

    /// <summary>In grace: it would have been owed.</summary>
    InGrace,

    /// <summary>Another line gives more for the same event.</summary>
    OutdoneByAnother,

    /// <summary>A cap leaves nothing.</summary>
    CappedToNothing,

    /// <summary>Less than is paid out at all.</summary>
    TooSmall,

    /// <summary>The evidence allows that nothing is owed.</summary>
    InsufficientEvidence,

    /// <summary>Something that must be known is not.</summary>
    NotComputed,

    /// <summary>The condition holds and the amount is nothing: no tier is reached.</summary>
    Nothing,
}

/// <summary>What a remedy comes to in a period, or for an event of it.</summary>
public sealed record OwedLine
{
    /// <summary>What facts and other statements call it.</summary>
    public required LineName Name { get; init; }

    /// <summary>The remedy.</summary>
    public required Remedy Remedy { get; init; }

    /// <summary>The objective whose result it follows from; empty where it follows from none.</summary>
    public required string Objective { get; init; }

    /// <summary>The service; empty for the agreement as a whole.</summary>
    public required string Service { get; init; }

    /// <summary>The period of the result.</summary>
    public required EvaluatedPeriod Period { get; init; }

    /// <summary>Who owes it.</summary>
    public PartyRole By => Remedy.By;

    /// <summary>Its form; null for what is no money.</summary>
    public PaymentKind? Kind => (Remedy.Benefit as Benefit.Payment)?.Kind;

    /// <summary>How it stands.</summary>
    public required OwedState State { get; init; }

    /// <summary>When it arises.</summary>
    public required Instant Arises { get; init; }

    /// <summary>What is payable: a multiple of the currency's minor unit; 0 unless it is owed.</summary>
    public Rational Amount { get; init; }

    /// <summary>The same where <see cref="State"/> is not <see cref="OwedState.Owed"/>: what it would have been.</summary>
    public Rational WouldBe { get; init; }

    /// <summary>What it would come to, within the caps, if every exclusion that waits for a decision were approved; null when nothing waits.</summary>
    public Rational? IfApproved { get; init; }

    /// <summary>What the evidence allows at most; equal to <see cref="Amount"/> unless data was missing.</summary>
    public Rational AtMost { get; init; }

    /// <summary>Whether a cap in the period or in twelve months was reached.</summary>
    public bool CapReached { get; init; }

    /// <summary>The line that gives more for the same event; null for none.</summary>
    public LineName? OutdoneBy { get; init; }

    /// <summary>From the result to the amount.</summary>
    public ImmutableArray<AmountStep> Steps { get; init; } = [];

    /// <summary>Why it is not computed; empty where it is.</summary>
    public string Unknown { get; init; } = "";

    /// <summary>The tree behind the amount.</summary>
    public required Explanation Explanation { get; init; }

    /// <summary>The events behind it.</summary>
    public ImmutableArray<OwedEvent> Events { get; init; } = [];
}

/// <summary>An event behind an amount.</summary>
/// <param name="Kind">An outage, something that missed, or the period as a whole where no event is known.</param>
/// <param name="Subject">The ticket, member or due time; empty for others.</param>
/// <param name="Span">From its start to its end.</param>
public readonly record struct OwedEvent(OwedEventKind Kind, string Subject, TickInterval Span)
{
    /// <summary>
    /// Whether both are one event of a service: outages that overlap, the same ticket, a ticket that was reported during the outage. Of a result without events nobody can
    /// tell, so it is one with whatever overlaps its period.
    /// </summary>
    public bool IsSameAs(OwedEvent other) => (Kind, other.Kind) switch
    {
        (OwedEventKind.Period, _) or (_, OwedEventKind.Period) or (OwedEventKind.Outage, OwedEventKind.Outage) => Overlaps(Span, other.Span),
        (OwedEventKind.Miss, OwedEventKind.Miss) => Subject == other.Subject,
        (OwedEventKind.Miss, OwedEventKind.Outage) => other.Span.Contains(Span.Start),
        (OwedEventKind.Outage, OwedEventKind.Miss) => Span.Contains(other.Span.Start),
        _ => throw new InvalidOperationException("Unknown kinds of events."),
    };

    private static bool Overlaps(TickInterval a, TickInterval b) => a.Start < b.End && b.Start < a.End;
}

/// <summary>What kind an event is of.</summary>
public enum OwedEventKind
{
    /// <summary>An outage.</summary>
    Outage,

    /// <summary>A ticket, an occurrence of a duty, a member of a roster.</summary>
    Miss,

    /// <summary>The period as a whole.</summary>
    Period,
}

/// <summary>A right, or more time: what is owed and is no amount.</summary>
/// <param name="Name">What facts and statements call it.</param>
/// <param name="Remedy">The remedy; null for what follows from a lapsed commitment.</param>
/// <param name="Commitment">The commitment that lapsed; empty for a remedy's.</param>
/// <param name="State">Owed, interim, in grace, insufficient evidence or not computed.</param>
/// <param name="Benefit">The right or extension.</param>
/// <param name="Arises">When it arises.</param>
/// <param name="Until">The last instant at which it can be used; null for no limit.</param>
/// <param name="Explanation">The results that it follows from.</param>
public sealed record Entitlement(LineName Name, Remedy? Remedy, string Commitment, OwedState State, Benefit Benefit, Instant Arises, Instant? Until, Explanation Explanation);

/// <summary>All that follows from an agreement's results, from the start of its term on.</summary>
/// <param name="Lines">Amounts, in order of time, then of the agreement.</param>
/// <param name="Entitlements">Rights and extensions, in order of time.</param>
public sealed record Owed(ImmutableArray<OwedLine> Lines, ImmutableArray<Entitlement> Entitlements);
