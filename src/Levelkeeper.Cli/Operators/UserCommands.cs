using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Cli.Stores;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Accounts;
using Levelkeeper.Storage.Documents;
using NodaTime.Text;
using Spectre.Console;

namespace Levelkeeper.Cli.Operators;

/// <summary><c>levelkeeper user …</c>: the people and programs that may sign in. Whoever can write to the store's files can do this, as with tokens; <c>--as</c> names somebody who must be allowed to, for the audit trail.</summary>
internal static class UserCommands
{
    private static readonly string s_roles = string.Join(", ", Enum.GetValues<Role>().Select(RolePermissions.NameOf));

    public static Command Group(Terminal terminal) => new("user", "The people and programs that may use the server.")
    {
        new UserVerb(terminal, "list", "List the accounts.", named: false, ListAsync, "levelkeeper user list --data data") { Inputs.Output() },
        new UserVerb(terminal, "show", "Print an account: what it is, what it may do, what was done to it.", named: true, ShowAsync, "levelkeeper user show a.nowak --data data") { Inputs.Output() },
        new UserVerb(terminal, "add", "Make an account. It signs in once it has a password (user set-up), a token (token create) or is known to the identity provider.", named: true, AddAsync,
            "levelkeeper user add a.nowak --display 'Anna Nowak' --email a.nowak@example.org --role manager --data data",
            "levelkeeper user add k.kunde --role customer signatory --party 'Kontor GmbH' --data data")
        {
            Roles("--role", $"What it is: {s_roles}."), Parties("--party", "The parties that it belongs to; a customer sees their agreements only."), Display(), Email(), Language(),
        },
        new UserVerb(terminal, "change", "Change the name that people read, the address or the language of an account.", named: true, ChangeAsync, "levelkeeper user change a.nowak --language pl --data data") { Display(), Email(), Language() },
        new UserVerb(terminal, "set-up", "Print a code by which somebody sets the account's password, once, within three days, at /sign-in/set-up. One given before is no longer good.", named: true, SetUpAsync, "levelkeeper user set-up a.nowak --data data"),
        new UserVerb(terminal, "role", "Give roles to an account, or take them away. It must sign in anew.", named: true, (desk, parsed, token) =>
            WriteAsync(desk, parsed, a => a with { Roles = [.. a.Roles.Except(Of(parsed, "--remove"), StringComparer.Ordinal).Union(Of(parsed, "--add"), StringComparer.Ordinal)] }, token),
            "levelkeeper user role a.nowak --add finance --remove manager --data data") { Roles("--add", $"Roles to give: {s_roles}."), Roles("--remove", "Roles to take away.") },
        new UserVerb(terminal, "party", "Say to which parties an account belongs. It must sign in anew.", named: true, (desk, parsed, token) =>
            WriteAsync(desk, parsed, a => a with { Parties = [.. a.Parties.Except(Of(parsed, "--remove"), StringComparer.Ordinal).Union(Of(parsed, "--add"), StringComparer.Ordinal)] }, token),
            "levelkeeper user party k.kunde --add 'Kontor AG' --remove 'Kontor GmbH' --data data") { Parties("--add", "Parties that it belongs to from now on."), Parties("--remove", "Parties that it no longer belongs to.") },
        new UserVerb(terminal, "disable", "Let an account sign in no more. Its tokens are no longer good, its sessions end.", named: true, (desk, parsed, token) => WriteAsync(desk, parsed, static a => a with { IsDisabled = true }, token), "levelkeeper user disable a.nowak --data data"),
        new UserVerb(terminal, "enable", "Let an account sign in again, also one that is locked after wrong passwords.", named: true, (desk, parsed, token) =>
            WriteAsync(desk, parsed, static a => a with { IsDisabled = false, FailedSignIns = 0, LockedUntil = null }, token), "levelkeeper user enable a.nowak --data data"),
    };

    private static Option<string[]> Roles(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = "ROLE", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        option.AcceptOnlyFromAmong([.. Enum.GetValues<Role>().Select(RolePermissions.NameOf)]);
        return option;
    }

