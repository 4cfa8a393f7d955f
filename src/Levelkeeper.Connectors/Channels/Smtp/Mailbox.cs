using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Levelkeeper.Connectors.Channels.Smtp;

/// <summary>An e-mail address that can stand in a command without changing it: no space, no control sign, no bracket, no quoting.</summary>
/// <remarks>The quoted local parts and comments of RFC 5322 are left out: nobody has such an address, and they are how addresses are smuggled.</remarks>
public sealed record Mailbox
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private Mailbox(string name, string local, string domain) => (Name, Local, Domain) = (name, local, domain);

    /// <summary>The person's name; empty for none.</summary>
    public string Name { get; }

    /// <summary>What stands before the at sign.</summary>
    public string Local { get; }

    /// <summary>The domain in its ASCII form.</summary>
    public string Domain { get; }

    /// <summary>The address.</summary>
    public string Address => $"{Local}@{Domain}";

    /// <summary>Whether a server must know SMTPUTF8 (RFC 6531) to take it.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    /// <summary>Reads an address.</summary>
    /// <param name="address">The bare address, without a name and brackets.</param>
    /// <param name="name">The person's name.</param>
    /// <param name="mailbox">The address; null where it is none.</param>
    public static bool TryRead(string address, string name, [NotNullWhen(true)] out Mailbox? mailbox)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(name);
        mailbox = null;
        // Bounds of RFC 5321 4.5.3.1, in bytes.
        if (address.LastIndexOf('@') is not (> 0 and var at) || Encoding.UTF8.GetByteCount(address) > 254)
            return false;
        var (local, domain) = (address[..at], address[(at + 1)..]);
        if (Encoding.UTF8.GetByteCount(local) > 64 || local.StartsWith('.') || local.EndsWith('.') || local.Contains("..", StringComparison.Ordinal) || !local.EnumerateRunes().All(IsAtom))
            return false;
        string ascii;
        try
        {
            ascii = Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return false;
        }

        if (Uri.CheckHostName(ascii) != UriHostNameType.Dns || !Ascii.IsValid(ascii) || ascii.EndsWith('.'))
            return false;
        mailbox = new Mailbox(name, local, ascii);
        return true;
    }

    /// <summary>An address that is known to be one.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Mailbox Of(string address, string name = "") => TryRead(address, name, out var mailbox) ? mailbox : throw new ArgumentException("This is not an e-mail address.", nameof(address));

    // RFC 5322 atext, and beyond ASCII what RFC 6531 adds, less what is not seen.
    private static bool IsAtom(Rune rune) => rune.IsAscii
        ? Rune.IsLetterOrDigit(rune) || ".!#$%&'*+-/=?^_`{|}~".Contains((char)rune.Value, StringComparison.Ordinal)
        : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && rune.Value != 0xFFFD;
}
