using System.Collections.Concurrent;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server.Metrics;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Server.Telemetry;
using Levelkeeper.Storage.Log;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace Levelkeeper.Server.Facts;

/// <summary>Reads the facts of requests and appends them: what it gives a receipt for is durable.</summary>
internal sealed class FactIntake(ServedStore served, ServerSettings settings, TimeProvider time, FactMetrics metrics, FaultReports faults)
{
    private const int LinesTogether = 2_000;

    /// <summary>So many bytes of a stream's lines go into the queue together at most, and a line more.</summary>
    private const int BytesTogether = 4 << 20;

    private const int MostReadersKept = 64;

    /// <summary>So many bytes of a body that is too long are read and thrown away, so that its sender comes to read the answer.</summary>
    private const long PassedOver = 64 << 20;

    private readonly ConcurrentBag<CloudEventReader> _readers = [];

    /// <summary>Appends the facts of a request.</summary>
    /// <exception cref="ProblemException">None could be kept.</exception>
    public async Task<Receipt> AppendAsync(HttpContext context)
    {
        using var activity = Traces.Source.StartActivity("append facts");
        var open = served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");
        var book = new ReceiptBook();
        var failure = (Problem?)null;
        try
        {
            await AppendAsync(context, open, book);
        }
        catch (Exception exception) when (book.Kept > 0)
        {
            // The sender learns how far it got.
            failure = faults.ProblemOf(exception, context);
        }

        var receipt = book.Close();
        metrics.Count(receipt);
        activity?.SetTag("levelkeeper.facts.appended", receipt.Appended).SetTag("levelkeeper.facts.refused", receipt.Refused);
        if (failure is null && book.Kept == 0 && book.Refused > 0)
            failure = Problem.Of(ProblemKind.NoFacts, "None of the rows is a fact.");
        return failure is null ? receipt : throw new ProblemException(failure with { Receipt = receipt });
    }