    private static Option<string[]> Parties(string name, string description) => new(name) { Description = description, HelpName = "NAME", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static Option<string?> Display() => DeskOptions.Text("--display", "The name that people read.", "NAME");

    private static Option<string?> Email() => DeskOptions.Text("--email", "Where mail goes.", "ADDRESS");

    private static Option<string?> Language() => DeskOptions.Text("--language", "The language that it is written to in: en, pl, ru, ar.", "LANGUAGE");

    private static string[] Of(ParseResult parsed, string option) => parsed.GetValue<string[]>(option) ?? [];

    private static async Task AddAsync(UserDesk desk, ParseResult parsed, CancellationToken token)
    {
        var name = parsed.Needed("NAME");
        if (await desk.Store.Accounts.FindAsync(name, token) is not null)
        {
            desk.Diagnostics.Error("LK6088", new Place("NAME"), $"There is an account {Diagnostic.Quote(name)} already.", "'levelkeeper user role' and 'user party' change what it is");
            return;
        }

        await KeepAsync(desk, Described(new Account { Name = name, DisplayName = name, Roles = [.. Of(parsed, "--role").Distinct(StringComparer.Ordinal)], Parties = [.. Of(parsed, "--party").Distinct(StringComparer.Ordinal)], SecurityStamp = "" }, parsed), "made", token);
    }

    private static Task ChangeAsync(UserDesk desk, ParseResult parsed, CancellationToken token) => WriteAsync(desk, parsed, a => Described(a, parsed), token);

    private static Account Described(Account account, ParseResult parsed) => account with
    {
        DisplayName = parsed.Said("--display") ?? account.DisplayName,
        Email = parsed.Said("--email") ?? account.Email,
        Language = parsed.Said("--language") ?? account.Language,
    };

    private static async Task SetUpAsync(UserDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await FindAsync(desk, parsed, token) is not { } account)
            return;
        if (await SetUpCode.GiveAsync(desk.Store.Accounts, account.Name, new Act(desk.Actor, desk.Terminal.Clock()), token) is not { } code)
        {
            desk.Diagnostics.Error("LK6088", new Place("NAME"), $"The account {Diagnostic.Quote(account.Name)} is disabled.", "'levelkeeper user enable' lets it sign in again");
            return;
        }

        desk.Terminal.Say($"{account.Name}: this code is shown once, and good until {InstantPattern.General.Format(code.Expires)}:");
        desk.Terminal.Say(code.Secret.Reveal());
    }

    private static async Task WriteAsync(UserDesk desk, ParseResult parsed, Func<Account, Account> change, CancellationToken token)
    {
        if (await FindAsync(desk, parsed, token) is { } account)
            await KeepAsync(desk, change(account), "changed", token);
    }

    private static async Task<Account?> FindAsync(UserDesk desk, ParseResult parsed, CancellationToken token)
    {
        var name = parsed.Needed("NAME");
        var account = await desk.Store.Accounts.FindAsync(name, token);
        if (account is null)
            desk.Diagnostics.Error("LK6088", new Place("NAME"), $"There is no account {Diagnostic.Quote(name)}.", "'levelkeeper user list' prints them");
        return account;
    }

    private static async Task KeepAsync(UserDesk desk, Account account, string verb, CancellationToken token)
    {
        AccountRules.Check(account.Name, account.Roles, account.Language, account.Parties, new Place("NAME"), desk.Diagnostics);
        if (desk.Diagnostics.HasErrors)
            return;
        try
        {
            // Another stamp ends the sessions that stand on what it was before.
            var by = new Act(desk.Actor, desk.Terminal.Clock(), $"roles {string.Join(',', account.Roles)}; parties {string.Join(',', account.Parties)}{(account.IsDisabled ? "; disabled" : "")}");
            var written = await desk.Store.Accounts.WriteAsync(account with { SecurityStamp = Guid.NewGuid().ToString("N") }, by, verb, token);
            desk.Terminal.Say($"{written.Name}: {verb}, version {written.Version}.");
        }
        catch (DocumentChangedException e)
        {
            desk.Diagnostics.Error("LK6088", new Place("NAME"), e.Message, "look at it again, and decide anew");
        }
    }

