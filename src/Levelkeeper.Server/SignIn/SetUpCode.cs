using Levelkeeper.Server.Access;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Server.SignIn;

/// <summary>A code by which somebody sets the password of an account, once, at <c>/sign-in/set-up</c>: whoever gives it never learns the password.</summary>
/// <param name="Secret">The code, to be handed over.</param>
/// <param name="Expires">From when on it is no longer good.</param>
public sealed record SetUpCode(RandomSecret Secret, Instant Expires)
{
    /// <summary>How long one is good.</summary>
    public static readonly Duration GoodFor = Duration.FromDays(3);

    /// <summary>Makes one for an account; one given before is no longer good. The server may run.</summary>
    /// <returns>The code; null when there is no such account, or it is disabled.</returns>
    public static async Task<SetUpCode?> GiveAsync(AccountRegister accounts, string account, Act by, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(by);
        var code = new SetUpCode(RandomSecret.New(), by.At + GoodFor);
        return await accounts.AddSetUpCodeAsync(account, code.Secret.Hash(), code.Expires, by, cancel) ? code : null;
    }
}
