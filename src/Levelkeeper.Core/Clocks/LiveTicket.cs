using System.Runtime.InteropServices;

namespace Levelkeeper.Core.Clocks;

/// <summary>What a live evaluation keeps of one ticket beside its clocks: 64 bytes, so that a fact finds key, state and timer in one place of memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LiveTicket
{
    public UInt128 Key;
    public TicketState State;
    public Timer Timer;
}

/// <summary>A member of a slot's list in the <see cref="DeadlineWheel"/>. A slot of 0 means that it is in none; else the number is one more than the slot's.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Timer
{
    public long Wake;
    public int Next;
    public int Previous;
    public int Slot;
}
