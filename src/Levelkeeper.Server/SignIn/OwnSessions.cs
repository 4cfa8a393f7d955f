using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.SignIn;

/// <summary>Stands in ASP.NET Core's list of ways to be signed in for the sessions of ours, which it knows nothing of: without it a provider's handler would take itself for them.</summary>
internal sealed class OwnSessions : IAuthenticationHandler
{
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context) => Task.CompletedTask;

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

    public Task ChallengeAsync(AuthenticationProperties? properties) => throw new NotSupportedException("Who has to sign in is led there by the access rules.");

    public Task ForbidAsync(AuthenticationProperties? properties) => throw new NotSupportedException("What is refused is refused by the access rules.");
}
