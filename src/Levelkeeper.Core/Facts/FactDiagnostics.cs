using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>The catalogue of what can be wrong with facts: one method per code, <c>LK2001</c> to <c>LK2099</c>.</summary>
/// <remarks>2001-2029: the text and the CloudEvents envelope. 2030-2049: the data of a type. 2050-2069: facts among other facts.</remarks>
public static class FactDiagnostics
{
    /// <summary>LK2001: the text is not JSON.</summary>
    public static Diagnostic NotJson(Place place, string detail) =>
        Error("LK2001", place, $"This is not JSON: {detail}", "each event is one JSON object: alone on its line, an element of one array, or the whole file");

    /// <summary>LK2002: an event is longer than the limit.</summary>
    public static Diagnostic TooLong(Place place, long length, int limit) =>
        Error("LK2002", place, $"The event is {length:N0} bytes long; at most {limit:N0} are read.", "it was skipped; move large content out of the event and refer to it");

    /// <summary>LK2003: objects and arrays are nested too deeply.</summary>
    public static Diagnostic TooDeep(Place place, int limit) => Error("LK2003", place, $"Objects and arrays are nested more than {limit} deep.");

    /// <summary>LK2004: too many members and elements.</summary>
    public static Diagnostic TooManyFields(Place place, int limit) => Error("LK2004", place, $"The event has more than {limit:N0} members and elements.");

    /// <summary>LK2005: bytes that are not UTF-8.</summary>
    public static Diagnostic NotUtf8(Place place) => Error("LK2005", place, "The text is not valid UTF-8.", "save the file as UTF-8");

    /// <summary>LK2006: a member is there twice.</summary>
    public static Diagnostic DuplicateMember(Place place, string name) =>
        Error("LK2006", place, $"The member {Diagnostic.Quote(name)} is there twice in one object.", "JSON readers disagree on which one counts: keep one");

    /// <summary>LK2007: half of a surrogate pair.</summary>
    public static Diagnostic LoneSurrogate(Place place) => Error("LK2007", place, "A \\u escape is half of a surrogate pair: no character has this code.");

    /// <summary>LK2008: a control character in an attribute.</summary>
    public static Diagnostic ControlCharacter(Place place, string name) =>
        Error("LK2008", place, $"The attribute '{name}' holds a control character.", "CloudEvents allows none in attributes");

    /// <summary>LK2009: an event is no JSON object.</summary>
    public static Diagnostic NotAnObject(Place place, string found) => Error("LK2009", place, $"An event must be a JSON object, not {found}.");

    /// <summary>LK2010: a required attribute is absent.</summary>
    public static Diagnostic AttributeMissing(Place place, string name) => Error("LK2010", place, $"The attribute '{name}' is missing.", name switch
    {
        "specversion" => "add \"specversion\": \"1.0\"",
        "time" => "say when it happened, e.g. \"time\": \"2026-03-02T09:00:00Z\"",
        "id" => "give each event of a source its own id, the same when it is sent again",
        _ => null,
    });

    /// <summary>LK2011: a required attribute is empty.</summary>
    public static Diagnostic AttributeEmpty(Place place, string name) => Error("LK2011", place, $"The attribute '{name}' is empty.");

    /// <summary>LK2012: another version of CloudEvents.</summary>
    public static Diagnostic OtherVersion(Place place, string version) => Error("LK2012", place, $"The specversion is {Diagnostic.Quote(version)}; only '1.0' is read.");

    /// <summary>LK2013: an attribute of the wrong JSON kind.</summary>
    public static Diagnostic AttributeKind(Place place, string name, string expected, string found) =>
        Error("LK2013", place, $"The attribute {Diagnostic.Quote(name)} must be {expected}, not {found}.");

    /// <summary>LK2014: a time without an offset.</summary>
    public static Diagnostic TimeWithoutOffset(Place place, string name, string text) =>
        Error("LK2014", place, $"The time {Diagnostic.Quote(text)} of '{name}' does not say its offset from UTC.", "end it with Z for UTC, or with the offset, such as +02:00");

    /// <summary>LK2015: not a time, or one that no calendar has.</summary>
    public static Diagnostic NotATime(Place place, string name, string text) =>
        Error("LK2015", place, $"The time {Diagnostic.Quote(text)} of '{name}' is no RFC 3339 time of the calendar.", "for example 2026-03-02T09:00:00Z");

    /// <summary>LK2025: a time before 1900 or after 2199, which calendars do not reach.</summary>
    public static Diagnostic TimeOutOfReach(Place place, string name, string text) =>
        Error("LK2025", place, $"The time {Diagnostic.Quote(text)} of '{name}' lies outside 1900 to 2199.", "correct it; it was probably mistyped");

