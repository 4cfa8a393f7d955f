using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Levelkeeper.Server.Tests.Serving;

/// <summary>The real program, <c>levelkeeper serve</c>, in a process of its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "levelkeeper.dll");

    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly List<(string Text, TaskCompletionSource Said)> _awaited = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => _listening.Task.Result;

    /// <summary>Ends when it is ready.</summary>
    public Task Ready => _ready.Task;

    /// <summary>What it has written to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    /// <summary>Starts it on a free port; ends when it is ready.</summary>
    /// <param name="variables">The environment's variables; where the store is, among them.</param>
    /// <param name="arguments">After <c>serve</c>.</param>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments)
    {
        var server = await BeginAsync(variables, arguments);
        await server.Ready;
        return server;
    }

    /// <summary>Starts it on a free port; ends when it listens.</summary>
    public static async Task<ServerProcess> BeginAsync(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments)
    {
        var server = new ServerProcess(Start(variables, ["serve", "--urls", "http://127.0.0.1:0", .. arguments]));
        await server._listening.Task;
        return server;
    }

    /// <summary>Ends when a line of what it has written to standard error contains a text.</summary>
    public Task SaysAsync(string text)
    {
        lock (_errors)
        {
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_errors.Exists(l => l.Contains(text, StringComparison.Ordinal)))
                said.SetResult();
            else
                _awaited.Add((text, said));
            return said.Task;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments)
    {
        using var process = Start(variables, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop (SIGTERM).</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static Process Start(IReadOnlyDictionary<string, string> variables, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            var ended = new InvalidOperationException($"The server ended before it was ready:\n{Errors}");
            _listening.TrySetException(ended);
            _ready.TrySetException(ended);
            return;
        }

        lock (_errors)
        {
            _errors.Add(line);
            foreach (var (_, said) in _awaited.Where(a => line.Contains(a.Text, StringComparison.Ordinal)))
                said.TrySetResult();
        }

        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new Uri(match.Groups["url"].Value));
        if (line.Contains(": Ready: ", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    [GeneratedRegex(@"Listening at (?<url>\S+)\.$", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();
}
