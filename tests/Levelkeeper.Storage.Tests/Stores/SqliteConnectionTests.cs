using Levelkeeper.Storage.Sql;

namespace Levelkeeper.Storage.Tests.Stores;

public sealed class SqliteConnectionTests
{
    private static readonly (string Pragma, long Value)[] s_settings = [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("cache_size", -16000)];

    [Fact]
    public async Task Every_connection_is_set_up_whether_it_is_new_or_was_used_before()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("levelkeeper-test-").FullName;
        try
        {
            // A second database of the same folder has the same pool, and knows nothing of what the first one did.
            await using var database = new SqliteDatabase(folder);
            await using var other = new SqliteDatabase(folder);
            for (var round = 0; round < 3; round++)
            {
                await using var one = await database.ReadAsync(cancel);
                await using var two = await database.ReadAsync(cancel);
                await using var three = await other.ReadAsync(cancel);
                foreach (var session in new[] { one, two, three })
                {
                    foreach (var (pragma, value) in s_settings)
                        (await session.FirstAsync($"PRAGMA {pragma}", r => r.GetInt64(0), cancel)).ShouldBe(value, pragma);
                    (await session.FirstAsync("PRAGMA journal_mode", r => r.GetString(0), cancel)).ShouldBe("wal");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
