using System.Runtime.InteropServices;

namespace Levelkeeper.Core.Clocks;

/// <summary>What a <see cref="TicketEvent"/> says, with everything resolved that conditions can ask about.</summary>
internal enum TicketEventKind : byte
{
    None,
    ReportedByCustomer,
    ReportedByProvider,
    ReportedBySystem,
    Entered,
    Attached,
    Acknowledged,
    Assigned,
    CustomerReplied,
    ProviderReplied,
    ProviderNoted,
    AutomaticReplied,
    StatusChanged,
    StatusResolved,
    StatusReopened,
    PriorityChanged,
    FieldsChanged,
    WorkaroundGiven,
    WorkaroundPartial,
    Resolved,
    Reopened,
    Closed,
    Escalated,
    Rated,
    Linked,
    Recovered,
    MergedAway,
    MergedIn,
    Cancelled,
    DeadlinePinned,
    Detached,

    /// <summary>A version has come into force that running clocks go over to.</summary>
    Amended,
}

/// <summary>Details of a <see cref="TicketEvent"/>.</summary>
[Flags]
internal enum TicketEventMarks : byte
{
    None = 0,
    SetsStatus = 1,
    SetsPriority = 2,

    /// <summary>The new priority counts from the start (its reason is a correction).</summary>
    Corrects = 4,

    /// <summary>The new priority counts from now (its reason is a changed impact).</summary>
    ImpactChanged = 8,

    /// <summary>The agreement does not apply yet; a later <see cref="TicketEventKind.Attached"/> says from when.</summary>
    NotYetAttached = 16,

    /// <summary>Both parties agreed.</summary>
    ByBoth = 32,

    /// <summary>The version in force does not measure the ticket: no clock starts.</summary>
    NotMeasured = 64,

    /// <summary>Of a start that is inherited: the version in force then does not measure the ticket.</summary>
    NotMeasuredBefore = 128,
}

/// <summary>A fact of a ticket, compiled against one <see cref="ClockProgram"/>: ticks and small integers, nothing to look up.</summary>
/// <remarks>Made by <see cref="TicketEventReader"/>. Means nothing to another program.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TicketEvent
{
    /// <summary>When it happened, in ticks since 1970 UTC.</summary>
    public long At { get; internal init; }

    /// <summary>A pinned deadline, or the start that a merged ticket hands on.</summary>
    internal long Value { get; init; }

    /// <summary>New values of the fields in <see cref="FieldMask"/>: a bit per (field, value) that a condition asks about.</summary>
    internal uint Fields { get; init; }

    /// <summary>Which of those bits this fact sets or clears.</summary>
    internal uint FieldMask { get; init; }

    /// <summary>Bits of "this field changes now".</summary>
    internal uint Changing { get; init; }

    internal TicketEventKind Kind { get; init; }

    internal TicketEventMarks Marks { get; init; }

    internal byte Status { get; init; }

    internal byte Priority { get; init; }

    /// <summary>The clock of a pinned deadline; -1 for none.</summary>
    internal short Clock { get; init; }
}

/// <summary>What conditions can ask about a ticket, after its facts so far. 24 bytes.</summary>
internal struct TicketState
{
    /// <summary>When something happened last; <see cref="long.MinValue"/> before anything did.</summary>
    public long LastAt;
    public uint Fields;

    /// <summary>What changed with the last event, and <see cref="LastKind"/>, what it was: kept only where the clocks have versions, of which a later one asks whether its start held then.</summary>
    public uint LastChanging;
    public TicketEventKind LastKind;
    public byte Status;
    public byte Priority;
    public TicketStateMarks Marks;

    /// <summary>A ticket of which nothing is known yet.</summary>
    public static TicketState Of(ClockProgram program) => new() { Fields = program.InitialFields, LastAt = long.MinValue };
}

[Flags]
internal enum TicketStateMarks : byte
{
    None = 0,
    Resolved = 1,
    NotAttached = 2,

    /// <summary>It has left the agreement, and its clocks run on.</summary>
    RunsOn = 4,
}
