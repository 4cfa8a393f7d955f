using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;

namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>Writes facts as CloudEvents 1.0: canonical JSON on one line, the text that a fact's digest is taken of.</summary>
/// <remarks>Reading what was written gives an equal fact with an equal digest. Not thread-safe: it uses its buffers again.</remarks>
public sealed class CloudEventWriter
{
    private readonly ArrayBufferWriter<byte> _plain = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly JsonTape _tape = new(CloudEventLimits.Default with { Fields = int.MaxValue - 1, Depth = 256 });
    private readonly ByteBuffer _canonical = new();

    /// <summary>A writer with buffers of its own.</summary>
    public CloudEventWriter() =>
        _json = new Utf8JsonWriter(_plain, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>The canonical text of a fact in UTF-8, without a line break; valid until the next call.</summary>
    /// <exception cref="ArgumentException">The fact holds half a surrogate pair or a NUL: it was not read from an event and cannot be written as one.</exception>
    public ReadOnlySpan<byte> Write(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        _canonical.Clear();
        if (fact.Body.Length > 0)
        {
            _canonical.Append(fact.Body);
            return _canonical.Written;
        }

        _plain.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("specversion", "1.0");
        _json.WriteString("id", fact.Id);
        _json.WriteString("source", fact.Source);
        _json.WriteString("type", fact.Type);
        FactDataWriter.Text(_json, "subject", fact.Subject);
        FactDataWriter.Text(_json, "sequence", fact.Sequence);
        FactDataWriter.Time(_json, "time", fact.Time);
        if (fact.RecordedTime is { } recorded)
            FactDataWriter.Time(_json, "recordedtime", recorded);
        _json.WritePropertyName("data");
        _json.WriteStartObject();
        FactDataWriter.Text(_json, "service", fact.Address.Service);
        FactDataWriter.Text(_json, "customer", fact.Address.Customer);
        FactDataWriter.Text(_json, "agreement", fact.Address.Agreement);
        if (!fact.Address.Labels.IsEmpty)
            FactDataWriter.Map(_json, "labels", fact.Address.Labels);
        FactDataWriter.Write(_json, fact.Data);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();

        var plain = _plain.WrittenSpan;
        if (plain.EndsWith(",\"data\":{}}"u8))
        {
            // Nothing to say beyond the envelope.
            plain = (byte[])[.. plain[..^",\"data\":{}}"u8.Length], (byte)'}'];
        }

        var wrong = _tape.Read(plain, static offset => new Place("", 1, offset + 1))
            ?? CanonicalWriter.Write(_canonical, _tape, static text => EventTime.TryRead(text, out var time) == EventTime.Outcome.Read ? time : null, static _ => Place.None);
        if (wrong is not null)
            throw new ArgumentException(wrong.Message, nameof(fact));
        return _canonical.Written;
    }

    /// <summary>The canonical text of a fact.</summary>
    public string ToText(Fact fact) => Encoding.UTF8.GetString(Write(fact));

    /// <summary>Writes a fact and a line break.</summary>
    public void WriteLine(Fact fact, Stream to)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.Write(Write(fact));
        to.WriteByte((byte)'\n');
    }

    /// <summary>The digest of a fact's content.</summary>
    public FactDigest Digest(Fact fact) => CanonicalJson.Digest(Write(fact));

    /// <summary>The same fact with the digest of its content, for facts that were made in code.</summary>
    public Fact Seal(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return fact with { Digest = Digest(fact) };
    }
}

