using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Stores;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.Access;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Cli.Serving;

/// <summary><c>levelkeeper token …</c>: the secrets by which programs use the API.</summary>
internal static class TokenCommands
{
    private const string Actor = "operator";

    public static Command Group(Terminal terminal) => new("token", "Secrets by which programs use the API.") { new CreateCommand(terminal), new ListCommand(terminal), new RevokeCommand(terminal) };

    /// <summary><c>levelkeeper token create</c>.</summary>
    private sealed class CreateCommand : Verb
    {
        private readonly StoreOptions _store;
        private readonly Option<string> _account = new("--account") { Description = "For whom it acts; an account is made when there is none of that name.", HelpName = "NAME", DefaultValueFactory = _ => "admin" };
        private readonly Option<string> _role = new("--role") { Description = $"What a new account is: {string.Join(", ", Enum.GetValues<Role>().Select(RolePermissions.NameOf))}.", HelpName = "ROLE", DefaultValueFactory = _ => RolePermissions.NameOf(Role.Operator) };
        private readonly Option<string[]> _scopes = new("--scope") { Description = $"What it may do: {string.Join(", ", TokenScopes.Names)}.", HelpName = "SCOPE", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["facts:write", "read"] };
        private readonly Option<string> _title = new("--title") { Description = "What it is for.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        private readonly Option<int> _days = new("--days") { Description = "For how many days it is good.", HelpName = "NUMBER", DefaultValueFactory = _ => 365 };

        public CreateCommand(Terminal terminal)
            : base(terminal, "create", "Make a token and print it, once: only its hash is kept. The server may run.",
                "levelkeeper token create --data data --title 'ticket system' --scope facts:write",
                "levelkeeper token create --account kontor --role customer --scope read --days 90")
        {
            _store = new StoreOptions(terminal, this);
            foreach (var option in (Option[])[_account, _role, _scopes, _title, _days])
                Add(option);
            _role.AcceptOnlyFromAmong([.. Enum.GetValues<Role>().Select(RolePermissions.NameOf)]);
            _scopes.AcceptOnlyFromAmong([.. TokenScopes.Names]);
            _days.Validators.Add(static result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 3660)
                    result.AddError("--days is from 1 to 3660.");
            });
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: true, diagnostics, async store =>
            {
                var (now, name) = (Terminal.Clock(), parsed.GetValue(_account)!.ToLowerInvariant());
                if (await AccountAsync(store, name, parsed.GetValue(_role)!, now, token) is { IsDisabled: true })
                {
                    diagnostics.Error("LK6014", new Place("--account"), $"The account '{name}' is disabled.", "name another");
                    return;
                }

                var secret = TokenSecret.New();
                var expires = now + Duration.FromDays(parsed.GetValue(_days));
                await store.Accounts.AddTokenAsync(new ApiToken(secret.Id, name, parsed.GetValue(_title)!, secret.Hash(), [.. parsed.GetValue(_scopes)!], now, expires), new Act(Actor, now), token);
                Terminal.Output.WriteLine(secret.Reveal());
                Terminal.Error.WriteLine($"Good until {expires}. It is shown this once: keep it where only its user can read it.");
            });
            return Finish(diagnostics);
        }

        private static async Task<Account> AccountAsync(Store store, string name, string role, Instant now, CancellationToken token) =>
            await store.Accounts.FindAsync(name, token)
            ?? await store.Accounts.WriteAsync(new Account { Name = name, DisplayName = name, Roles = [role], SecurityStamp = Guid.NewGuid().ToString("N") }, new Act(Actor, now), "made", token);
    }

    /// <summary><c>levelkeeper token list</c>.</summary>
    private sealed class ListCommand : Verb
    {
        private readonly StoreOptions _store;

        public ListCommand(Terminal terminal)
            : base(terminal, "list", "Print the tokens: public part, account, scopes, until when they are good, when they were used last.", "levelkeeper token list --data data") => _store = new StoreOptions(terminal, this);

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                foreach (var t in await store.Accounts.TokensAsync(cancel: token))
                    Terminal.Say($"{t.Id}  {t.Account}  {string.Join(',', t.Scopes)}  {(t.Revoked is { } at ? $"revoked {at}" : $"until {t.Expires}")}  {(t.LastUsed is { } used ? $"used {used}" : "never used")}  {t.Title}");
            });
            return Finish(diagnostics);
        }
    }

    /// <summary><c>levelkeeper token revoke</c>.</summary>
    private sealed class RevokeCommand : Verb
    {
        private readonly StoreOptions _store;
        private readonly Argument<string> _id = new("ID") { Description = "The public part: 12 digits after 'lk_'." };

        public RevokeCommand(Terminal terminal)
            : base(terminal, "revoke", "Take a token back, for good. A server that runs serves it for five seconds more at most.", "levelkeeper token revoke 0123456789ab --data data")
        {
            _store = new StoreOptions(terminal, this);
            Add(_id);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                if (!await store.Accounts.RevokeTokenAsync(parsed.GetValue(_id)!, new Act(Actor, Terminal.Clock()), token))
                    diagnostics.Error("LK6015", new Place("ID"), "There is no such token, or it was taken back before.", "'levelkeeper token list' prints them");
            });
            return Finish(diagnostics);
        }
    }
}
