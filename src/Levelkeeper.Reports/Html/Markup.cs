using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Levelkeeper.Reports.Html;

/// <summary>HTML as it grows. Written with interpolated strings: the literal parts are markup, and every hole is escaped, so that foreign text cannot become markup.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a line; the holes are escaped.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] ref EscapingHandler line) => _text.Append('\n');

    /// <summary>Adds our own markup, as it is.</summary>
    public void Raw(string ours) => _text.Append(ours);

    /// <summary>Adds foreign text, escaped.</summary>
    public void Text(string foreign) => _text.Append(s_encoder.Encode(foreign));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Escapes what stands in the holes of an interpolated string; made for text and for quoted attributes.</summary>
    [InterpolatedStringHandler]
    internal readonly struct EscapingHandler
    {
        private readonly Markup _markup;

        public EscapingHandler(int literalLength, int holes, Markup markup)
        {
            _markup = markup;
            _markup._text.EnsureCapacity(_markup._text.Length + literalLength + holes * 8);
        }

        public void AppendLiteral(string ours) => _markup._text.Append(ours);

        public void AppendFormatted(string? foreign)
        {
            if (foreign is not null)
                _markup._text.Append(s_encoder.Encode(foreign));
        }

        public void AppendFormatted(long number) => _markup._text.Append(number.ToString(CultureInfo.InvariantCulture));
    }

    // Letters of every script stay readable; what could end a text or an attribute is escaped.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
}
