using System.Text;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>A reply of a mail server: its code and its lines without the code (RFC 5321 4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">At least one.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>The longest line in bytes. RFC 5321 4.5.3.1.5 has 512; servers overstep it.</summary>
    public const int LongestLine = 2048;

    /// <summary>The most lines; the longest that are met are the answers to EHLO, with some twenty.</summary>
    public const int MostLines = 100;

    /// <summary>Whether it is a yes.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>The reply on one line.</summary>
    public string Text => Delivery.Said($"{Code} {string.Join(' ', Lines)}");

    /// <summary>Adds a line of the wire to a reply.</summary>
    /// <returns>True when the reply is complete.</returns>
    /// <exception cref="InvalidDataException">It is no line of a reply, or not of this one.</exception>
    public static bool Add(ReadOnlySpan<byte> line, ref int code, List<string> lines)
    {
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2]) || line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
            throw new InvalidDataException("the server said what is no reply");
        var number = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        if (lines.Count > 0 && number != code)
            throw new InvalidDataException("the server changed the code within a reply");
        if (lines.Count == MostLines)
            throw new InvalidDataException("the server's reply has too many lines");
        code = number;
        lines.Add(line.Length > 4 ? Encoding.Latin1.GetString(line[4..]) : "");
        return line.Length == 3 || line[3] == ' ';
    }
}