    /// <summary>LK2016: a time finer than the engine's ticks.</summary>
    public static Diagnostic TimeTooFine(Place place, string name) =>
        Note("LK2016", place, $"The time of '{name}' is finer than 100 ns; it was cut to that.");

    /// <summary>LK2017: a leap second.</summary>
    public static Diagnostic LeapSecond(Place place, string name) =>
        Note("LK2017", place, $"The time of '{name}' is in a leap second; it counts as the last 100 ns before it, in the same minute.");

    /// <summary>LK2018: an attribute's name is against CloudEvents.</summary>
    public static Diagnostic AttributeName(Place place, string name, string? suggestion) => Warning(
        "LK2018", place, $"{Diagnostic.Quote(name)} is no name for a CloudEvents attribute; it was kept and ignored.",
        suggestion is null ? "lower-case letters and digits only; what happened belongs into 'data'" : $"did you mean '{suggestion}'?");

    /// <summary>LK2019: data in a form other than JSON.</summary>
    public static Diagnostic DataNotJson(Place place, string contentType) =>
        Error("LK2019", place, $"The data of this type must be a JSON object; its content type is {Diagnostic.Quote(contentType)}.");

    /// <summary>LK2020: data is there twice.</summary>
    public static Diagnostic DataTwice(Place place) => Error("LK2020", place, "An event has 'data' or 'data_base64', not both.");

    /// <summary>LK2021: data_base64 cannot be decoded.</summary>
    public static Diagnostic NotBase64(Place place) => Error("LK2021", place, "The text of 'data_base64' is not base64 of a JSON object.");

    /// <summary>LK2022: text after the end of a batch, or between its elements.</summary>
    public static Diagnostic StrayText(Place place, string text) => Error("LK2022", place, $"Unexpected text {Diagnostic.Quote(text)} between events.");

    /// <summary>LK2023: the input ends inside an event or a batch.</summary>
    public static Diagnostic Truncated(Place place, string what) => Error("LK2023", place, $"The input ends inside {what}.", "the file was cut off; what came before was read");

    /// <summary>LK2024: a number that cannot be canonical.</summary>
    public static Diagnostic NumberOutOfRange(Place place, string text) => Error("LK2024", place, $"The number {Diagnostic.Quote(text)} is out of range.");

    /// <summary>LK2030: no data where the type needs some.</summary>
    public static Diagnostic DataKind(Place place, string found) => Error("LK2030", place, $"The 'data' of this type must be an object, not {found}.");

    /// <summary>LK2031: a required data member is absent.</summary>
    public static Diagnostic MemberMissing(Place place, string name, string type) => Error("LK2031", place, $"'{type}' needs 'data.{name}'.");

    /// <summary>LK2032: a data member of the wrong kind or form.</summary>
    public static Diagnostic MemberKind(Place place, string name, string expected, string found) =>
        Error("LK2032", place, $"'data.{name}' must be {expected}, not {found}.");

    /// <summary>LK2033: a negative number or length of time where none can be.</summary>
    public static Diagnostic Negative(Place place, string name, string text) => Error("LK2033", place, $"'data.{name}' cannot be negative: {Diagnostic.Quote(text)}.");

    /// <summary>LK2034: a data member that the type does not have.</summary>
    public static Diagnostic UnknownMember(Place place, string name, string type, string? suggestion) => Warning(
        "LK2034", place, $"'{type}' has no 'data' member {Diagnostic.Quote(name)}; it was kept and ignored.", suggestion is null ? null : $"did you mean '{suggestion}'?");

    /// <summary>LK2035: an interval that does not end after it starts.</summary>
    public static Diagnostic EndsBeforeStart(Place place, string start, string end) => Error("LK2035", place, $"'{end}' must be later than '{start}'.");

    /// <summary>LK2036: a word that is not one of a closed list.</summary>
    public static Diagnostic NotOneOf(Place place, string name, string text, IEnumerable<string> allowed) =>
        Error("LK2036", place, $"'data.{name}' cannot be {Diagnostic.Quote(text)}.", "one of: " + string.Join(", ", allowed));

    /// <summary>LK2037: a number that is out of the member's bounds.</summary>
    public static Diagnostic OutOfBounds(Place place, string name, string text, string bounds) =>
        Error("LK2037", place, $"'data.{name}' is {Diagnostic.Quote(text)}; it must be {bounds}.");

    /// <summary>LK2038: a histogram whose bounds do not ascend.</summary>
    public static Diagnostic BucketsNotAscending(Place place) =>
        Error("LK2038", place, "The upper bounds of 'data.histogram' must ascend, and only the last bucket may have none.");

    /// <summary>LK2040: a type that carries our prefix and is none of ours.</summary>
    public static Diagnostic UnknownType(Place place, string type, string? suggestion) => Warning(
        "LK2040", place, $"{Diagnostic.Quote(type)} is no type of this edition; such facts are kept and ignored.", suggestion is null ? null : $"did you mean '{suggestion}'?");

