using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Storage.Log;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Assertions;

/// <summary>What somebody decides, reports or does, on its way to becoming a fact like any other. The API and the command line make the same of the same.</summary>
/// <param name="Type">Its type: one of <see cref="Core.Facts.FactTypes"/>.</param>
/// <param name="Subject">What it is about; empty for nothing in particular.</param>
/// <param name="Data">Writes the members of its data.</param>
public sealed record AssertedFact(string Type, string Subject, Action<Utf8JsonWriter> Data)
{
    /// <summary>The source of all of them; the account is in <c>data.by</c> where the type has it, and in the audit trail.</summary>
    public const string Source = "levelkeeper";

    /// <summary>When it happened; null for now.</summary>
    public Instant? Time { get; init; }

    /// <summary>Its identity within the source.</summary>
    /// <param name="account">Who asserts it.</param>
    /// <param name="key">By which a request that is made again is known; null for a new one.</param>
    /// <param name="now">Now: new ones are numbered by it.</param>
    public static string IdOf(string account, string? key, Instant now) => $"{account}/{key ?? Guid.CreateVersion7(DateTimeOffset.UnixEpoch + (now - NodaConstants.UnixEpoch).ToTimeSpan()).ToString("N")}";

    /// <summary>The entry of the log that it becomes; null when it is no fact that can be kept.</summary>
    /// <param name="id">Its identity within the source.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="diagnostics">Takes what is wrong with it, as with a fact of any other source.</param>
    public LogEntry? ToEntry(string id, Instant at, DiagnosticBag diagnostics)
    {
        var reader = new CloudEventReader("fact", diagnostics);
        return reader.ReadOne(Write(id, at)) is { } fact && !diagnostics.HasErrors ? new LogEntry(fact, reader.Canonical.ToArray()) : null;
    }

    /// <summary>The word for a side.</summary>
    internal static string Word(PartyRole side) => side == PartyRole.Customer ? "customer" : "provider";

    /// <summary>Writes a member that has a value.</summary>
    internal static void Member(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private byte[] Write(string id, Instant at)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", Source);
            json.WriteString("type", Type);
            json.WriteString("time", InstantPattern.ExtendedIso.Format(at));
            if (Subject.Length > 0)
                json.WriteString("subject", Subject);
            json.WriteStartObject("data");
            Data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
