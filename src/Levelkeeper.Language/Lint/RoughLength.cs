using Levelkeeper.Core.Time;

namespace Levelkeeper.Language.Lint;

/// <summary>How long a length of time is in days, near enough for a warning: a month is 30 days, five business days are a week.</summary>
internal static class RoughLength
{
    public static decimal InDays(TimeAmount amount) => amount switch
    {
        TimeAmount.Elapsed elapsed => (decimal)elapsed.Duration.BclCompatibleTicks / NodaTime.NodaConstants.TicksPerDay,
        TimeAmount.BusinessDays days => days.Count * 7 / 5m,
        TimeAmount.CalendarUnits units => units.Months * 30 + units.Days,
        _ => throw new InvalidOperationException("The cases of a length of time are closed."),
    };
}
