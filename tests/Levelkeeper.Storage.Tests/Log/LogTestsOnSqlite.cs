using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Storage.Tests.Log;

public sealed class LogTestsOnSqlite : LogTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-store-").FullName;
    private int _stores;

    protected override Task<Func<Database>> NewDatabaseAsync()
    {
        var folder = Path.Combine(_folder, $"{_stores++}");
        return Task.FromResult<Func<Database>>(() => new SqliteDatabase(folder));
    }

    protected override void Remove() => Directory.Delete(_folder, recursive: true);
}

public sealed class LogTestsOnPostgres : LogTests
{
    protected override async Task<Func<Database>> NewDatabaseAsync()
    {
        var connection = await PostgresServer.SchemaAsync();
        return () => new PostgresDatabase(connection);
    }
}
