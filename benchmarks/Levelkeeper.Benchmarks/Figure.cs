using System.Globalization;

namespace Levelkeeper.Benchmarks;

/// <summary>One row of the performance table: a figure and the baseline that was measured in the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit; for rates more is better.</param>
/// <param name="Baseline">The baseline in the same unit; null when the target is absolute.</param>
/// <param name="Target">What is wanted, as text.</param>
/// <param name="Met">Whether it was reached.</param>
public sealed record Figure(string Name, double Value, string Unit, double? Baseline, string Target, bool Met)
{
    /// <summary>Value over baseline.</summary>
    public double? Ratio => Value / Baseline;

    /// <summary>The row as Markdown.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Number(Value)} {Unit} | {(Baseline is { } b ? $"{Number(b)} {Unit}" : "")} | {(Ratio is { } r ? $"{r:N0} x" : "")} | {Target} | {(Met ? "yes" : "NO")} |");

    /// <summary>The head of the table.</summary>
    public const string Head = "| what | figure | baseline | ratio | target | met |\n|---|---|---|---|---|---|";

    private static string Number(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:N1} M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:N1} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:N1}"),
    };
}
