using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Problems;
using Levelkeeper.Storage.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Levelkeeper.Server.SignIn;

/// <summary>Hashes passwords and compares with hashes: PBKDF2 with HMAC-SHA-512 and a salt of its own for each, by ASP.NET Core Identity.</summary>
/// <remarks>A comparison costs the same whether there is an account or not. So many are made at a time as leave the machine something for everything else.</remarks>
internal sealed class PasswordHashes : IDisposable
{
    /// <summary>What OWASP asks of this function.</summary>
    private const int Rounds = 210_000;

    /// <summary>How many may wait for their turn before others are sent away.</summary>
    private const int MostWaiting = 64;

    private static readonly string s_nobodys = NewHasher().HashPassword(Nobody, RandomPassword());

    private readonly PasswordHasher<Account> _hasher = NewHasher();
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    private static Account Nobody => new() { Name = "", DisplayName = "", SecurityStamp = "" };

    /// <summary>What is kept of a password.</summary>
    public Task<string> HashAsync(string password, CancellationToken cancel) => InTurnAsync(() => _hasher.HashPassword(Nobody, password), cancel);

    /// <summary>Whether a password is an account's.</summary>
    /// <param name="hash">What is kept of it; null where there is none: then no password is the right one.</param>
    /// <param name="password">What was given for it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Whether it is, and whether its hash should be made anew because it is of an earlier form.</returns>
    public Task<(bool IsRight, bool IsOld)> IsRightAsync(string? hash, string password, CancellationToken cancel) => InTurnAsync(
        () =>
        {
            var given = PasswordRules.MayBe(password) ? password : "";
            var result = _hasher.VerifyHashedPassword(Nobody, hash ?? s_nobodys, given);
            return (hash is not null && given.Length > 0 && result is not PasswordVerificationResult.Failed, result is PasswordVerificationResult.SuccessRehashNeeded);
        },
        cancel);

    public void Dispose() => _turns.Dispose();

    private static PasswordHasher<Account> NewHasher() => new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));

    private static string RandomPassword() => Access.RandomSecret.New().Reveal();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                throw new ProblemException(ProblemKind.TooMany, "Too many sign in at once.");
            await _turns.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _turns.Release();
        }
    }
}
