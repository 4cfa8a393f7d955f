using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using NodaTime;

namespace Levelkeeper.Core.Statements;

/// <summary>What a line of a statement is.</summary>
public enum StatementLineKind
{
    /// <summary>What a remedy comes to.</summary>
    Remedy,

    /// <summary>
    /// What a line of an earlier period comes to now, less what was payable by it: a corrected fact, or a claim that was made since. Where it was contested since and nothing else changed,
    /// the line that says so, without an amount.
    /// </summary>
    Adjustment,

    /// <summary>What the side to which it is owed waives.</summary>
    Waiver,

    /// <summary>What one side gives without owing it.</summary>
    Goodwill,

    /// <summary>What the settlement of a dispute adds to, or takes off, the undisputed part.</summary>
    Settlement,

    /// <summary>The charge on what was paid late.</summary>
    LatePayment,
}

/// <summary>How a line stands.</summary>
public enum LineStanding
{
    /// <summary>It is payable.</summary>
    Payable,

    /// <summary>The results give nothing; <see cref="OwedLine.State"/> says why.</summary>
    NotOwed,

    /// <summary>The period still runs.</summary>
    Interim,

    /// <summary>It must be claimed, and can be until its last day.</summary>
    ToBeClaimed,

    /// <summary>It had to be claimed and was not in time.</summary>
    ClaimLapsed,

    /// <summary>All of it is contested, and waits for the settlement; of an issued line: it was contested since.</summary>
    Contested,

    /// <summary>It lowers what the customer was promised and waits for the customer's acceptance.</summary>
    AwaitsAcceptance,

    /// <summary>The term in which anything moves is over: the difference is shown and not paid.</summary>
    Final,
}

/// <summary>A line of a statement.</summary>
public sealed record StatementLine
{
    /// <summary>Its identity among all statements of the agreement: <c>uptime-credit/2026-03</c>; those of other kinds have a word before it.</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required StatementLineKind Kind { get; init; }

    /// <summary>The line of a remedy that it is or concerns; null for none.</summary>
    public LineName? Line { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>Who owes it, or gives it.</summary>
    public required PartyRole By { get; init; }

    /// <summary>Its form; null where it is no remedy's.</summary>
    public PaymentKind? Form { get; init; }

    /// <summary>How it stands.</summary>
    public required LineStanding Standing { get; init; }

    /// <summary>What it comes to by the agreement and the facts; of an adjustment the difference. Negative where it takes something off.</summary>
    public Rational Computed { get; init; }

    /// <summary>The part of it that is contested.</summary>
    public Rational Contested { get; init; }

    /// <summary>What is payable by it now. The sum of all statements' payable amounts is what is owed.</summary>
    public Rational Payable { get; init; }

    /// <summary>When it arose.</summary>
    public required Instant Arises { get; init; }

    /// <summary>When it is due; null where it goes with the next invoice, or is due on request.</summary>
    public Instant? Due { get; init; }

    /// <summary>How it is settled; null where it is no remedy's.</summary>
    public Settlement? Settled { get; init; }

    /// <summary>The last instant at which it can be claimed; null for no limit, or where it need not be.</summary>
    public Instant? ClaimUntil { get; init; }

    /// <summary>Who decided: waived, gave, settled, accepted.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The facts by which people decided.</summary>
    public ImmutableArray<FactReference> Facts { get; init; } = [];

    /// <summary>The results behind it; null where it is no remedy's.</summary>
    public OwedLine? Owed { get; init; }

    /// <summary>The statement that an adjustment adjusts; empty for others.</summary>
    public string AdjustedStatement { get; init; } = "";

    /// <summary>What was payable by that statement and the adjustments since.</summary>
    public Rational Before { get; init; }
}

/// <summary>A statement that was issued: what of it later ones need.</summary>
/// <param name="Label">Its period's label.</param>
/// <param name="Issued">As of when.</param>
/// <param name="Digest">SHA-256 of its JSON, in lower-case hexadecimal; empty where it is not known.</param>
/// <param name="Lines">By the lines' ids: what was computed, and what payable.</param>
public sealed record IssuedStatement(string Label, Instant Issued, string Digest, ImmutableSortedDictionary<string, IssuedLine> Lines)
{
    /// <summary>Its period; empty where it is not known: what it might have held and did not is then not known either.</summary>
    public TickInterval During { get; init; }

    /// <summary>A statement as later ones know it.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="digest">See <see cref="Digest"/>.</param>
    public static IssuedStatement Of(Statement statement, string digest)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var lines = statement.Lines.ToImmutableSortedDictionary(l => l.Id, l => new IssuedLine(l.Line, l.Kind, l.By, l.Computed, l.Payable) { Owed = l.Owed?.Amount ?? 0 }, StringComparer.Ordinal);
        return new IssuedStatement(statement.Period.Label, statement.AsOf, digest, lines) { During = statement.Period.During };
    }

    /// <summary>Whether what arises at an instant belongs to it: after its period's start, up to its end.</summary>
    public bool Covers(Instant arises) => Covers(During, arises);

    internal static bool Covers(TickInterval period, Instant arises) => arises > period.StartInstant && arises <= period.EndInstant;
}

/// <summary>A line of an issued statement.</summary>
/// <param name="Line">The line of a remedy that it is or adjusts; null for none.</param>
/// <param name="Kind">What it is.</param>
/// <param name="By">Who owed it.</param>
/// <param name="Computed">What it came to.</param>
/// <param name="Payable">What of it was payable.</param>
public sealed record IssuedLine(LineName? Line, StatementLineKind Kind, PartyRole By, Rational Computed, Rational Payable)
{
    /// <summary>What the remedy's line came to by the results, whoever claimed, contested or accepted it; zero for what is no remedy's line. It filled caps with this.</summary>
    public Rational Owed { get; init; }

    /// <summary>Whether it is a remedy's line, or an adjustment of one.</summary>
    internal bool IsOf(LineName line) => Line == line && Kind is StatementLineKind.Remedy or StatementLineKind.Adjustment;
}
