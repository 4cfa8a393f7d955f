using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Core.Statements;

/// <summary>The document of a period's results and of what follows from them, as of an instant. A pure function of the agreement, the facts, the period, the instant and what was issued before.</summary>
public sealed record Statement
{
    /// <summary>The agreement as it stands at the end of the period.</summary>
    public required Agreement Agreement { get; init; }

    /// <summary>The period.</summary>
    public required Period Period { get; init; }

    /// <summary>The instant as of which it stands: it is issued then.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>True while the period runs: nothing of it is payable that only its end decides.</summary>
    public bool Interim => AsOf.ToUnixTimeTicks() < Period.During.End;

    /// <summary>The results whose periods end within the statement's, and those that still run at its end, in the order of the agreement.</summary>
    public required ImmutableArray<ObjectiveEvaluation> Results { get; init; }

    /// <summary>The lines: remedies, adjustments of earlier statements, waivers, goodwill, settlements, late payment.</summary>
    public required ImmutableArray<StatementLine> Lines { get; init; }

    /// <summary>Rights and extensions that arose in the period.</summary>
    public required ImmutableArray<Entitlement> Entitlements { get; init; }

    /// <summary>The disputes about its lines and earlier ones' that are open, or that it settles; in order of time.</summary>
    public ImmutableArray<DisputeReading> Disputes { get; init; } = [];

    /// <summary>What the parties said about breaches in the period.</summary>
    public required ImmutableArray<BreachComment> Comments { get; init; }

    /// <summary>The earlier statements that it follows, earliest first.</summary>
    public required ImmutableArray<IssuedStatement> Earlier { get; init; }

    /// <summary>The evaluation behind it, from the start of the term on.</summary>
    public required AgreementEvaluation Evaluation { get; init; }

    /// <summary>What a side has to pay by it: the sum of the payable amounts of its lines.</summary>
    public Rational PayableBy(PartyRole side) => Lines.Where(l => l.By == side).Aggregate(Rational.Zero, (sum, l) => sum + l.Payable);
}

/// <summary>A dispute.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line that is contested.</param>
/// <param name="Amount">How much of it; null for all of it.</param>
/// <param name="By">Who contests.</param>
/// <param name="Reason">Why.</param>
/// <param name="Opened">When.</param>
/// <param name="InTime">Whether it was opened within its term; else it counts for nothing.</param>
/// <param name="Settled">What the line comes to by the settlement; null while it is open.</param>
public sealed record DisputeReading(string Name, LineName Line, Rational? Amount, string By, string Reason, Instant Opened, bool InTime, Rational? Settled);

/// <summary>What a party said about a breach.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Cause">A cause from the party's own list.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Comment">Free text.</param>
/// <param name="At">When it was said.</param>
/// <param name="Source">By which source.</param>
public sealed record BreachComment(string Objective, string Cause, string Owner, string Comment, Instant At, string Source);

/// <summary>What a statement was made of, by hash: who has the same makes the same statement.</summary>
/// <param name="AgreementHash">Of the agreement as it is signed.</param>
/// <param name="Edition">The edition of the semantics: <c>v1</c>.</param>
/// <param name="TimeZones">The version of the tz database: <c>TZDB: 2026a</c>.</param>
/// <param name="FactsRoot">The root over all facts that were known; see <see cref="Facts.MerkleRoot"/>.</param>
/// <param name="FactCount">How many they were.</param>
public sealed record StatementProvenance(string AgreementHash, string Edition, string TimeZones, string FactsRoot, long FactCount);
