using System.Collections.Immutable;
using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Stores;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;

namespace Levelkeeper.Cli.Operators;

/// <summary>A verb that somebody gives on a store: <c>--as</c> says who, and they must be allowed to.</summary>
internal class DeskVerb : Verb
{
    private readonly StoreOptions _store;
    private readonly Permission _permission;
    private readonly Func<OperatorDesk, ParseResult, CancellationToken, Task> _work;
    private readonly Option<string?> _as = new("--as") { Description = "On whose behalf: an account, whose role must allow it. Needed as soon as there are accounts.", HelpName = "NAME" };

    /// <summary>A verb.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="permission">What whoever gives it must be allowed to do.</param>
    /// <param name="work">Does it.</param>
    /// <param name="examples">Command lines that do something useful.</param>
    public DeskVerb(Terminal terminal, string name, string description, Permission permission, Func<OperatorDesk, ParseResult, CancellationToken, Task> work, params ImmutableArray<string> examples)
        : base(terminal, name, description, examples)
    {
        (_permission, _work) = (permission, work);
        Add(_as);
        _store = new StoreOptions(terminal, this);
    }

    /// <summary>How long a running server is waited for.</summary>
    protected virtual TimeSpan Wait(ParseResult parsed) => TimeSpan.Zero;

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
        {
            if (await OperatorDesk.ViewerAsync(store, parsed.GetValue(_as), _permission, diagnostics, token) is { } viewer)
                await _work(new OperatorDesk(store, viewer, Path.Combine(_store.Folder(parsed), "cache"), Wait(parsed), Terminal, diagnostics), parsed, token);
        });
        return Finish(diagnostics);
    }
}

/// <summary>A verb that says something which becomes a fact, beside a running server too.</summary>
internal sealed class AssertingVerb : DeskVerb
{
    private readonly Option<int> _wait = new("--wait") { Description = "How many seconds a running server is waited for to take the fact. It is in the store anyhow.", HelpName = "SECONDS", DefaultValueFactory = _ => 30 };

    /// <summary>A verb that says one thing.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="permission">What whoever gives it must be allowed to do.</param>
    /// <param name="fact">What is said; null after reporting why it cannot be.</param>
    /// <param name="examples">Command lines that do something useful.</param>
    public AssertingVerb(Terminal terminal, string name, string description, Permission permission, Func<OperatorDesk, ParseResult, CancellationToken, Task<AssertedFact?>> fact, params ImmutableArray<string> examples)
        : this(terminal, name, description, permission, async (desk, parsed, token) =>
        {
            if (await fact(desk, parsed, token) is { } asserted)
                await desk.AssertAsync(asserted, parsed.Said("--key"), token);
        }, examples)
    {
    }

    /// <summary>A verb that does more than say one thing.</summary>
    public AssertingVerb(Terminal terminal, string name, string description, Permission permission, Func<OperatorDesk, ParseResult, CancellationToken, Task> work, params ImmutableArray<string> examples)
        : base(terminal, name, description, permission, work, examples)
    {
        Add(new Option<string?>("--key") { Description = "The same when the command is given again, so that the fact is recorded once.", HelpName = "TEXT" });
        Add(_wait);
        _wait.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 3600)
                result.AddError("--wait is from 0 to 3600.");
        });
    }

    protected override TimeSpan Wait(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_wait));
}

/// <summary>The arguments and options that these verbs have in common.</summary>
internal static class DeskOptions
{
    public static Argument<string> Agreement() => new("AGREEMENT") { Description = "The agreement: its id." };

    public static Option<string?> Text(string name, string description, string help = "TEXT", bool required = false) => new(name) { Description = description, HelpName = help, Required = required };

    public static Option<decimal?> Number(string name, string description, bool required = false) => new(name) { Description = description, HelpName = "NUMBER", Required = required };

    /// <summary>What an argument or option says; null when it says nothing.</summary>
    public static string? Said(this ParseResult parsed, string name) => parsed.GetValue<string?>(name);

    /// <summary>What an argument says, or an option that must be given.</summary>
    public static string Needed(this ParseResult parsed, string name) => parsed.GetValue<string>(name)!;
}
