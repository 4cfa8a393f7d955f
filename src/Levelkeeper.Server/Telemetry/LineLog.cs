using System.Globalization;
using Levelkeeper.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server.Telemetry;

/// <summary>Logs one line for each thing that happens: time in UTC, level, who, what. An exception follows on lines of its own.</summary>
public sealed class LineLog(TextWriter output, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Writer(LineLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = string.Create(CultureInfo.InvariantCulture, $"{log.Time:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {category[(category.LastIndexOf('.') + 1)..]}: {PlainLine.Of(formatter(state, exception))}");
            log.Write(exception is null ? line : $"{line}\n{exception}");
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Critical => "critical",
            LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            LogLevel.Information => "info",
            LogLevel.Debug or LogLevel.Trace or LogLevel.None => "debug",
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "A level without a name."),
        };
    }

    private DateTimeOffset Time => time.GetUtcNow();

    private void Write(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
