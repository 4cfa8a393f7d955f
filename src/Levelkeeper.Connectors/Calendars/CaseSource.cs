using System.Collections.Immutable;

namespace Levelkeeper.Connectors.Calendars;

/// <summary>What the <c>source</c> of a case (<c>owner/repository:place</c>) says about its answers.</summary>
/// <remarks>
/// Business-time libraries disagree on whether the closing instant is open. A case's tag <c>closing_instant</c> only says that its answer turns on it: cases
/// with that tag expect either answer. What decides is the library that the case was taken from.
/// </remarks>
internal static class CaseSource
{
    // Read from the libraries' own code: isWorkingTime uses isSameOrBefore, during_business_hours? uses between?, isAWorkingHour uses end >= hour.
    // zendesk/biz (a range without its end) and Intrepidd/working_hours count it as closed, as we do, and so does any source that is not known.
    private static readonly ImmutableHashSet<string> ClosingInstantIsOpen =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "lennym/moment-business-time", "bokmann/business_time", "glpi-project/glpi");

    /// <summary>Whether the library answers "open" when it is asked exactly at closing.</summary>
    public static bool CountsClosingInstantAsOpen(string source) => ClosingInstantIsOpen.Contains(source.Split(':', 2)[0].Trim());
}
