using System.Runtime.CompilerServices;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>A growing array of bytes that is used again and again.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    internal int Length => _length;

    internal void Clear() => _length = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Append(byte value)
    {
        if (_length == _bytes.Length)
            Grow(1);
        _bytes[_length++] = value;
    }

    internal void Append(ReadOnlySpan<byte> values)
    {
        if (_bytes.Length - _length < values.Length)
            Grow(values.Length);
        values.CopyTo(_bytes.AsSpan(_length));
        _length += values.Length;
    }

    internal void Append(byte value, int times)
    {
        for (var i = 0; i < times; i++)
            Append(value);
    }

    internal void Append(ReadOnlySpan<char> text)
    {
        if (_bytes.Length - _length < text.Length * 3)
            Grow(text.Length * 3);
        _length += System.Text.Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    private void Grow(int by) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + by));
}
