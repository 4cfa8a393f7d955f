using System.Globalization;

namespace Levelkeeper.Reports.Statements;

/// <summary>Members of enumerations as programs read them.</summary>
public static class StatementWords
{
    /// <summary>In lower case with hyphens: <c>to-be-claimed</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return string.Concat(name.Select((c, i) => i > 0 && (char.IsUpper(c) || char.IsDigit(c) && !char.IsDigit(name[i - 1])) ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString(CultureInfo.InvariantCulture)));
    }
}
