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

    [Fact]
    public async Task Stores_in_two_schemas_of_one_database_have_owners_of_their_own()
    {
        await using var first = new PostgresDatabase(await PostgresServer.SchemaAsync());
        await using var second = new PostgresDatabase(await PostgresServer.SchemaAsync());
        await using var ofFirst = await first.OwnAsync(0, TestContext.Current.CancellationToken);
        await using var ofSecond = await second.OwnAsync(0, TestContext.Current.CancellationToken);
        await using var another = await first.OwnAsync(1, TestContext.Current.CancellationToken);
        await Should.ThrowAsync<StoreInUseException>(() => first.OwnAsync(0, TestContext.Current.CancellationToken));
        await ofFirst.DisposeAsync();
        await using var next = await first.OwnAsync(0, TestContext.Current.CancellationToken);
    }
}
