using Levelkeeper.Storage.Outbox;
using Levelkeeper.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>What the outbox of a store has, counted by the database.</summary>
/// <param name="Told">Messages; each step of these agreements tells one person in one way.</param>
/// <param name="Steps">How many steps they are of.</param>
/// <param name="Strays">Messages of steps that were never decided.</param>
/// <param name="Delivered">Messages that were delivered.</param>
internal sealed record OutboxRows(long Told, long Steps, long Strays, long Delivered)
{
    public static OutboxRows Of(string folder)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, SqliteDatabase.FileName), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*), count(DISTINCT decision), count(*) FILTER (WHERE decision NOT IN (SELECT name FROM decision)), count(*) FILTER (WHERE state = $delivered) FROM outgoing
            """;
        command.Parameters.AddWithValue("$delivered", (int)OutgoingState.Delivered);
        using var row = command.ExecuteReader();
        row.Read();
        return new OutboxRows(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
    }
}