/// <summary>The data of each type, as <see cref="FactDataReader"/> reads it; a member that says what its absence says is left out.</summary>
internal static class FactDataWriter
{
    internal static void Write(Utf8JsonWriter json, FactData data)
    {
        switch (data)
        {
            case FactData.StateChanged state:
                Texts(json, "lost-functions", state.LostFunctions);
                if (state.Previous is { } previous)
                    json.WriteString("previous", EventWords.Of(EventWords.States, previous));
                Text(json, "location", state.Location);
                Number(json, "affected-share", state.AffectedShare);
                break;
            case FactData.Probed probed:
                json.WriteBoolean("good", probed.Good);
                if (probed.Latency is { } latency)
                    json.WriteString("latency", EventDuration.Write(latency));
                Text(json, "location", probed.Location);
                Text(json, "function", probed.Function);
                break;
            case FactData.ObserverChanged observer:
                Text(json, "location", observer.Location);
                break;
            case FactData.Aggregated window:
                json.WriteString("metric", window.Metric);
                Time(json, "start", window.Start);
                Number(json, "good", window.Good);
                Number(json, "total", window.Total);
                Number(json, "sum", window.Sum);
                Histogram(json, window);
                break;
            case FactData.MaintenanceAnnounced announced:
                json.WriteString("maintenance", announced.Maintenance);
                Time(json, "start", announced.Start);
                Time(json, "end", announced.End);
                Text(json, "reason", announced.Reason);
                break;
            case FactData.MaintenanceCancelled cancelled:
                json.WriteString("maintenance", cancelled.Maintenance);
                break;
            case FactData.OutageUpdated updated:
                Text(json, "note", updated.Note);
                break;
            case FactData.ExclusionClaimed claimed:
                json.WriteString("exclusion", claimed.Exclusion);
                Time(json, "start", claimed.Start);
                Time(json, "end", claimed.End);
                json.WriteString("cause", claimed.Cause);
                Text(json, "reason", claimed.Reason);
                Text(json, "evidence", claimed.Evidence);
                Text(json, "by", claimed.By);
                break;
            case FactData.ExclusionDecided decided:
                json.WriteString("exclusion", decided.Exclusion);
                json.WriteString("by", decided.By);
                Text(json, "reason", decided.Reason);
                Text(json, "evidence", decided.Evidence);
                break;
            case FactData.BreachExplained explained:
                json.WriteString("objective", explained.Objective);
                Text(json, "cause", explained.Cause);
                Text(json, "owner", explained.Owner);
                Text(json, "comment", explained.Comment);
                break;
            case FactData.Measured measured:
                json.WriteString("metric", measured.Metric);
                Number(json, "value", measured.Value);
                Text(json, "member", measured.Member);
                Number(json, "of", measured.Of);
                break;
            case FactData.RosterChanged roster:
                json.WriteString("roster", roster.Roster);
                json.WriteString("member", roster.Member);
                break;
            case FactData.DutyDone duty:
                json.WriteString("duty", duty.Duty);
                Text(json, "evidence", duty.Evidence);
                if (!duty.Succeeded)
                    json.WriteBoolean("succeeded", false);
                break;
            case FactData.Retracted retracted:
                json.WriteString("source", retracted.Source);
                json.WriteString("id", retracted.Id);
                json.WriteString("reason", retracted.Reason);
                break;
            case FactData.Corrected corrected:
                Correction(json, corrected);
                break;
            case FactData.Unknown:
                break;
            case FactData.ClaimMade or FactData.AmountWaived or FactData.GoodwillGiven or FactData.DisputeOpened or FactData.DisputeSettled
                or FactData.AdjustmentAccepted or FactData.AmountPaid or FactData.InvoiceIssued or FactData.InvoicePaid or FactData.UnitsCounted:
                Money(json, data);
                break;
            default:
                Ticket(json, data);
                break;
        }
    }

    internal static void Text(Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
            json.WriteString(name, text);
    }

    internal static void Time(Utf8JsonWriter json, string name, NodaTime.Instant time)
    {
        Span<byte> text = stackalloc byte[EventTime.LongestText];
        json.WriteString(name, text[..EventTime.Write(time, text)]);
    }

