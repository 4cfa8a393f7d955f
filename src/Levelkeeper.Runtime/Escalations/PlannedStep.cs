using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>A step of an escalation that has come or will come, if nothing happens.</summary>
/// <param name="Name">The same step of the same clock has the same name for ever: by it a step is decided once.</param>
/// <param name="Thread">What it belongs to: an acknowledgement of the thread stops the chain.</param>
/// <param name="Step">The step.</param>
/// <param name="Repetition">0 for the step itself, from 1 for what is said again because nobody acknowledged it.</param>
/// <param name="At">When it comes.</param>
/// <param name="Recipients">Who is told, and when.</param>
public sealed record PlannedStep(string Name, string Thread, EscalationStep Step, int Repetition, Instant At, ImmutableArray<Recipient> Recipients)
{
    /// <summary>What an earlier build called it: by where it stands in the agreement. What that one decided is not decided again.</summary>
    public string FormerName { get; init; } = "";

    /// <summary>Whom it tells, how, in which hours and how often.</summary>
    public string Content { get; init; } = "";

    /// <summary>Of those that come at the same point, the name of the one that was there alone, if one was.</summary>
    public string PointName { get; init; } = "";

    /// <summary>What it is called when another one has the name that would be its own.</summary>
    public string OtherName { get; init; } = "";

    /// <summary>The contents of the others that come at the same point; empty when it is alone.</summary>
    public ImmutableArray<string> Company { get; init; } = [];
}

/// <summary>Somebody who is told.</summary>
/// <param name="Person">Who.</param>
/// <param name="At">When: at once, or when the calendar of the step or the person's hours open.</param>
/// <param name="For">The key of the one for whom this one stands in; null when it is meant itself.</param>
public sealed record Recipient(Person Person, Instant At, string? For);