    private async Task AppendAsync(HttpContext context, OpenStore open, ReceiptBook book)
    {
        var request = context.Request;
        var form = FormOf(request);
        if (form == EventForm.Lines)
        {
            await AppendLinesAsync(context, open.Queue, book);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var timer = new CancellationTokenSource(settings.RequestTime, time);
        await using var registration = timer.Token.Register(limit.Cancel);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = settings.RequestBytes + PassedOver;
        var entries = new List<LogEntry>();
        using (var body = await ReadAsync(request, limit.Token, context.RequestAborted))
        {
            switch (form)
            {
                case EventForm.Structured:
                    ReadOne(body.Text, book, entries);
                    break;
                case EventForm.Binary:
                    if (BinaryMode.Structured(request, body.Text, book.Diagnostics) is { } text)
                        ReadOne(text.Span, book, entries);
                    else
                        book.Refused++;
                    break;
                case EventForm.Batch:
                    ReadBatch(body, book, entries);
                    break;
                case EventForm.Lines:
                default:
                    throw new ArgumentOutOfRangeException(nameof(context), form, "A form that is read elsewhere.");
            }
        }

        if (!open.Queue.TryAppend(entries, out var appending))
            throw new ProblemException(ProblemKind.QueueFull, $"{open.Queue.Facts:N0} facts wait.");
        // Once it is in the queue it will be appended; only the answer is given up.
        book.Add(entries, await appending.WaitAsync(settings.RequestTime, time));
    }

    private static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, CancellationToken timed, CancellationToken aborted)
    {
        try
        {
            return await RequestBody.ReadAsync(request, limit, timed);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKind.TooSlow, "The body came too slowly, and was given up.");
        }
    }

    private Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken timed, CancellationToken aborted) => ReadAsync(request, settings.RequestBytes, timed, aborted);

    private void ReadOne(ReadOnlySpan<byte> text, ReceiptBook book, List<LogEntry> entries)
    {
        var reader = Reader();
        reader.Diagnostics = book.Diagnostics;
        if (reader.ReadOne(text) is { } fact)
            entries.Add(new LogEntry(fact, reader.Canonical.ToArray()));
        else
            book.Refused++;
        Keep(reader);
    }

    private void ReadBatch(RequestBody body, ReceiptBook book, List<LogEntry> entries)
    {
        using var stream = body.AsStream();
        var reader = Reader();
        reader.Begin(stream, book.Diagnostics);
        var errors = 0L;
        bool read;
        do
        {
            read = reader.TryReadEvent(out var fact);
            if (fact is not null)
                entries.Add(new LogEntry(fact, reader.Canonical.ToArray()));
            // What cannot be cut into events is refused too, and told of before the next event or at the end.
            if (book.Diagnostics.Errors > errors)
                book.Refused++;
            errors = book.Diagnostics.Errors;
        }
        while (read);
        Keep(reader);
    }

    private CloudEventReader Reader() => _readers.TryTake(out var reader) ? reader : new CloudEventReader("", new DiagnosticBag(), settings.Events);

    private void Keep(CloudEventReader reader)
    {
        reader.End();
        // Not of an input that made its buffers large.
        if (_readers.Count < MostReadersKept && reader.Longest <= 64 * 1024)
            _readers.Add(reader);
    }

    private async Task AppendLinesAsync(HttpContext context, FactLogQueue queue, ReceiptBook book)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = settings.StreamBytes;
        using var timer = new CancellationTokenSource(settings.StreamTime, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timer.Token);
        var reader = new EventLineReader(context.Request.Body, "", book.Diagnostics, settings.Events);
        var (chunk, bytes, appending) = (new List<LogEntry>(), 0, Task.CompletedTask);
        try
        {
            while (await reader.FillAsync(limit.Token))
            {
                while (reader.TryRead(out var fact))
                {
                    if (fact is null)
                    {
                        book.Refused++;
                    }
                    else
                    {
                        chunk.Add(new LogEntry(fact, reader.Canonical.ToArray()));
                        bytes += reader.Canonical.Length;
                    }

                    if (chunk.Count >= LinesTogether || bytes >= BytesTogether)
                        await HandOverAsync();
                }

                // What is there is not kept waiting for what is still on its way.
                if (appending.IsCompleted)
                    await HandOverAsync();
            }

            await HandOverAsync();
            await appending;
        }
        finally
        {
            // However it ends: what was handed over is counted.
            await appending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task HandOverAsync()
        {
            await appending;
            if (chunk.Count == 0)
                return;
            var entries = chunk;
            (chunk, bytes) = ([], 0);
            appending = AppendAsync(entries);
        }

        async Task AppendAsync(List<LogEntry> entries) => book.Add(entries, await queue.AppendAsync(entries, limit.Token));
    }

    private static EventForm FormOf(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
            throw new ProblemException(ProblemKind.OtherMediaType, "Compressed bodies are not read.", "send it without Content-Encoding");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            return BinaryMode.IsMeant(request.Headers) ? EventForm.Binary : throw new ProblemException(ProblemKind.OtherMediaType, "The request has no content type.");
        if (type.Charset.HasValue && !type.Charset.Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase))
            throw new ProblemException(ProblemKind.OtherMediaType, $"Only UTF-8 is read, not {Diagnostic.Quote(type.Charset.Value)}.");
        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/cloudevents+json" => EventForm.Structured,
            "application/cloudevents-batch+json" => EventForm.Batch,
            "application/x-ndjson" => EventForm.Lines,
            _ when BinaryMode.IsMeant(request.Headers) => EventForm.Binary,
            var other => throw new ProblemException(ProblemKind.OtherMediaType, $"The content type is {Diagnostic.Quote(other)}."),
        };
    }

    /// <summary>In which form a request has its events.</summary>
    private enum EventForm
    {
        Structured,
        Batch,
        Lines,
        Binary,
    }
}
