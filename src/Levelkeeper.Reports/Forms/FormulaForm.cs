using System.Collections.Immutable;
using Levelkeeper.Core.Explanations;

namespace Levelkeeper.Reports.Forms;

/// <summary>How a value follows from its parts, written out: <c>99.93 % = 1 − 30 min 12 s / 744 h</c>.</summary>
public static class FormulaForm
{
    private const int MostOperands = 6;

    /// <summary>The value of a node; empty when it has none.</summary>
    public static string Value(Explanation node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Value is { } value ? NumberForm.Show(value, Places(value)) : "";
    }

    /// <summary>The right-hand side of the formula; empty for what is given or told.</summary>
    public static string Of(Explanation node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Value is null || node.Parts.Length == 0 ? "" : node.Derivation switch
        {
            Derivation.Given or Derivation.Narrative or Derivation.Count => "",
            // One part says nothing that the value does not.
            Derivation.Sum or Derivation.Difference or Derivation.Product or Derivation.Minimum or Derivation.Maximum when node.Parts.Length == 1 => "",
            Derivation.Sum => Join(node.Parts, " + "),
            Derivation.Difference => Join(node.Parts, " − "),
            Derivation.Product => Join(node.Parts, " × "),
            Derivation.Quotient => Join(node.Parts, " / "),
            Derivation.Minimum => $"smallest of {Join(node.Parts, ", ")}",
            Derivation.Maximum => $"largest of {Join(node.Parts, ", ")}",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };
    }

    private static string Join(ImmutableArray<Explanation> parts, string between)
    {
        var shown = parts.Take(parts.Length > MostOperands ? MostOperands - 1 : MostOperands).Select(p => Operand(p, between));
        return string.Join(between, shown) + (parts.Length > MostOperands ? $"{between}… ({parts.Length} in all)" : "");
    }

    // A quotient inside a sum or difference is written out, because "1 − 30 min / 744 h" says more than "100 % − 0.06 %".
    private static string Operand(Explanation part, string between)
    {
        if (between is " + " or " − " && part.Derivation == Derivation.Quotient && part.Parts is [var above, var below] && above.Value is not null && below.Value is not null)
            return $"{Value(above)} / {Value(below)}";
        return part.Value is { Unit: QuantityUnit.Share } share && share.Value == Core.Numbers.Rational.One && between == " − " ? "1" : Value(part);
    }

    // Inside a derivation a share may need more places than a headline, or small parts all read 0.00 %.
    private static int Places(Quantity value) => value.Unit == QuantityUnit.Share && value.Value.Sign > 0 && value.Value < new Core.Numbers.Rational(1, 1000)
        ? 5
        : NumberForm.DefaultPlaces(value);
}
