using System.Diagnostics;
using Levelkeeper.Storage.Sql;
using Npgsql;

[assembly: AssemblyFixture(typeof(Levelkeeper.Storage.Tests.PostgresFixture))]

namespace Levelkeeper.Storage.Tests;

/// <summary>Stops the server at the end of the run, if any test has started it.</summary>
public sealed class PostgresFixture : IDisposable
{
    public void Dispose() => PostgresServer.Stop();
}

/// <summary>A real PostgreSQL of these tests' own, in a temporary folder, reached by a socket in it; one for the run.</summary>
public sealed class PostgresServer
{
    private static readonly Lazy<PostgresServer?> Running = new(Start);

    private readonly string _folder;
    private int _schemas;

    private PostgresServer(string folder) => _folder = folder;

    private static string? Binaries => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>An empty schema of its own. Skips the test where no PostgreSQL is installed.</summary>
    public static async Task<string> SchemaAsync()
    {
        var server = Running.Value;
        if (server is null)
            Assert.Skip("No PostgreSQL is installed.");
        var name = $"s{Interlocked.Increment(ref server._schemas)}";
        await using var source = NpgsqlDataSource.Create(server.ConnectionTo("public"));
        await using var command = source.CreateCommand($"CREATE SCHEMA {name}");
        await command.ExecuteNonQueryAsync();
        return server.ConnectionTo(name);
    }

    /// <summary>One of a test's own, which it may stop: <see cref="Halt"/>. Skips the test where no PostgreSQL is installed.</summary>
    public static PostgresServer StartOwn()
    {
        var server = Start();
        if (server is null)
            Assert.Skip("No PostgreSQL is installed.");
        return server;
    }

    /// <summary>Where its tables are, when nobody names a schema.</summary>
    public string Connection => ConnectionTo("public");

    /// <summary>Stops it at once: what it had not written stays unwritten, and everybody's connection is gone.</summary>
    public void Halt() => Run("pg_ctl", $"-D {_folder}/data -m immediate stop");

    /// <summary>Starts it, for the first time or again.</summary>
    public void Begin() => Run("pg_ctl", $"-D {_folder}/data -w -l {_folder}/log -o \"-k {_folder} -c listen_addresses='' -c max_connections=200\" start");

    /// <summary>Stops it, and takes its files away.</summary>
    public void Remove()
    {
        Halt();
        Directory.Delete(_folder, recursive: true);
    }

    internal static void Stop()
    {
        if (Running.IsValueCreated && Running.Value is { } server)
            server.Remove();
    }

    private string ConnectionTo(string schema) => $"Host={_folder};Username=postgres;Database=postgres;Search Path={schema};Maximum Pool Size=10";

    private static PostgresServer? Start()
    {
        if (Binaries is null || OperatingSystem.IsWindows())
            return null;
        var folder = Directory.CreateTempSubdirectory("levelkeeper-pg-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        Run("initdb", $"-D {folder}/data -A trust -U postgres --no-sync --locale=C --encoding=UTF8");
        var server = new PostgresServer(folder);
        server.Begin();
        return server;
    }

    /// <summary>PostgreSQL does not run as root: it is started as its own user then.</summary>
    private static void Run(string program, string arguments)
    {
        var path = Path.Combine(Binaries!, program);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("runuser", $"-u postgres -- {path} {arguments}")
            : new ProcessStartInfo(path, arguments);
        // To nowhere by the shell: a server that is started keeps its end of a pipe open.
        start = new ProcessStartInfo("/bin/sh", ["-c", $"cd / && exec {start.FileName} {start.Arguments} >/dev/null 2>&1"]);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0 && !arguments.EndsWith("stop", StringComparison.Ordinal))
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
