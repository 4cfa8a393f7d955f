using System.Globalization;

namespace Levelkeeper.Benchmarks;

/// <summary>One row of the performance table: a figure and the baseline that was measured in the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit, of the baseline too. Of a rate (a unit that ends in <c>/s</c>) more is better; of a time or a size, less.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="BaselineName">What the baseline is.</param>
/// <param name="Target">What is wanted; null when the row is for information.</param>
public sealed record Figure(string Name, double Value, string Unit, double Baseline, string BaselineName, Target? Target)
{
    /// <summary>How many times better than the baseline.</summary>
    public double Ratio => Unit.EndsWith("/s", StringComparison.Ordinal) ? Value / Baseline : Baseline / Value;

    /// <summary>Whether the target is reached; a row for information has none to miss.</summary>
    public bool Met => Target is null || Target.IsMet(this);

    /// <summary>The row as Markdown.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Number(Value)}{Unit} | {Number(Baseline)}{Unit} | {BaselineName} | {Ratio.ToString(Ratio < 10 ? "N1" : "N0", CultureInfo.InvariantCulture)} x | {Target?.Text ?? "for information"} | {(Target is null ? "–" : Met ? "yes" : "NO")} |");

    /// <summary>The head of the table.</summary>
    public const string Head = "| what | figure | baseline | what the baseline is | ratio | target | met |\n|---|---|---|---|---|---|---|";

    private static string Number(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:N1} M "),
        >= 1e5 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:N0} k "),
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{value:N0} "),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:N1} "),
    };
}

/// <summary>What a figure is to reach.</summary>
/// <param name="Text">As it is printed.</param>
/// <param name="IsMet">Whether a figure does.</param>
public sealed record Target(string Text, Func<Figure, bool> IsMet)
{
    /// <summary>So many times better than the baseline.</summary>
    public static Target Times(double ratio) => new(string.Create(CultureInfo.InvariantCulture, $"≥ {ratio:N0} x the baseline"), f => f.Ratio >= ratio);

    /// <summary>At least this rate.</summary>
    public static Target AtLeast(double value, string text) => new(text, f => f.Value >= value);

    /// <summary>At most this time or size.</summary>
    public static Target AtMost(double value, string text) => new(text, f => f.Value <= value);
}
