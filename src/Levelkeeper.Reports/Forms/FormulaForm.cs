using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Reports.Forms;

/// <summary>How a value follows from its parts, written out: <c>99.93 % = 1 − 30 min 12 s / 744 h</c>.</summary>
public static class FormulaForm
{
    private const int MostOperands = 6;

    /// <summary>The value of a node; empty when it has none.</summary>
    public static string Value(Explanation node, TimeForm times)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(times);
        return node.Value is { } value ? times.Show(value, Places(value)) : "";
    }

    /// <summary>The right-hand side of the formula; empty for what is given or told.</summary>
    public static string Of(Explanation node, TimeForm times)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(times);
        return node.Value is null || node.Parts.Length == 0 ? "" : node.Derivation switch
        {
            Derivation.Given or Derivation.Narrative or Derivation.Count => "",
            // One part says nothing that the value does not.
            Derivation.Sum or Derivation.Difference or Derivation.Product or Derivation.Minimum or Derivation.Maximum when node.Parts.Length == 1 => "",
            Derivation.Sum => Join(node.Parts, " + ", times),
            Derivation.Difference => Join(node.Parts, " − ", times),
            Derivation.Product => Join(node.Parts, " × ", times),
            Derivation.Quotient => Join(node.Parts, " / ", times),
            Derivation.Minimum => $"smallest of {Join(node.Parts, ", ", times)}",
            Derivation.Rounded => $"rounded to {(node.Parts.Length == 2 ? Join(node.Parts[1..], "", times) : "")}",
            Derivation.Maximum => $"largest of {Join(node.Parts, ", ", times)}",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };
    }

    private static string Join(ImmutableArray<Explanation> parts, string between, TimeForm times)
    {
        var shown = parts.Take(parts.Length > MostOperands ? MostOperands - 1 : MostOperands).Select(p => Operand(p, between, times));
        return string.Join(between, shown) + (parts.Length > MostOperands ? $"{between}… ({parts.Length} in all)" : "");
    }

    // A quotient inside a sum or difference is written out, because "1 − 30 min / 744 h" says more than "100 % − 0.06 %".
    private static string Operand(Explanation part, string between, TimeForm times)
    {
        if (between is " + " or " − " && part.Derivation == Derivation.Quotient && part.Parts is [var above, var below] && above.Value is not null && below.Value is not null)
            return $"{Value(above, times)} / {Value(below, times)}";
        return part.Value is { Unit: QuantityUnit.Share } share && share.Value == Core.Numbers.Rational.One && between == " − " ? "1" : Value(part, times);
    }

    // Inside a derivation a share may need more places than a headline, or small parts all read 0.00 %.
    private static int Places(Quantity value) => value.Unit == QuantityUnit.Share && value.Value.Sign > 0 && value.Value < new Core.Numbers.Rational(1, 1000)
        ? 5
        : NumberForm.DefaultPlaces(value);
}
