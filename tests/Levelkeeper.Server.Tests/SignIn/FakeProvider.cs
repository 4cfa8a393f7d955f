using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Levelkeeper.Server.Tests.SignIn;

/// <summary>An identity provider that can be told to do wrong. Nobody types a password there: whoever comes is <see cref="Subject"/>.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string Client = "levelkeeper";
    public const string Secret = "a secret that only the two of them know";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new();
    private readonly TimeProvider _time;
    private WebApplication _app = null!;

    private FakeProvider(TimeProvider time) => _time = time;

    public string Issuer { get; private set; } = "";

    /// <summary>Who comes.</summary>
    public string Subject { get; set; } = "248289761001";

    /// <summary>What the userinfo endpoint says besides the subject.</summary>
    public JsonObject About { get; } = [];

    /// <summary>Changes what the token says.</summary>
    public Action<Dictionary<string, object>> Change { get; set; } = static _ => { };

    /// <summary>Makes another token of the claims.</summary>
    public Func<Dictionary<string, object>, string>? Forge { get; set; }

    /// <summary>What was asked of the endpoint where people are sent to.</summary>
    public System.Collections.Specialized.NameValueCollection Asked { get; private set; } = [];

    /// <summary>Who it claims to be; null for who it is.</summary>
    public string? Claims { get; set; }

    /// <summary>Whether it answers at all.</summary>
    public bool IsAway { get; set; }

    public static async Task<FakeProvider> StartAsync(TimeProvider time)
    {
        var provider = new FakeProvider(time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        provider._app = builder.Build();
        provider._app.Use(async (context, next) =>
        {
            if (provider.IsAway)
                context.Response.StatusCode = 503;
            else
                await next(context);
        });
        provider._app.MapGet("/.well-known/openid-configuration", () => Json(new JsonObject
        {
            ["issuer"] = provider.Claims ?? provider.Issuer, ["authorization_endpoint"] = $"{provider.Issuer}/authorize", ["token_endpoint"] = $"{provider.Issuer}/token", ["jwks_uri"] = $"{provider.Issuer}/keys",
            ["userinfo_endpoint"] = $"{provider.Issuer}/about", ["response_types_supported"] = new JsonArray("code"), ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        }));
        provider._app.MapGet("/keys", () =>
        {
            var key = provider._key.ExportParameters(false);
            return Json(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["kid"] = "1", ["use"] = "sig", ["alg"] = "RS256", ["n"] = Base64UrlEncoder.Encode(key.Modulus), ["e"] = Base64UrlEncoder.Encode(key.Exponent) }) });
        });
        provider._app.MapPost("/token", (Delegate)provider.TokenAsync);
        provider._app.MapGet("/about", () =>
        {
            var about = (JsonObject)provider.About.DeepClone();
            about["sub"] = provider.Subject;
            return Json(about);
        });
        await provider._app.StartAsync();
        provider.Issuer = provider._app.Urls.Single();
        return provider;
    }

    /// <summary>What the provider's page does once somebody has proved who they are: sends them back with a code.</summary>
    public string SendBack(string sentTo)
    {
        Asked = HttpUtility.ParseQueryString(new Uri(sentTo).Query);
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (Asked["nonce"]!, Asked["code_challenge"]!);
        return $"{new Uri(Asked["redirect_uri"]!).AbsolutePath}?code={code}&state={Uri.EscapeDataString(Asked["state"]!)}";
    }

    /// <summary>A token with the provider's own signature.</summary>
    public string Signed(Dictionary<string, object> claims) => Signed(claims, new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256));

    public static string Signed(Dictionary<string, object> claims, SigningCredentials? by) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor { Claims = claims, SigningCredentials = by });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        // The client proves that it is the one that asked: by its secret, and by what only it could know.
        if (form["client_id"] != Client || form["client_secret"] != Secret || !_codes.TryRemove(form["code"].ToString(), out var asked)
            || Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked.Challenge)
            return TypedResults.BadRequest();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object> { ["iss"] = Issuer, ["sub"] = Subject, ["aud"] = Client, ["nonce"] = asked.Nonce, ["iat"] = now, ["nbf"] = now, ["exp"] = now + 300 };
        Change(claims);
        return Json(new JsonObject { ["access_token"] = "access", ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = Forge?.Invoke(claims) ?? Signed(claims) });
    }

    private static IResult Json(JsonObject what) => TypedResults.Text(what.ToJsonString(), "application/json");
}
