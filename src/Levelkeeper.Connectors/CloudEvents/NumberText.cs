using System.Globalization;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>A JSON number as sign, digits and a power of ten, without leading or trailing zeros: 1.50, 15e-1 and 1.5 are the same.</summary>
internal readonly ref struct NumberText
{
    /// <summary>Beyond this power of ten a number is refused: no quantity has it, and it would only serve to exhaust a reader.</summary>
    private const int LargestExponent = 9_999;

    /// <summary>Up to this many zeros are written out; beyond, the canonical form has an exponent.</summary>
    private const int MostZeros = 40;

    private const long LargestSafeInteger = 9_007_199_254_740_991;

    private readonly ReadOnlySpan<byte> _whole;
    private readonly ReadOnlySpan<byte> _fraction;
    private readonly bool _negative;
    private readonly int _exponent;

    private NumberText(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        _negative = negative;
        _whole = whole;
        _fraction = fraction;
        _exponent = exponent;
    }

    private int Digits => _whole.Length + _fraction.Length;

    /// <summary>Reads a literal that obeys JSON's grammar of numbers. False when its exponent is out of range.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> literal, out NumberText number)
    {
        number = default;
        var negative = literal[0] == '-';
        if (negative)
            literal = literal[1..];
        var exponent = 0;
        var e = literal.IndexOfAny((byte)'e', (byte)'E');
        if (e >= 0)
        {
            var text = literal[(e + 1)..];
            var minus = text[0] == '-';
            text = text.TrimStart("+-"u8).TrimStart((byte)'0');
            if (text.Length > 5)
                return false;
            foreach (var digit in text)
                exponent = (exponent * 10) + digit - '0';
            exponent = minus ? -exponent : exponent;
            literal = literal[..e];
        }

        var dot = literal.IndexOf((byte)'.');
        var whole = (dot < 0 ? literal : literal[..dot]).TrimStart((byte)'0');
        var fraction = dot < 0 ? default : literal[(dot + 1)..].TrimEnd((byte)'0');
        exponent -= fraction.Length;
        if (whole.IsEmpty)
            fraction = fraction.TrimStart((byte)'0');
        if (fraction.IsEmpty)
        {
            var trimmed = whole.TrimEnd((byte)'0');
            exponent += whole.Length - trimmed.Length;
            whole = trimmed;
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            number = new NumberText(false, default, default, 0);
            return true;
        }

        number = new NumberText(negative, whole, fraction, exponent);
        return Math.Abs(exponent) <= LargestExponent;
    }

    /// <summary>The exact value; false when a decimal (96 bits, at most 28 places) cannot hold it.</summary>
    internal bool TryToDecimal(out decimal value)
    {
        value = 0;
        if (Digits > 29 || _exponent < -28 || Digits + _exponent > 29)
            return false;
        var mantissa = UInt128.Zero;
        foreach (var digit in _whole)
            mantissa = (mantissa * 10) + (uint)(digit - '0');
        foreach (var digit in _fraction)
            mantissa = (mantissa * 10) + (uint)(digit - '0');
        for (var i = 0; i < _exponent; i++)
            mantissa *= 10;
        if (mantissa >> 96 != 0)
            return false;
        value = new decimal((int)(uint)mantissa, (int)(uint)(mantissa >> 32), (int)(uint)(mantissa >> 64), _negative, (byte)Math.Max(0, -_exponent));
        return true;
    }

    /// <summary>Appends the canonical form: a bare integer that every JSON reader keeps exactly, or the plain decimal as a string.</summary>
    internal void WriteTo(ByteBuffer to)
    {
        if (Digits == 0)
        {
            to.Append((byte)'0');
            return;
        }

        var quoted = !IsSafeInteger();
        if (quoted)
            to.Append((byte)'"');
        if (_negative)
            to.Append((byte)'-');
        if (_exponent > MostZeros || Digits + _exponent < -MostZeros)
        {
            AppendDigits(to, 0, Digits);
            to.Append((byte)'e');
            Span<byte> exponent = stackalloc byte[8];
            _exponent.TryFormat(exponent, out var written, provider: CultureInfo.InvariantCulture);
            to.Append(exponent[..written]);
        }
        else if (_exponent >= 0)
        {
            AppendDigits(to, 0, Digits);
            to.Append((byte)'0', _exponent);
        }
        else
        {
            var whole = Digits + _exponent;
            if (whole <= 0)
            {
                to.Append("0."u8);
                to.Append((byte)'0', -whole);
                AppendDigits(to, 0, Digits);
            }
            else
            {
                AppendDigits(to, 0, whole);
                to.Append((byte)'.');
                AppendDigits(to, whole, Digits);
            }
        }

        if (quoted)
            to.Append((byte)'"');
    }

    private bool IsSafeInteger()
    {
        if (_exponent < 0 || Digits + _exponent > 16)
            return false;
        return TryToDecimal(out var value) && Math.Abs(value) <= LargestSafeInteger;
    }

    private void AppendDigits(ByteBuffer to, int from, int until)
    {
        if (from < _whole.Length)
            to.Append(_whole[from..Math.Min(until, _whole.Length)]);
        if (until > _whole.Length)
            to.Append(_fraction[Math.Max(0, from - _whole.Length)..(until - _whole.Length)]);
    }
}