    /// <summary>LK2041: somebody else's type.</summary>
    public static Diagnostic ForeignType(Place place, string type) =>
        Note("LK2041", place, $"{Diagnostic.Quote(type)} is not one of our types; such facts are kept and ignored.");

    /// <summary>LK2042: a type that must name the entity it is about does not.</summary>
    public static Diagnostic SubjectMissing(Place place, string type) =>
        Error("LK2042", place, $"'{type}' needs a 'subject'.", "name the ticket or component that it is about");

    /// <summary>LK2050: one identity, two contents.</summary>
    public static Diagnostic Conflict(FactConflict conflict)
    {
        ArgumentNullException.ThrowIfNull(conflict);
        return Conflict(conflict.Other, $" ({Where(conflict.First)})");
    }

    /// <summary>LK2050: one identity, two contents, of a log that has set the second aside.</summary>
    /// <param name="other">The second.</param>
    /// <param name="asideAt">Where the log has it.</param>
    public static Diagnostic Conflict(Fact other, long asideAt)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Conflict(other, $", and was set aside at {asideAt}");
    }

    private static Diagnostic Conflict(Fact other, string where) => Warning(
        "LK2050", other.Place,
        $"The fact {Diagnostic.Quote(other.Id)} of {Diagnostic.Quote(other.Source)} is known with other content{where}; the first stands.",
        "to change a fact, send a 'levelkeeper.fact.corrected.v1' that refers to it");

    /// <summary>LK2051 to LK2056: a fact that does not count, by its reason; null for one that was properly taken back.</summary>
    public static Diagnostic? LeftOut(LeftOutFact left, Instant asOf)
    {
        ArgumentNullException.ThrowIfNull(left);
        var fact = left.Fact.Fact;
        var name = $"{Diagnostic.Quote(fact.Id)} of {Diagnostic.Quote(fact.Source)}";
        return left.Reason switch
        {
            LeftOutReason.Retracted => null,
            LeftOutReason.UnknownType => null, // The reader has said so, once per type.
            LeftOutReason.Future => Note("LK2051", fact.Place, $"The fact {name} is of {fact.Time}, later than {asOf}: it is kept and counts from then on."),
            LeftOutReason.RefersToNothing => Warning("LK2052", fact.Place, $"The fact {name} refers to one that is not known: {Target(fact)}.", "it takes effect when that one arrives"),
            LeftOutReason.NotPermitted => Warning("LK2053", fact.Place, $"The fact {name} may not amend {Target(fact)}: it comes from another source.", "the same source, or a party that the agreement names"),
            LeftOutReason.OtherKind => Warning("LK2054", fact.Place, $"The fact {name} corrects {Target(fact)} with data of another kind."),
            LeftOutReason.Circular => Warning("LK2055", fact.Place, $"The fact {name} is one of several that amend each other in a circle; none of them has effect."),
            _ => throw new ArgumentOutOfRangeException(nameof(left), left.Reason, "A reason without a diagnostic."),
        };
    }

    /// <summary>LK2056: a fact that was recorded before it happened.</summary>
    public static Diagnostic RecordedTooEarly(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return Warning(
            "LK2056", fact.Place,
            $"The fact {Diagnostic.Quote(fact.Id)} of {Diagnostic.Quote(fact.Source)} claims to be recorded at {fact.RecordedTime}, before it happened at {fact.Time}: it counts as recorded when it happened.",
            "a clock is wrong, or 'time' and 'recordedtime' are swapped; what is announced for later belongs into 'data.start'");
    }

    /// <summary>LK2057: facts of a file that do not stand in the order in which they were recorded.</summary>
    public static Diagnostic RecordedOutOfOrder(Place first, int count) =>
        Note("LK2057", first, $"In this file {count} facts stand behind ones that were recorded later, this one first: all count in the order in which they were recorded.");

    private static string Target(Fact fact) => fact.Data switch
    {
        FactData.Retracted retracted => $"{Diagnostic.Quote(retracted.Id)} of {Diagnostic.Quote(retracted.Source)}",
        FactData.Corrected corrected => $"{Diagnostic.Quote(corrected.Id)} of {Diagnostic.Quote(corrected.Source)}",
        _ => "nothing",
    };

    private static string Where(StampedFact fact) => fact.Fact.Place == Place.None ? $"sequence {fact.LogSequence}" : fact.Fact.Place.ToString();

    private static Diagnostic Error(string code, Place place, string message, string? hint = null) => new(code, Severity.Error, place, message, hint);

    private static Diagnostic Warning(string code, Place place, string message, string? hint = null) => new(code, Severity.Warning, place, message, hint);

    private static Diagnostic Note(string code, Place place, string message, string? hint = null) => new(code, Severity.Note, place, message, hint);
}
