namespace Levelkeeper.Storage.Accounts;

/// <summary>The keys with which the server protects short-lived texts that browsers hold, kept so that a restart changes nothing for them. No session depends on them.</summary>
public sealed class ProtectionKeys
{
    private readonly Store _store;

    internal ProtectionKeys(Store store) => _store = store;

    /// <summary>All keys, as they were written.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancel = default)
    {
        await using var session = await _store.Database.ReadAsync(cancel);
        return await session.QueryAsync("SELECT content FROM protection_key ORDER BY name", static r => r.GetString(0), cancel);
    }

    /// <summary>Writes a key.</summary>
    public Task AddAsync(string name, string content, CancellationToken cancel = default) =>
        _store.Database.WriteAsync(session => session.ExecuteAsync("INSERT INTO protection_key (name, content) VALUES (@p0, @p1)", cancel, name, content), cancel);
}
