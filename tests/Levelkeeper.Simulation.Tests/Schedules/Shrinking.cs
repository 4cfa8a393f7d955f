using System.Collections.Immutable;

namespace Levelkeeper.Simulation.Tests.Schedules;

/// <summary>Leaves out of a schedule what its failure does not need.</summary>
internal static class Shrinking
{
    /// <summary>Drops steps, many at once and then fewer, as long as it still fails.</summary>
    /// <param name="schedule">One that fails.</param>
    /// <param name="fails">Whether another one does.</param>
    /// <param name="tries">At most so many are tried.</param>
    public static async Task<Schedule> OfAsync(Schedule schedule, Func<Schedule, Task<bool>> fails, int tries)
    {
        for (var size = schedule.Steps.Length / 2; size > 0; size /= 2)
        {
            for (var start = 0; start < schedule.Steps.Length && tries > 0; tries--)
            {
                var fewer = schedule with { Steps = schedule.Steps.RemoveRange(start, Math.Min(size, schedule.Steps.Length - start)) };
                if (await fails(fewer))
                    schedule = fewer;
                else
                    start += size;
            }
        }

        return schedule;
    }
}
