using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reports.Xlsx;

/// <summary>A cell of a sheet. A closed choice: what is a number is written as a number, and a text is never a formula.</summary>
internal abstract record SheetCell
{
    private SheetCell()
    {
    }

    /// <summary>Nothing.</summary>
    public static SheetCell None { get; } = new Empty();

    /// <summary>Nothing.</summary>
    public sealed record Empty : SheetCell;

    /// <summary>A text, whatever it begins with.</summary>
    public sealed record Words(string Text) : SheetCell;

    /// <summary>A number.</summary>
    public sealed record Number(Rational Value) : SheetCell;

    /// <summary>An amount in the workbook's currency.</summary>
    public sealed record Money(Rational Amount) : SheetCell;

    /// <summary>A fraction of one, shown in percent; floored where it has more places than are shown, so that a miss never reads as met.</summary>
    public sealed record Share(Rational Value) : SheetCell;

    /// <summary>A point on a wall clock.</summary>
    public sealed record Time(LocalDateTime At) : SheetCell;

    /// <summary>A length of time in ticks, shown in hours, minutes and seconds.</summary>
    public sealed record Length(Rational Ticks) : SheetCell;
}

/// <summary>A sheet: its name, the headings of its columns with their widths in characters, and its rows.</summary>
/// <param name="Name">At most 31 characters, none of <c>[]:*?/\</c>.</param>
/// <param name="Columns">Headings and widths.</param>
/// <param name="Rows">The rows, each with a cell for every column.</param>
internal sealed record Sheet(string Name, IReadOnlyList<(string Heading, int Width)> Columns, IReadOnlyList<IReadOnlyList<SheetCell>> Rows)
{
    /// <summary>The rows at the end that sum up those before.</summary>
    public IReadOnlyList<IReadOnlyList<SheetCell>> Totals { get; init; } = [];
}
