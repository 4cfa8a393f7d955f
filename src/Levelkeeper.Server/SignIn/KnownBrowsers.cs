using System.Globalization;
using System.Security.Cryptography;
using Levelkeeper.Server.Access;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using NodaTime;

namespace Levelkeeper.Server.SignIn;

/// <summary>Knows browsers by which somebody has signed in to an account before. Whoever tries out passwords elsewhere can then lock that account for browsers that are not known, and not for its owner.</summary>
internal sealed class KnownBrowsers(IDataProtectionProvider protection)
{
    private static readonly Duration s_remembered = Duration.FromDays(180);

    private readonly IDataProtector _protector = protection.CreateProtector("levelkeeper known browser");

    /// <summary>What the browser is called, where it is known for this account; null where it is not.</summary>
    public string? Find(HttpContext context, string account, Instant now)
    {
        try
        {
            return Cookies.KnownBrowser.Read(context) is { } text
                && _protector.Unprotect(text).Split('\n') is [var name, var id, var since]
                && name == account && Instant.FromUnixTimeSeconds(long.Parse(since, CultureInfo.InvariantCulture)) + s_remembered > now
                ? id
                : null;
        }
        catch (CryptographicException)
        {
            // Not ours, or of a store that was restored since.
            return null;
        }
    }

    /// <summary>Makes the browser known for an account.</summary>
    public void Remember(HttpContext context, string account, Instant now) => Cookies.KnownBrowser.Write(
        context, _protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{account}\n{RandomNumberGenerator.GetHexString(16)}\n{now.ToUnixTimeSeconds()}")), s_remembered.ToTimeSpan());
}
