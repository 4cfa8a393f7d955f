using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Log;
using NodaTime;
using NodaTime.TimeZones;

namespace Levelkeeper.Runtime.Live.Snapshots;

/// <summary>A file with what live evaluation keeps, beside the indexes of the log: a cache, from which a server goes on that would else have to read its whole log.</summary>
/// <remarks>
/// It is believed only by the build that wrote it, over the log that it was made from (the hash of the chain up to there is in it) as long as no text of that was erased, when no clock was set back behind it,
/// and whole (a digest of all of it is at its end). Whatever it is refused for, the log is read instead.
/// </remarks>
/// <param name="folder">The folder of caches.</param>
/// <param name="store">The store.</param>
public sealed class SnapshotFile(string folder, Store store)
{
    private static readonly byte[] s_build = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', new[] { typeof(Fact), typeof(LiveAgreements), typeof(Language.Agreements.AgreementReader), typeof(Connectors.CloudEvents.CloudEventReader), typeof(Instant) }
        .Select(t => t.Assembly.ManifestModule.ModuleVersionId.ToString()).Append(TzdbDateTimeZoneSource.Default.VersionId))));

    private const int MarkLength = 16 + 8 + 8 + SHA256.HashSizeInBytes;

    private readonly string _path = Path.Combine(folder, "live-0.snapshot");
    private long? _erased;

    /// <summary>Writes one in place of the one before.</summary>
    /// <param name="write">Writes it, by <see cref="LiveAgreements.Save"/>, and says up to where in the log it goes.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="IOException">It cannot be written; the one before is still there.</exception>
    public async Task<long> SaveAsync(Func<Stream, long> write, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        Directory.CreateDirectory(folder);
        var next = _path + ".new";
        try
        {
            var erased = await store.Audit.LastErasureAsync(cancel);
            if (erased != (_erased ??= erased))
            {
                // What was read before still has the names in them, so nobody is to go on from it.
                File.Delete(_path);
                throw new IOException("Texts of the log were erased since it was read.");
            }

            long length;
            await using (var file = new FileStream(next, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20))
            {
                var place = write(file);
                file.Write(s_build);
                file.Write(await MarkAsync(place, erased, cancel) ?? throw new IOException("The log has moved on under another owner."));
                file.Position = 0;
                var digest = await SHA256.HashDataAsync(file, cancel);
                file.Write(digest);
                length = file.Length;
            }

            File.Move(next, _path, overwrite: true);
            return length;
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="source">Where facts are found.</param>
    /// <param name="now">Now.</param>
    /// <param name="inForce">The agreement of an id if it is still what it was; else null.</param>
    /// <param name="refused">Is told why it is not believed; not when there is none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was kept; null where the log must be read from its beginning.</returns>
    public async Task<LiveAgreements?> LoadAsync(IFactSource source, Instant now, Func<string, string, AgreementVersions?> inForce, Action<string> refused, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(refused);
        _erased = await store.Audit.LastErasureAsync(cancel);
        if (!File.Exists(_path))
            return null;
        try
        {
            await using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            if (await WhyNotAsync(file, now, cancel) is { } why)
            {
                refused(why);
                return null;
            }

            var live = new LiveAgreements(source);
            file.Position = 0;
            live.Load(file, inForce);
            return live;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or KeyNotFoundException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            refused(exception.Message);
            return null;
        }
    }

    private async Task<string?> WhyNotAsync(FileStream file, Instant now, CancellationToken cancel)
    {
        const int hash = SHA256.HashSizeInBytes;
        var end = new byte[hash * 2 + MarkLength];
        if (file.Length < end.Length + 16)
            return "it is cut off";
        using (var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            var (buffer, left) = (new byte[1 << 20], file.Length - hash);
            while (left > 0)
            {
                var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
                digest.AppendData(buffer, 0, read);
                left -= read;
            }

            file.Seek(-end.Length, SeekOrigin.End);
            await file.ReadExactlyAsync(end, cancel);
            if (!digest.GetHashAndReset().AsSpan().SequenceEqual(end.AsSpan(^hash..)))
                return "it was changed, or is not whole";
        }

        if (!end.AsSpan(0, hash).SequenceEqual(s_build))
            return "another build wrote it";
        file.Position = 0;
        using var reader = new SnapshotReader(file);
        var (place, at) = (reader.ReadInt64(), reader.Instant());
        if (await MarkAsync(place, _erased!.Value, cancel) is not { } mark || !end.AsSpan(hash, MarkLength).SequenceEqual(mark))
            return "it was made from another log, or of texts that were erased since";
        return at > now ? "it was made at a time that has not come" : null;
    }

    /// <summary>By what a log is told from any other that has the same up to a place: its incarnation, and the hash of the chain there. Null where it has no such place.</summary>
    private async Task<byte[]?> MarkAsync(long place, long erased, CancellationToken cancel)
    {
        if (place == 0 || await store.Log().SegmentOfAsync(place, cancel) is not { } segment || segment.First > place)
            return null;
        return [.. store.Incarnation.ToByteArray(), .. BitConverter.GetBytes(segment.Last), .. BitConverter.GetBytes(erased), .. segment.Chain.ToArray()];
    }
}
