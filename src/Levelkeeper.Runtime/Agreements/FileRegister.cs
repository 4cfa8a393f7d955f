using System.Text.RegularExpressions;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>The files that agreements name: calendars, levels above them, suppliers' agreements, the ring of known keys. A new revision changes no agreement: one is proposed anew with it.</summary>
public sealed partial class FileRegister
{
    /// <summary>The longest file, in bytes.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    private readonly Store _store;

    /// <summary>The files in a store.</summary>
    public FileRegister(Store store) => _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>Puts a file, or a new revision of it, into the register.</summary>
    /// <param name="name">As agreements name it: <c>holidays/pl.ics</c>.</param>
    /// <param name="from">The revision that it was made from; 0 for a new file.</param>
    /// <param name="content">UTF-8.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="diagnostics">Takes <c>LK6308</c> for a name or a content that cannot be one, <c>LK6302</c> when it was changed meanwhile.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Its revision; null when it was not taken.</returns>
    public async Task<int?> PutAsync(string name, int from, byte[] content, Act by, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (name.Length > 200 || !FileName().IsMatch(name) || name.Split('/').Any(p => p is "." or ".."))
            diagnostics.Error("LK6308", new Place(name), $"{Diagnostic.Quote(name)} cannot be the name of a file here.", "use letters, digits, '.', '_', '-', and '/' between folders");
        if (content.Length > MostBytes || content.AsSpan().Contains((byte)0) || !System.Text.Unicode.Utf8.IsValid(content))
            diagnostics.Error("LK6308", new Place(name), $"A file here is text in UTF-8 of at most {MostBytes} bytes.", "calendars as .ics, agreements and keys as .yaml");
        if (diagnostics.HasErrors)
            return null;
        try
        {
            return (await _store.Files.AddAsync(name, from, content, System.Security.Cryptography.SHA256.HashData(content), by, cancel)).Revision;
        }
        catch (DocumentChangedException e)
        {
            diagnostics.Error("LK6302", new Place(name), e.Message, "look at it again, and decide anew");
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*\z")]
    private static partial Regex FileName();
}
