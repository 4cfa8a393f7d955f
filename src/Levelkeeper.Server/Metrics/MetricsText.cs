using System.Globalization;
using System.Text;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Server.Metrics;

/// <summary>Something that has figures for Prometheus. Every one that is registered as a service is asked at each scrape.</summary>
public interface IMetricSource
{
    /// <summary>Writes the figures as they are now.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="cancel">Nobody waits for them any more.</param>
    ValueTask WriteAsync(MetricsText text, CancellationToken cancel);
}

/// <summary>Figures in Prometheus' text format, version 0.0.4.</summary>
public sealed class MetricsText
{
    private readonly StringBuilder _text = new(4096);

    /// <summary>Begins a metric; its samples follow.</summary>
    /// <param name="name">Its name, which ends in its unit.</param>
    /// <param name="kind"><c>counter</c>, <c>gauge</c>, <c>histogram</c>.</param>
    /// <param name="help">What it counts.</param>
    public MetricsText Metric(string name, string kind, string help)
    {
        ArgumentNullException.ThrowIfNull(help);
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        return this;
    }

    /// <summary>A sample of a whole number.</summary>
    /// <param name="name">The metric's name, with the suffix of a histogram's sample.</param>
    /// <param name="value">The figure.</param>
    /// <param name="labels">Names and values of labels.</param>
    public MetricsText Sample(string name, long value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample(name, value.ToString(CultureInfo.InvariantCulture), labels);

    /// <summary>A sample of a number with fractions.</summary>
    /// <inheritdoc cref="Sample(string, long, ReadOnlySpan{ValueTuple{string, string}})"/>
    public MetricsText Sample(string name, decimal value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample(name, value.ToString(CultureInfo.InvariantCulture), labels);

    /// <summary>A sample of an exact number: of its fraction nine places are told.</summary>
    /// <inheritdoc cref="Sample(string, long, ReadOnlySpan{ValueTuple{string, string}})"/>
    public MetricsText Sample(string name, Rational value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample(name, value.ToString(9, Rounding.HalfAwayFromZero), labels);

    /// <summary>The text.</summary>
    public override string ToString() => _text.ToString();

    private MetricsText Sample(string name, string value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            foreach (var letter in labels[i].Value)
                _ = letter switch { '\\' => _text.Append("\\\\"), '"' => _text.Append("\\\""), '\n' => _text.Append("\\n"), _ => _text.Append(letter) };
            _text.Append('"');
        }

        if (labels.Length > 0)
            _text.Append('}');
        _text.Append(' ').Append(value).Append('\n');
        return this;
    }
}
