using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Levelkeeper.Server.Access;

/// <summary>What a page of ours sends with a request that changes something, and a page of another site cannot know: derived from the secret in the browser's cookie, and so of no use with any other.</summary>
internal static class RequestToken
{
    /// <summary>The header that scripts send it in.</summary>
    public const string Header = "X-Request-Token";

    /// <summary>The field that forms send it in.</summary>
    public const string Field = "request-token";

    /// <summary>The one that belongs to a cookie's secret.</summary>
    public static string Of(RandomSecret secret) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret.Reveal()), "levelkeeper request token"u8));

    /// <summary>Whether one belongs to a cookie's secret.</summary>
    public static bool Fits(string? token, RandomSecret secret) => token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.ASCII.GetBytes(Of(secret)));
}
