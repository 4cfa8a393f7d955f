using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Log;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Facts;

/// <summary>Facts that people assert through the server: what somebody decides, reports or does becomes a fact like any other, and nothing else changes.</summary>
internal sealed class RecordedFacts(VisibleAgreements visible, ServedStore served, LiveService live)
{
    /// <summary>The source of all of them; the account is in <c>data.by</c> where the type has it, and in the audit trail.</summary>
    public const string Source = "levelkeeper";

    /// <summary>Appends a fact, and waits until it is durable and all results know of it.</summary>
    /// <param name="viewer">Who asserts it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="time">When it happened; null for now.</param>
    /// <param name="key">By which a request that is sent again is known: the id of the fact; null for a new one.</param>
    /// <param name="data">Writes the members of its data.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="ProblemException">It is no fact that can be kept, or the id was used for another.</exception>
    public async Task<RecordedFact> AppendAsync(Viewer viewer, string type, string subject, Instant? time, string? key, Action<Utf8JsonWriter> data, CancellationToken cancel)
    {
        var open = visible.Open;
        var id = $"{viewer.Name}/{key ?? Guid.CreateVersion7(DateTimeOffset.UnixEpoch + (served.Now - NodaConstants.UnixEpoch).ToTimeSpan()).ToString("N")}";
        // Sent again without a time, it happened when it was sent first.
        var at = time ?? (key is null ? null : live.Agreements.Find(FactKey.Of(Source, id))?.Fact.Time) ?? served.Now;
        var diagnostics = new DiagnosticBag();
        var reader = new CloudEventReader("fact", diagnostics);
        var fact = reader.ReadOne(Write(type, subject, at, id, data));
        Answers.ThrowIfWrong(diagnostics);
        var entry = new LogEntry(fact!, reader.Canonical.ToArray());
        if (!open.Queue.TryAppend([entry], out var appending))
            throw new ProblemException(ProblemKind.QueueFull, $"{open.Queue.Facts:N0} facts wait.");
        var outcome = (await appending.WaitAsync(cancel))[0];
        if (outcome.Outcome == AppendOutcome.Conflict)
            throw new ProblemException(ProblemKind.Changed, "Another fact was recorded under this key; this one was set aside.", "use another key");
        if (outcome.Outcome == AppendOutcome.Appended)
            await open.Store.Audit.WriteAsync(new Storage.Audit.Action(served.Now, viewer.Name, "asserted", $"fact/{outcome.Sequence}", $"{type} {subject}"), CancellationToken.None);
        live.Advance();
        return new RecordedFact(Source, id, outcome.Sequence, InstantPattern.ExtendedIso.Format(outcome.Recorded));
    }

    private static byte[] Write(string type, string subject, Instant time, string id, Action<Utf8JsonWriter> data)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", Source);
            json.WriteString("type", type);
            json.WriteString("time", InstantPattern.ExtendedIso.Format(time));
            if (subject.Length > 0)
                json.WriteString("subject", subject);
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return memory.ToArray();
    }

    /// <summary>Writes a member that has a value.</summary>
    internal static void Member(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }
}

/// <summary>A fact that was recorded.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Id">Its id within the source.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Recorded">When it was appended.</param>
public sealed record RecordedFact(string Source, string Id, long Sequence, string Recorded);
