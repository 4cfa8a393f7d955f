using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Levelkeeper.Cli.Serving;

/// <summary>Tells systemd how the server stands (<c>sd_notify</c>): that it is up, what it does, that it stops; and at half of the time that the unit's watchdog waits, that it lives. Says nothing where no service manager listens.</summary>
internal sealed class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly ITimer? _alive;

    /// <summary>The service manager that the environment names.</summary>
    /// <param name="variable">A variable of the environment.</param>
    /// <param name="time">The time.</param>
    public ServiceManager(Func<string, string?> variable, TimeProvider time)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // A name that begins with '@' is not in the file system.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        _socket = socket;
        if (long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var wait) && wait > 0)
        {
            var half = TimeSpan.FromMicroseconds(wait / 2.0);
            _alive = time.CreateTimer(_ => Tell("WATCHDOG=1"), null, half, half);
        }
    }

    /// <summary>Tells something; lines of <c>NAME=value</c>.</summary>
    public void Tell(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Who is not listened to goes on all the same.
        }
    }

    public void Dispose()
    {
        _alive?.Dispose();
        _socket?.Dispose();
    }
}
