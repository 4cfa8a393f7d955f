namespace Levelkeeper.Language.Vocabulary;

/// <summary>The forms of text that keys take, each described once.</summary>
internal static class Forms
{
    public static readonly ValueShape Name = new ValueShape.Text("a name", "^[A-Za-z0-9][A-Za-z0-9._-]*$", ["shop"]);
    public static readonly ValueShape FreeText = new ValueShape.Text("a text", null, []);
    public static readonly ValueShape Date = new ValueShape.Text("a date", @"^\d{4}-\d{2}-\d{2}$", ["2026-01-01"]);
    public static readonly ValueShape Zone = new ValueShape.Text("an IANA time zone", null, ["Europe/Warsaw", "UTC"]);
    public static readonly ValueShape Elapsed = new ValueShape.Text("a length of elapsed time", null, ["30 min", "72 h"]);
    public static readonly ValueShape Time = new ValueShape.Text("a length of time: elapsed, business days or calendar units", null, ["30 min", "2 business days", "1 month"]);
    public static readonly ValueShape Percent = new ValueShape.Text("a percentage", @"^\d+(\.\d+)?\s*%$", ["99.9 %"]);
    public static readonly ValueShape Number = new ValueShape.Text("a whole number", @"^\d+$", ["2"]);
    public static readonly ValueShape YesNo = Words("yes", "no");
    public static readonly ValueShape Names = new ValueShape.ListOf(Name);
    public static readonly ValueShape Texts = new ValueShape.ListOf(FreeText);

    public static ValueShape Words(params string[] words) => new ValueShape.OneOf([.. words]);

    public static ValueShape List(ValueShape item) => new ValueShape.ListOf(item);

    public static ValueShape Map(string key, ValueShape value) => new ValueShape.MapOf(key, value);

    /// <summary>Names that say one thing together: stated anew as a whole by a lower level.</summary>
    public static ValueShape Whole(string key, ValueShape value) => new ValueShape.MapOf(key, value, OneClause: true);

    public static ValueShape Of(Section section) => new ValueShape.Keys(section);

    public static ValueShape PartOf(Section section) => new ValueShape.Keys(section, InPart: true);

    public static ValueShape Any(params ValueShape[] shapes) => new ValueShape.Either([.. shapes]);

    public static ValueShape Text(string form, params string[] examples) => new ValueShape.Text(form, null, [.. examples]);
}
