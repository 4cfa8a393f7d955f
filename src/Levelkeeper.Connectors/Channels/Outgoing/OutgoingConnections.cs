using System.Net;
using System.Net.Sockets;

namespace Levelkeeper.Connectors.Channels.Outgoing;

/// <summary>Makes the connections of HTTP requests: a name is resolved once, and only addresses that were judged are connected to, so that no second answer of a name server can lead elsewhere.</summary>
/// <param name="addresses">Where requests may go.</param>
/// <param name="resolve">Finds the addresses of a name; null for the system's way.</param>
internal sealed class OutgoingConnections(OutgoingAddresses addresses, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="AddressRefusedException">The name has only addresses that are refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        if (!addresses.Ports.Contains(target.Port))
            throw new AddressRefusedException($"The port {target.Port} is not among the allowed ones.");
        var found = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await _resolve(target.Host, cancellation);
        var allowed = found.Where(addresses.Allows).ToList();
        if (found.Length > 0 && allowed.Count == 0)
            throw new AddressRefusedException($"The target's address {found[0]} is private or reserved, and not among the allowed networks.");
        Exception last = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in allowed)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception fault)
            {
                socket.Dispose();
                if (fault is not SocketException)
                    throw;
                last = fault;
            }
        }

        throw last;
    }
}

/// <summary>A connection was not made because it may not be.</summary>
/// <param name="message">Why.</param>
internal sealed class AddressRefusedException(string message) : IOException(message);
