using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Writes a parsed event in canonical form, whatever its type: the digest must not depend on which types an edition knows.</summary>
/// <remarks>
/// RFC 8785 with strings and integers only. Of the envelope: <c>time</c> and <c>recordedtime</c> in UTC, attributes that are null left out (CloudEvents: they are not set),
/// <c>datacontenttype</c> left out where it says what its absence says.
/// </remarks>
internal static class CanonicalWriter
{
    /// <summary>What an absent <c>datacontenttype</c> means in CloudEvents' JSON format.</summary>
    internal const string DefaultContentType = "application/json";

    /// <summary>Reads a time of the envelope; null when it is none.</summary>
    internal delegate Instant? TimeReader(ReadOnlySpan<byte> text);

    /// <summary>Appends the canonical form. Returns what cannot be in it: a member that is there twice, a number out of range, a NUL.</summary>
    internal static Diagnostic? Write(ByteBuffer to, JsonTape tape, TimeReader readTime, Func<int, Place> at) => Value(to, tape, 0, readTime, at);

    private static Diagnostic? Value(ByteBuffer to, JsonTape tape, int node, TimeReader readTime, Func<int, Place> at)
    {
        switch (tape[node].Kind)
        {
            case JsonKind.Null:
                to.Append("null"u8);
                return null;
            case JsonKind.True:
                to.Append("true"u8);
                return null;
            case JsonKind.False:
                to.Append("false"u8);
                return null;
            case JsonKind.Number:
                if (!NumberText.TryParse(tape.Text(node), out var number))
                    return FactDiagnostics.NumberOutOfRange(at(tape[node].Offset), Encoding.UTF8.GetString(tape.Text(node)[..Math.Min(100, tape[node].Length)]));
                number.WriteTo(to);
                return null;
            case JsonKind.String:
                if (tape.Text(node).Contains((byte)0))
                    return FactDiagnostics.ControlCharacter(at(tape[node].Offset), Encoding.UTF8.GetString(tape.Name(node)));
                CanonicalJson.WriteString(to, tape.Text(node));
                return null;
            case JsonKind.Array:
                to.Append((byte)'[');
                for (var child = node + 1; child < tape[node].Next; child = tape[child].Next)
                {
                    if (child > node + 1)
                        to.Append((byte)',');
                    if (Value(to, tape, child, readTime, at) is { } wrong)
                        return wrong;
                }

                to.Append((byte)']');
                return null;
            case JsonKind.Object:
                return Object(to, tape, node, readTime, at);
            default:
                throw new InvalidOperationException($"{tape[node].Kind}");
        }
    }

    private static Diagnostic? Object(ByteBuffer to, JsonTape tape, int node, TimeReader readTime, Func<int, Place> at)
    {
        var count = 0;
        for (var child = node + 1; child < tape[node].Next; child = tape[child].Next)
            count++;
        var members = count <= 64 ? stackalloc int[count] : new int[count];
        count = 0;
        for (var child = node + 1; child < tape[node].Next; child = tape[child].Next)
            members[count++] = child;
        Sort(members, tape);
        to.Append((byte)'{');
        var first = true;
        Span<byte> text = stackalloc byte[EventTime.LongestText];
        for (var i = 0; i < members.Length; i++)
        {
            var name = tape.Name(members[i]);
            if (i > 0 && name.SequenceEqual(tape.Name(members[i - 1])))
                return FactDiagnostics.DuplicateMember(at(Math.Max(tape[members[i]].Offset, tape[members[i - 1]].Offset)), Encoding.UTF8.GetString(name));
            if (name.Contains((byte)0))
                return FactDiagnostics.ControlCharacter(at(tape[members[i]].Offset), "name of a member");
            if (node == 0 && IsUnsaid(tape, members[i], name))
                continue;
            if (!first)
                to.Append((byte)',');
            first = false;
            CanonicalJson.WriteString(to, name);
            to.Append((byte)':');
            if (node == 0 && tape[members[i]].Kind == JsonKind.String && (name.SequenceEqual("time"u8) || name.SequenceEqual("recordedtime"u8)) && readTime(tape.Text(members[i])) is { } time)
            {
                CanonicalJson.WriteString(to, text[..EventTime.Write(time, text)]);
            }
            else if (Value(to, tape, members[i], readTime, at) is { } wrong)
            {
                return wrong;
            }
        }

        to.Append((byte)'}');
        return null;
    }

    private static bool IsUnsaid(JsonTape tape, int member, ReadOnlySpan<byte> name) =>
        tape[member].Kind == JsonKind.Null
        || (tape[member].Kind == JsonKind.String && name.SequenceEqual("datacontenttype"u8) && Ascii.Equals(tape.Text(member), DefaultContentType));

    /// <summary>By insertion while there are few, as there nearly always are.</summary>
    private static void Sort(Span<int> members, JsonTape tape)
    {
        if (members.Length > 32)
        {
            members.Sort((left, right) => CanonicalJson.CompareNames(tape.Name(left), tape.Name(right)));
            return;
        }

        for (var i = 1; i < members.Length; i++)
        {
            var member = members[i];
            var j = i - 1;
            while (j >= 0 && CanonicalJson.CompareNames(tape.Name(members[j]), tape.Name(member)) > 0)
            {
                members[j + 1] = members[j];
                j--;
            }

            members[j + 1] = member;
        }
    }
}