    internal static void Map(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void Money(Utf8JsonWriter json, FactData data)
    {
        switch (data)
        {
            case FactData.ClaimMade claim:
                Line(json, claim.Line);
                json.WriteString("by", claim.By);
                Text(json, "evidence", claim.Evidence);
                break;
            case FactData.AmountWaived waived:
                Line(json, waived.Line);
                Number(json, "amount", waived.Amount);
                json.WriteString("by", waived.By);
                json.WriteString("approved-by", waived.ApprovedBy);
                json.WriteString("reason", waived.Reason);
                break;
            case FactData.GoodwillGiven goodwill:
                json.WriteString("goodwill", goodwill.Goodwill);
                Number(json, "amount", goodwill.Amount);
                json.WriteString("by", EventWords.Of(EventWords.Parties, goodwill.By));
                json.WriteString("approved-by", goodwill.ApprovedBy);
                json.WriteString("reason", goodwill.Reason);
                break;
            case FactData.DisputeOpened opened:
                json.WriteString("dispute", opened.Dispute);
                Line(json, opened.Line);
                Number(json, "amount", opened.Amount);
                Text(json, "fact-source", opened.FactSource);
                Text(json, "fact-id", opened.FactId);
                json.WriteString("by", opened.By);
                json.WriteString("reason", opened.Reason);
                break;
            case FactData.DisputeSettled settled:
                json.WriteString("dispute", settled.Dispute);
                Number(json, "amount", settled.Amount);
                json.WriteString("by", settled.By);
                Text(json, "reason", settled.Reason);
                break;
            case FactData.AdjustmentAccepted accepted:
                Line(json, accepted.Line);
                json.WriteString("by", accepted.By);
                break;
            case FactData.AmountPaid paid:
                Line(json, paid.Line);
                Number(json, "amount", paid.Amount);
                Text(json, "reference", paid.Reference);
                break;
            case FactData.InvoiceIssued invoice:
                json.WriteString("invoice", invoice.Invoice);
                Number(json, "amount", invoice.Amount);
                if (invoice.Due is { } due)
                    Time(json, "due", due);
                break;
            case FactData.InvoicePaid invoice:
                json.WriteString("invoice", invoice.Invoice);
                Number(json, "amount", invoice.Amount);
                break;
            case FactData.UnitsCounted units:
                json.WriteString("unit", units.Unit);
                Number(json, "count", units.Count);
                break;
            default:
                throw new InvalidOperationException("A fact about money that is not written.");
        }
    }

    private static void Line(Utf8JsonWriter json, LineName line)
    {
        json.WriteString("remedy", line.Remedy);
        json.WriteString("period", line.Period);
        Text(json, "event", line.Event);
    }

    private static void Ticket(Utf8JsonWriter json, FactData data)
    {
        switch (data)
        {
            case FactData.TicketReported reported:
                Text(json, "priority", reported.Priority);
                Text(json, "status", reported.Status);
                Text(json, "channel", reported.Channel);
                if (reported.By != Actor.Customer)
                    json.WriteString("by", EventWords.Of(EventWords.Actors, reported.By));
                if (reported.Entered is { } entered)
                    Time(json, "entered", entered);
                break;
            case FactData.TicketAssigned assigned:
                Text(json, "to", assigned.To);
                Text(json, "team", assigned.Team);
                break;
            case FactData.TicketReplied replied:
                json.WriteString("by", EventWords.Of(EventWords.Actors, replied.By));
                if (!replied.Public)
                    json.WriteBoolean("public", false);
                if (replied.Automatic)
                    json.WriteBoolean("automatic", true);
                break;
            case FactData.TicketStatus status:
                json.WriteString("status", status.Status);
                break;
            case FactData.TicketPriority priority:
                json.WriteString("priority", priority.Priority);
                if (priority.Reason != PriorityReason.Unstated)
                    json.WriteString("reason", EventWords.Of(EventWords.PriorityReasons, priority.Reason));
                break;
            case FactData.TicketChanged changed:
                Map(json, "fields", changed.Fields);
                break;
            case FactData.TicketWorkaround workaround:
                Texts(json, "restores", workaround.Restores);
                break;
            case FactData.TicketResolved resolved:
                if (resolved.FirstContact is { } first)
                    json.WriteBoolean("first-contact", first);
                break;
            case FactData.TicketMerged merged:
                json.WriteString("into", merged.Into);
                break;
            case FactData.TicketCancelled cancelled:
                Text(json, "reason", cancelled.Reason);
                if (cancelled.AgreedByBoth)
                    json.WriteBoolean("agreed-by-both", true);
                break;
            case FactData.TicketRated rated:
                Number(json, "score", rated.Score);
                Number(json, "best", rated.Best);
                break;
            case FactData.TicketEscalated escalated:
                Text(json, "level", escalated.Level);
                break;
            case FactData.TicketDeadlinePinned pinned:
                json.WriteString("clock", pinned.Clock);
                Time(json, "due", pinned.Due);
                json.WriteString("consent", pinned.Consent);
                break;
            case FactData.TicketLinked linked:
                json.WriteString("outage", linked.Outage);
                break;
            case FactData.TicketAcknowledged or FactData.TicketReopened or FactData.TicketClosed:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(data), data, "A fact type that cannot be written.");
        }
    }

    private static void Correction(Utf8JsonWriter json, FactData.Corrected corrected)
    {
        json.WriteString("source", corrected.Source);
        json.WriteString("id", corrected.Id);
        json.WriteString("reason", corrected.Reason);
        if (corrected.Time is { } time)
            Time(json, "time", time);
        if (corrected.Replacement is not { } replacement)
            return;
        json.WriteString("type", FactTypes.Of(replacement));
        json.WriteStartObject("data");
        Write(json, replacement);
        json.WriteEndObject();
    }

    private static void Histogram(Utf8JsonWriter json, FactData.Aggregated window)
    {
        if (window.Histogram.IsEmpty)
            return;
        json.WriteStartArray("histogram");
        foreach (var bucket in window.Histogram)
        {
            json.WriteStartObject();
            Number(json, "up-to", bucket.UpTo);
            json.WriteNumber("count", bucket.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>As a JSON number; the canonical form makes a string of it where it is no safe integer.</summary>
    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is not { } number)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(number.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
    }
}
