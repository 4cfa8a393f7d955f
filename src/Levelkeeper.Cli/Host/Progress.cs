using System.Diagnostics;
using System.Globalization;

namespace Levelkeeper.Cli.Host;

/// <summary>One line on standard error that is written over as work goes on; nothing when nobody watches or the work is short.</summary>
internal sealed class Progress(Terminal terminal, string what, CancellationToken token) : IDisposable
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200);
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private TimeSpan _last = TimeSpan.FromMilliseconds(500);
    private bool _shown;
    private long _count;

    /// <summary>One thing more is done; ends with an <see cref="OperationCanceledException"/> after Ctrl-C.</summary>
    public void Step()
    {
        // The clock is looked at only now and then: this is called for every fact.
        if ((++_count & 0xFFF) != 0)
            return;
        token.ThrowIfCancellationRequested();
        if (!terminal.ErrorIsTerminal || _since.Elapsed - _last < s_between)
            return;
        _last = _since.Elapsed;
        _shown = true;
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what}: {_count:N0}"));
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        if (_shown)
            terminal.Error.Write("\r" + new string(' ', what.Length + 16) + "\r");
    }
}
