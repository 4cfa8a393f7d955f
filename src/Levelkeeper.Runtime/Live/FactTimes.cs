using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Runtime.Live;

/// <summary>The instants that facts name at which something is to happen.</summary>
internal static class FactTimes
{
    /// <summary>The first of them after an instant: a fact that claims to be of later counts from then on, maintenance begins or ends. <see cref="Instant.MaxValue"/> for none.</summary>
    public static Instant NextAfter(List<StampedFact> facts, Instant now)
    {
        var next = Instant.MaxValue;
        foreach (var stamped in facts)
        {
            Sooner(stamped.Fact.Time);
            Named(stamped.Fact.Data);
        }

        return next;

        void Named(FactData data)
        {
            switch (data)
            {
                case FactData.Corrected corrected:
                    Sooner(corrected.Time ?? Instant.MinValue);
                    if (corrected.Replacement is { } replacement)
                        Named(replacement);
                    break;
                case FactData.TicketReported { Entered: { } entered }:
                    Sooner(entered);
                    break;
                case FactData.MaintenanceAnnounced maintenance:
                    Sooner(maintenance.Start);
                    Sooner(maintenance.End);
                    break;
                case FactData.ExclusionClaimed exclusion:
                    Sooner(exclusion.Start);
                    Sooner(exclusion.End);
                    break;
            }
        }

        void Sooner(Instant at)
        {
            if (at > now && at < next)
                next = at;
        }
    }
}
