using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using NodaTime;

namespace Levelkeeper.Connectors.Channels.Outgoing;

/// <summary>Posts bodies to targets that others chose, and says what became of each. One of them serves all HTTP channels. Thread-safe.</summary>
/// <remarks>No redirect is followed, no proxy, cookie or credential of this host is used, and every request has a connection of its own, made to an address that was judged.</remarks>
public sealed class OutgoingRequests : IDisposable
{
    /// <summary>The most of an answer's body that is looked at, in bytes.</summary>
    internal const int LongestAnswer = 4096;

    private readonly OutgoingAddresses _addresses;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeSpan _longest;

    /// <summary>Requests under rules.</summary>
    /// <param name="addresses">Where they may go.</param>
    /// <param name="time">By what waiting is timed, and the instant of a signature.</param>
    /// <param name="longest">How long a request may take in all; 30 seconds unless said otherwise.</param>
    /// <param name="authorities">The authorities that certificates may come from; none for those of the system.</param>
    public OutgoingRequests(OutgoingAddresses addresses, TimeProvider time, Duration? longest = null, X509Certificate2Collection? authorities = null)
        : this(addresses, time, longest, authorities, resolve: null)
    {
    }

    internal OutgoingRequests(OutgoingAddresses addresses, TimeProvider time, Duration? longest, X509Certificate2Collection? authorities, Func<string, CancellationToken, Task<IPAddress[]>>? resolve)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(time);
        (_addresses, _time, _longest) = (addresses, time, (longest ?? Duration.FromSeconds(30)).ToTimeSpan());
        _invoker = new HttpMessageInvoker(OutgoingHandler.New(addresses, authorities, resolve));
    }

    /// <summary>The time now.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Posts a body.</summary>
    /// <param name="target">Where to. It may be a secret, and is in no text that comes back.</param>
    /// <param name="contentType">The body's media type with its parameters.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="body">The body.</param>
    /// <param name="reference">What a delivery is called.</param>
    /// <param name="cancellation">As of <see cref="IChannel.SendAsync"/>.</param>
    internal async Task<Delivery> PostAsync(Uri target, string contentType, IEnumerable<(string Name, string Value)> headers, byte[] body, string reference, CancellationToken cancellation)
    {
        if (_addresses.Problem(target) is { } problem)
            return new Delivery.Refused(problem);
        using var content = new WatchedContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Levelkeeper", null));
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var late = new CancellationTokenSource(_longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var answer = await _invoker.SendAsync(request, either.Token);
            return Judge(answer, reference);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && !content.IsHandedOver)
        {
            throw;
        }
        catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException or IOException)
        {
            if (Cause<AddressRefusedException>(fault) is { } refused)
                return new Delivery.Refused(refused.Message);
            var why = Why(fault, cancellation);
            return content.IsHandedOver ? new Delivery.Doubtful($"The request was sent, then {why}.") : new Delivery.Failed($"Nothing was sent: {why}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private Delivery Judge(HttpResponseMessage answer, string reference)
    {
        var status = (int)answer.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new Delivery.Delivered(reference),
            >= 300 and < 400 => new Delivery.Refused($"The target answered {status}: redirects are not followed."),
            408 or 425 or 429 or >= 500 and < 600 => new Delivery.Failed($"The target answered {status}.", RetryAfter(answer)),
            >= 400 and < 500 => new Delivery.Refused($"The target answered {status}."),
            _ => new Delivery.Doubtful($"The target answered {status}, which has no meaning."),
        };
    }

    /// <summary>RFC 9110 10.2.3: seconds or a date; bounded, for nobody may silence a chain for ever.</summary>
    private Duration? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - Now,
            _ => (TimeSpan?)null,
        };
        return asked is { } wait ? Duration.FromTimeSpan(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait) : null;
    }

    private static string Why(Exception fault, CancellationToken cancellation) => fault switch
    {
        OperationCanceledException => cancellation.IsCancellationRequested ? "it was given up" : "no answer came in time",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the target's certificate or encryption was not accepted",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the target's name was not found",
        _ when Cause<SocketException>(fault) is { } socket => string.Create(CultureInfo.InvariantCulture, $"the network said {socket.SocketErrorCode}"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the answer's headers were too long",
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "the answer was not HTTP",
        _ => "the connection broke",
    };

    private static T? Cause<T>(Exception? fault)
        where T : Exception
    {
        for (; fault is not null; fault = fault.InnerException)
        {
            if (fault is T found)
                return found;
        }

        return null;
    }

    /// <summary>A body that knows whether it has begun to leave: from then on the target may have acted on it.</summary>
    private sealed class WatchedContent(byte[] body) : HttpContent
    {
        public bool IsHandedOver { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            IsHandedOver = true;
            await stream.WriteAsync(body, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }
}
