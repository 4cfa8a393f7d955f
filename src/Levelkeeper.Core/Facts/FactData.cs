using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>What a fact says happened: one closed set of cases, each with its data. <see cref="FactTypes"/> gives the wire names.</summary>
public abstract partial record FactData
{
    private FactData()
    {
    }

    /// <summary>The identity of the fact that it takes back or corrects; null where it does neither.</summary>
    public FactKey? Amended => this switch
    {
        Retracted retracted => FactKey.Of(retracted.Source, retracted.Id),
        Corrected corrected => FactKey.Of(corrected.Source, corrected.Id),
        _ => null,
    };

    /// <summary>Whether it takes a fact back or corrects one.</summary>
    public bool IsAmendment => this is Retracted or Corrected;

    /// <summary>A type that we do not know, or one whose data belongs to a later edition: kept and ignored.</summary>
    public sealed record Unknown : FactData;

    /// <summary>Takes back an earlier fact. Both stay in the log; evaluations leave the earlier one out.</summary>
    /// <param name="Source">The earlier fact's source.</param>
    /// <param name="Id">The earlier fact's id.</param>
    /// <param name="Reason">Why; required.</param>
    public sealed record Retracted(string Source, string Id, string Reason) : FactData;

    /// <summary>Replaces time and data of an earlier fact. Both stay in the log; evaluations use the replacement in the earlier one's place.</summary>
    /// <param name="Source">The earlier fact's source.</param>
    /// <param name="Id">The earlier fact's id.</param>
    /// <param name="Reason">Why; required.</param>
    /// <param name="Time">The corrected time; null keeps the earlier one's.</param>
    /// <param name="Replacement">The corrected data, of the same type; null keeps the earlier one's.</param>
    public sealed record Corrected(string Source, string Id, string Reason, Instant? Time, FactData? Replacement) : FactData;

    /// <summary>A party explains a breach. Changes no result; the month-end checklist asks for it.</summary>
    /// <param name="Objective">The objective's name.</param>
    /// <param name="Cause">A cause from the party's own list.</param>
    /// <param name="Owner">Who answers for it.</param>
    /// <param name="Comment">Free text.</param>
    public sealed record BreachExplained(string Objective, string Cause, string Owner, string Comment) : FactData;

    /// <summary>A business number: a count, an amount, a score.</summary>
    /// <param name="Metric">The measured quantity's name, e.g. <c>leads</c>.</param>
    /// <param name="Value">The number; a decimal as typed.</param>
    /// <param name="Member">The member of a roster it belongs to; empty for the whole.</param>
    /// <param name="Of">For a share: the number of which <paramref name="Value"/> is a part; null otherwise.</param>
    public sealed record Measured(string Metric, decimal Value, string Member, decimal? Of) : FactData;

    /// <summary>Someone joins or leaves a roster (the representatives of a team, the sites of a customer).</summary>
    /// <param name="Roster">The roster's name.</param>
    /// <param name="Member">Who.</param>
    /// <param name="Joined">True on joining, false on leaving.</param>
    public sealed record RosterChanged(string Roster, string Member, bool Joined) : FactData;

    /// <summary>A recurring duty was done: a back-up taken, an update installed, a report sent, a review held.</summary>
    /// <param name="Duty">The duty's name in the agreement.</param>
    /// <param name="Evidence">Where the proof is; empty when none was given.</param>
    /// <param name="Succeeded">False for an attempt that failed: it counts as not done.</param>
    public sealed record DutyDone(string Duty, string Evidence, bool Succeeded) : FactData;
}
