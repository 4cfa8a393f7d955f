using NodaTime;

namespace Levelkeeper.Core.Calendars.Holidays;

/// <summary>A public holiday, or a day off given in exchange for a moved working day.</summary>
/// <param name="Date">The date.</param>
/// <param name="Name">Its English name; several that fall on one date are joined by "; ".</param>
/// <param name="Estimated">True when the date rests on a sighting of the moon that was not known when the data was made; it can move by a day.</param>
public sealed record PublicHoliday(LocalDate Date, string Name, bool Estimated);
