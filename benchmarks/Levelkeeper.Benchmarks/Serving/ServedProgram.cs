using System.Diagnostics;

namespace Levelkeeper.Benchmarks.Serving;

/// <summary>A server in a process of its own: the real program, or the baseline.</summary>
internal sealed class ServedProgram : IDisposable
{
    private readonly Process _process;

    private ServedProgram(Process process, Uri url, TimeSpan untilReady) => (_process, Url, UntilReady) = (process, url, untilReady);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>How long it took from its start until it said that it is ready.</summary>
    public TimeSpan UntilReady { get; }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The bytes of memory that it has.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Ends it as an operator does, and waits until it has ended.</summary>
    public void End()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        _process.StandardError.ReadToEnd();
        _process.WaitForExit();
    }

    /// <summary>Starts the real program, on a store in a folder.</summary>
    public static ServedProgram Levelkeeper(string folder) => Start("levelkeeper.dll", "serve", "--data", folder, "--urls", "http://127.0.0.1:0");

    /// <summary>Starts the baseline: the same server around an endpoint that parses events and answers, and keeps nothing.</summary>
    public static ServedProgram ParseOnly() => Start("Levelkeeper.Benchmarks.dll", ParseOnlyServer.Argument);

    /// <summary>How long a program takes to start and to end that does nothing.</summary>
    public static TimeSpan Nothing()
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Run("levelkeeper.dll", "--version");
        process.WaitForExit();
        return Stopwatch.GetElapsedTime(began);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ServedProgram Start(string program, params string[] arguments)
    {
        var began = Stopwatch.GetTimestamp();
        var process = Run(program, arguments);
        var url = (Uri?)null;
        while (process.StandardError.ReadLine() is { } line)
        {
            if (line.Split("Listening at ") is [_, var address])
                url = new Uri(address.TrimEnd('.'));
            if (!line.Contains(": Ready: ", StringComparison.Ordinal) || url is null)
                continue;
            var untilReady = Stopwatch.GetElapsedTime(began);
            // Nothing more is read: what a server says afterwards is less than a pipe holds.
            return new ServedProgram(process, url, untilReady);
        }

        throw new InvalidOperationException($"{program} ended before it was ready.");
    }

    private static Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, program), .. arguments]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LEVELKEEPER_REQUESTS_PER_SECOND"] = "1000000";
        // As docs/operations.md has it for servers: they run long enough for it to pay.
        start.Environment["DOTNET_TieredPGO"] = "1";
        return Process.Start(start)!;
    }
}
