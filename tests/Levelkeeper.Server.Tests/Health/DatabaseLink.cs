using Npgsql;

namespace Levelkeeper.Server.Tests.Health;

/// <summary>A way to the real PostgreSQL that can be cut: a link to the folder of its socket.</summary>
internal sealed class DatabaseLink : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-link-").FullName;
    private readonly string _real;

    private DatabaseLink(string real)
    {
        _real = real;
        Mend();
    }

    /// <summary>The connection string that goes by the link.</summary>
    public string Connection => new NpgsqlConnectionStringBuilder(_real) { Host = Path.Combine(_folder, "to"), ApplicationName = Path.GetFileName(_folder) }.ToString();

    public static async Task<DatabaseLink> MakeAsync() => new(await PostgresServer.SchemaAsync());

    public void Cut() => Directory.Delete(Path.Combine(_folder, "to"));

    public void Mend() => Directory.CreateSymbolicLink(Path.Combine(_folder, "to"), new NpgsqlConnectionStringBuilder(_real).Host!);

    /// <summary>Cuts it, and ends the connections that went by it.</summary>
    public async Task CutAndHangUpAsync()
    {
        Cut();
        await using var source = NpgsqlDataSource.Create(_real);
        await using var command = source.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1");
        command.Parameters.AddWithValue(Path.GetFileName(_folder));
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync()
    {
        // The link goes, not what it leads to.
        if (Directory.Exists(Path.Combine(_folder, "to")))
            Cut();
        Directory.Delete(_folder);
        return ValueTask.CompletedTask;
    }
}
