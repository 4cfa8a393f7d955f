using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.SignIn;

/// <summary>The forms by which people sign in and set their password: plain HTML, in their language, with no script and nothing loaded from elsewhere.</summary>
internal sealed class SignInPages
{
    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:4rem auto;max-width:24rem;padding:0 1rem;color-scheme:light dark}label{display:block;margin-block-start:1rem}
        input{box-sizing:border-box;font:inherit;inline-size:100%;padding:.5rem}button{font:inherit;margin-block-start:1.5rem;padding:.5rem 1.5rem}[role=alert]{border-inline-start:4px solid #c33;padding-inline-start:.75rem}
        """;

    // Letters of every script stay readable; what could end a text or an attribute is escaped.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly string s_policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly HttpContext _context;
    private readonly Phrasebook _words;

    private SignInPages(HttpContext context) => (_context, _words) = (context, Phrasebook.Of(LanguageOf(context.Request)));

    private static (string, string)[] Lengths => [("least", $"{PasswordRules.Shortest}"), ("most", $"{PasswordRules.Longest}")];

    /// <summary>Pages in the language of whoever asks.</summary>
    public static SignInPages For(HttpContext context) => new(context);

    /// <summary>Where people sign in.</summary>
    /// <param name="to">Where to afterwards.</param>
    /// <param name="provider">What an identity provider is called; null where there is none.</param>
    /// <param name="problem">The key of what is wrong; null for nothing.</param>
    public IResult SignIn(string to, string? provider, string? problem = null)
    {
        var page = new StringBuilder();
        if (provider is not null)
            page.Append("<p><a href=\"/sign-in/provider?to=").Append(s_encoder.Encode(Uri.EscapeDataString(to))).Append("\">").Append(Say("sign-in.provider", ("name", provider))).Append("</a></p>");
        Form(page, "/sign-in", "sign-in.submit", [("to", to)], ("name", "sign-in.name", "username"), ("password", "sign-in.password", "current-password"));
        page.Append("<p><a href=\"/sign-in/set-up\">").Append(Say("sign-in.have-code")).Append("</a></p>");
        return Page("sign-in.title", page, problem);
    }

    /// <summary>Where people set their first password, or a forgotten one, by a code.</summary>
    public IResult SetUp(string? problem = null)
    {
        var page = new StringBuilder();
        Form(page, "/sign-in/set-up", "sign-in.save", [], ("code", "sign-in.code", "one-time-code"), ("new", "sign-in.new", "new-password"), ("again", "sign-in.again", "new-password"));
        return Page("sign-in.set-up", page, problem);
    }

    /// <summary>Where people change their password.</summary>
    public IResult Change(string? problem = null)
    {
        var page = new StringBuilder();
        Form(page, "/sign-in/password", "sign-in.save", [], ("current", "sign-in.current", "current-password"), ("new", "sign-in.new", "new-password"), ("again", "sign-in.again", "new-password"));
        return Page("sign-in.change", page, problem);
    }

    /// <summary>That nobody can sign in yet.</summary>
    public IResult Nobody() => Page("sign-in.title", new StringBuilder(), "sign-in.nobody");

    /// <summary>The key of what is wrong with a password.</summary>
    public static string ProblemOf(PasswordFault fault) => fault switch
    {
        PasswordFault.TooShort => "sign-in.too-short",
        PasswordFault.TooLong => "sign-in.too-long",
        PasswordFault.TooCommon => "sign-in.too-common",
        PasswordFault.Unchanged => "sign-in.unchanged",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "A fault without words."),
    };

    private static TextLanguage LanguageOf(HttpRequest request) =>
        TextLanguage.Of(request.Query["lang"].ToString())
        ?? request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static l => l.Quality ?? 1).Select(static l => TextLanguage.Of(l.Value.ToString().Split('-')[0].ToLowerInvariant())).FirstOrDefault(static l => l is not null)
        ?? TextLanguage.English;

    private void Form(StringBuilder page, string action, string submit, (string Name, string Value)[] hidden, params (string Name, string Label, string Purpose)[] fields)
    {
        page.Append("<form method=\"post\" action=\"").Append(action).Append("\">");
        foreach (var (name, value) in hidden.Append((RequestToken.Field, RequestToken.Of(Secret()))))
            page.Append("<input type=\"hidden\" name=\"").Append(name).Append("\" value=\"").Append(s_encoder.Encode(value)).Append("\">");
        foreach (var (name, label, purpose) in fields)
        {
            var type = purpose.EndsWith("password", StringComparison.Ordinal) ? "password" : "text";
            page.Append("<label for=\"").Append(name).Append("\">").Append(Say(label)).Append("</label><input id=\"").Append(name).Append("\" name=\"").Append(name).Append("\" type=\"").Append(type)
                .Append("\" autocomplete=\"").Append(purpose).Append("\" required").Append(type == "text" ? " autocapitalize=\"none\" spellcheck=\"false\" dir=\"ltr\"" : "").Append('>');
            if (name == "new")
                page.Append("<small>").Append(Say("sign-in.rule", Lengths)).Append("</small>");
        }

        page.Append("<button>").Append(Say(submit)).Append("</button></form>");
    }

    /// <summary>What the form's token belongs to: the session, or before there is one a cookie of its own.</summary>
    private RandomSecret Secret()
    {
        if (_context.Features.Get<Caller>()?.Secret is { } session)
            return session;
        if (RandomSecret.Parse(Cookies.Form.Read(_context)) is { } known)
            return known;
        var made = RandomSecret.New();
        Cookies.Form.Write(_context, made.Reveal());
        return made;
    }

    private IResult Page(string title, StringBuilder content, string? problem)
    {
        _context.Response.Headers.ContentSecurityPolicy = s_policy;
        _context.Response.Headers.ContentLanguage = _words.Language.Code;
        var page = new StringBuilder("<!doctype html><html lang=\"").Append(_words.Language.Code).Append("\" dir=\"").Append(_words.Language.IsRightToLeft ? "rtl" : "ltr")
            .Append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>").Append(Say(title)).Append(" · Levelkeeper</title><style>").Append(Style).Append("</style></head><body><main><h1>").Append(Say(title)).Append("</h1>");
        if (problem is not null)
            page.Append("<p role=\"alert\">").Append(Say(problem, Lengths)).Append("</p>");
        page.Append(content).Append("</main></body></html>\n");
        return TypedResults.Text(page.ToString(), "text/html", Encoding.UTF8, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private string Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => s_encoder.Encode(_words.Say(key, values));
}