    private static async Task ShowAsync(UserDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await FindAsync(desk, parsed, token) is not { } account)
            return;
        var (viewer, tokens) = (Viewer.Of(account), await desk.Store.Accounts.TokensAsync(account.Name, token));
        var acts = await desk.Store.Audit.ReadAsync(0, int.MaxValue, $"account/{account.Name}", token);
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                Write(json, account);
                Strings(json, "may", Enum.GetValues<Permission>().Where(viewer.May).Select(Reports.Statements.StatementWords.Of));
                json.WriteNumber("tokens", tokens.Count(t => t.Revoked is null && t.Expires > desk.Terminal.Clock()));
                json.WriteEndObject();
            });
            return;
        }

        desk.Terminal.Say($"{account.Name}  {account.DisplayName}  {account.Email}  {account.Language}{(account.IsDisabled ? "  disabled" : "")}{(account.LockedUntil is { } until ? $"  locked until {until}" : "")}");
        desk.Terminal.Say($"roles: {string.Join(", ", account.Roles)}");
        desk.Terminal.Say($"parties: {string.Join(", ", account.Parties)}");
        desk.Terminal.Say($"may: {string.Join(", ", Enum.GetValues<Permission>().Where(viewer.May).Select(Reports.Statements.StatementWords.Of))}");
        desk.Terminal.Say($"signs in by: {string.Join(", ", Ways(account, tokens.Count(t => t.Revoked is null && t.Expires > desk.Terminal.Clock())))}");
        foreach (var act in acts)
            desk.Terminal.Say($"{InstantPattern.General.Format(act.Action.At)}  {act.Action.Verb} by {act.Action.Actor}: {act.Action.Detail}");
    }

    private static IEnumerable<string> Ways(Account account, int tokens)
    {
        if (account.PasswordHash is not null)
            yield return "password";
        if (account.ExternalId is not null)
            yield return "identity provider";
        if (tokens > 0)
            yield return $"{tokens} tokens";
    }

    private static async Task ListAsync(UserDesk desk, ParseResult parsed, CancellationToken token)
    {
        var accounts = await desk.Store.Accounts.ListAsync(token);
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.Array("accounts", accounts, a => Write(json, a));
                json.WriteEndObject();
            });
            return;
        }

        var table = new Table().RoundedBorder();
        foreach (var column in (string[])["Account", "Name", "Roles", "Parties", "E-mail", "State"])
            table.AddColumn(column);
        foreach (var account in accounts)
            table.AddRow(Safe(account.Name), Safe(account.DisplayName), Safe(string.Join(", ", account.Roles)), Safe(string.Join(", ", account.Parties)), Safe(account.Email), account.IsDisabled ? "disabled" : "");
        TableOrRecords.Write(desk.Terminal.Drawing(), table);

        static string Safe(string text) => Markup.Escape(Colour.Safe(text));
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Account account)
    {
        json.WriteString("name", account.Name);
        json.WriteString("display-name", account.DisplayName);
        json.WriteString("email", account.Email);
        json.WriteString("language", account.Language);
        Strings(json, "roles", account.Roles);
        Strings(json, "parties", account.Parties);
        json.WriteBoolean("disabled", account.IsDisabled);
        json.WriteBoolean("has-password", account.PasswordHash is not null);
        json.WriteNumber("version", account.Version);
    }

    private static void Strings(System.Text.Json.Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>The store, and who acts.</summary>
    private sealed record UserDesk(Store Store, string Actor, Terminal Terminal, DiagnosticBag Diagnostics);

    /// <summary>A verb about accounts.</summary>
    private sealed class UserVerb : Verb
    {
        private readonly StoreOptions _store;
        private readonly Func<UserDesk, ParseResult, CancellationToken, Task> _work;
        private readonly Option<string?> _as = new("--as") { Description = "On whose behalf: an account that manages accounts. Default: the operator of this machine.", HelpName = "NAME" };

        public UserVerb(Terminal terminal, string name, string description, bool named, Func<UserDesk, ParseResult, CancellationToken, Task> work, params System.Collections.Immutable.ImmutableArray<string> examples)
            : base(terminal, name, description, examples)
        {
            _work = work;
            if (named)
                Add(new Argument<string>("NAME") { Description = "The account: 1 to 64 lower-case letters, digits, '-', '.' and '@'." });
            Add(_as);
            _store = new StoreOptions(terminal, this);
        }

        protected override int Run(ParseResult parsed, CancellationToken token)
        {
            var diagnostics = new DiagnosticBag();
            _store.Use(parsed, mayBeNew: Name == "add", diagnostics, async store =>
            {
                var name = parsed.GetValue(_as);
                if (name is null || await OperatorDesk.ViewerAsync(store, name, Permission.ManageAccounts, diagnostics, token) is not null)
                    await _work(new UserDesk(store, name ?? "operator", Terminal, diagnostics), parsed, token);
            });
            return Finish(diagnostics);
        }
    }
}
