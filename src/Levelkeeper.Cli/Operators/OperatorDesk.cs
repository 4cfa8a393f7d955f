using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Handover;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Cli.Operators;

/// <summary>A store as somebody works on it by commands: what they may see, and how what they say becomes facts. The same registers, rules and rights as behind the API.</summary>
/// <param name="store">The store.</param>
/// <param name="viewer">On whose behalf.</param>
/// <param name="cacheFolder">The folder of caches beside the store.</param>
/// <param name="wait">How long a running server is waited for.</param>
/// <param name="terminal">The terminal.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal sealed class OperatorDesk(Store store, Viewer viewer, string cacheFolder, TimeSpan wait, Terminal terminal, DiagnosticBag diagnostics)
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(100);

    private LiveAgreements? _live;

    public Store Store => store;

    public Viewer Viewer => viewer;

    public Terminal Terminal => terminal;

    public DiagnosticBag Diagnostics => diagnostics;

    /// <summary>Now, the same for all of the command.</summary>
    public Instant Now { get; } = terminal.Clock();

    public Act By => new(viewer.Name, Now);

    /// <summary>Who acts; null after reporting that nobody of that name can (<c>LK6080</c>), or that they may not (<c>LK6081</c>).</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The account; null for whoever is at this machine, as long as nobody has an account.</param>
    /// <param name="permission">What they are to do.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Viewer?> ViewerAsync(Store store, string? name, Permission permission, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var place = new Place("--as");
        var viewer = Viewer.Anyone("operator", "Whoever is at this machine");
        if (name is not null || (await store.Accounts.ListAsync(cancel)).Count > 0)
        {
            if (name is null || await store.Accounts.FindAsync(name, cancel) is not { IsDisabled: false } account)
            {
                diagnostics.Error("LK6080", place, name is null ? "There are accounts, so it must be said on whose behalf this is done." : $"There is no account {Diagnostic.Quote(name)} that may act.", "name one: --as NAME; 'levelkeeper user list' prints them");
                return null;
            }

            viewer = Viewer.Of(account);
        }

        if (viewer.May(permission))
            return viewer;
        diagnostics.Error("LK6081", place, $"'{viewer.Name}' may not do this ({permission}).", "let somebody do it whose role allows it; 'levelkeeper user show' prints what each may do");
        return null;
    }

    /// <summary>An agreement that the person may know of: the revision in force, or before any is the latest; null after reporting that there is none (<c>LK6082</c>).</summary>
    public async Task<RegisteredAgreement?> AgreementAsync(string id, CancellationToken cancel)
    {
        if (await new AgreementRegister(store).FindAsync(id, cancel: cancel) is { } found && viewer.Sees(found.Versions.Latest))
            return found;
        diagnostics.Error("LK6082", new Place("AGREEMENT"), $"There is no agreement {Diagnostic.Quote(id)} here.", "'levelkeeper agreement list' prints those that there are");
        return null;
    }

    /// <summary>An agreement in force that the person may know of; null after reporting.</summary>
    public async Task<RegisteredAgreement?> InForceAsync(string id, CancellationToken cancel)
    {
        if (await AgreementAsync(id, cancel) is not { } found)
            return null;
        if (found.Life.Stage == AgreementStage.Active)
            return found;
        diagnostics.Error("LK6082", new Place("AGREEMENT"), $"'{id}' is not in force, so nothing is judged by it.", "put it in force first: levelkeeper agreement activate");
        return null;
    }

    /// <summary>The agreements in force that the person may know of, by name.</summary>
    public async Task<IReadOnlyList<RegisteredAgreement>> AllInForceAsync(CancellationToken cancel) =>
        [.. (await new AgreementRegister(store).ActiveAsync(cancel)).Where(a => viewer.Sees(a.Versions.Latest)).OrderBy(a => a.Id, StringComparer.Ordinal)];

    /// <summary>All agreements in force with all facts, as the server has them.</summary>
    public async Task<LiveAgreements> LiveAsync(CancellationToken cancel)
    {
        if (_live is null)
        {
            _live = await LiveAgreements.ReadAsync(store, cancel);
            _live.AdvanceTo(Now, static (_, _) => { });
        }

        return _live;
    }

    /// <summary>A period of an agreement; null after reporting.</summary>
    public Period? Period(string label, RegisteredAgreement agreement) => PeriodCalendar.Parse(label, agreement.Versions.Latest.Zone, diagnostics);

    /// <summary>Whether facts of a period may be gone, which is reported.</summary>
    public async Task<bool> IsArchivedAsync(string agreement, Period period, CancellationToken cancel)
    {
        if ((await new AgreementRegister(store).LifeAsync(agreement, cancel))?.FactsFrom is not { } from || period.During.StartInstant >= from)
            return false;
        diagnostics.Error("LK6314", new Place($"{agreement}/{period.Label}"), $"Facts before {from} may be gone, so what '{agreement}' came to in {period.Label} can no longer be worked out.", "the statement that was issued of it is kept");
        return true;
    }

    /// <summary>Appends what somebody says as a fact: by itself, or where a server has the log, by that server.</summary>
    /// <param name="fact">What is said.</param>
    /// <param name="key">By which the command is known when it is given again; null for a new one.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False after reporting that it is no fact that can be kept, that the key was used for another (<c>LK6083</c>), or that the server has not taken it yet (<c>LK6084</c>).</returns>
    public async Task<bool> AssertAsync(AssertedFact fact, string? key, CancellationToken cancel)
    {
        var id = AssertedFact.IdOf(viewer.Name, key, Now);
        // Given again without a time, it happened when it was given first.
        var at = fact.Time ?? (key is null ? null : await GivenAtAsync(FactKey.Of(AssertedFact.Source, id), cancel)) ?? Now;
        if (fact.ToEntry(id, at, diagnostics) is not { } entry)
            return false;
        var handed = new HandedFact(Guid.NewGuid(), entry.Body, viewer.Name, $"{fact.Type} {fact.Subject}", Now);
        await store.Handover.PutAsync(handed, cancel);
        if (await TakenAsync(handed, entry, cancel) is not { } outcome)
        {
            diagnostics.Error("LK6084", Place.None, $"The server has not taken the fact '{id}' yet; it is in the store and will be.", "give the command again with --key to see what became of it, or wait longer: --wait SECONDS");
            return false;
        }

        _live = null;
        if (outcome.Outcome == AppendOutcome.Conflict)
            diagnostics.Error("LK6083", new Place("--key"), "Another fact was recorded under this key; this one was set aside.", "use another key");
        else
            terminal.Say($"{(outcome.Outcome == AppendOutcome.Appended ? "recorded" : "was recorded before")}: {outcome.Sequence} {id}");
        return outcome.Outcome != AppendOutcome.Conflict;
    }

    /// <summary>The time of a fact that was given before; null when there is none.</summary>
    private async Task<Instant?> GivenAtAsync(FactKey key, CancellationToken cancel)
    {
        if (await store.Log().PlaceOfAsync(key, cancel) is { } place)
        {
            await foreach (var read in new LogReplay(store.Log()).ReadAsync(place - 1, place, cancel))
                return read.Facts.SingleOrDefault()?.Fact.Time;
        }

        return null;
    }

    /// <summary>Waits until somebody has appended it, whoever owns the log now: the server, or this command when no server does.</summary>
    private async Task<AppendedEntry?> TakenAsync(HandedFact handed, LogEntry entry, CancellationToken cancel)
    {
        for (var began = System.Diagnostics.Stopwatch.GetTimestamp(); ; await Task.Delay(s_betweenLooks, cancel))
        {
            try
            {
                await using var log = await FactLogWriter.TakeAsync(store, cacheFolder, cancel: cancel);
                await store.Handover.DoneAsync(handed, (await log.AppendAsync([entry], Now, cancel)).Outcomes[0], Now, CancellationToken.None);
            }
            catch (StoreInUseException)
            {
                // Its owner looks for what is handed over.
            }

            if (await store.Handover.OutcomeAsync(handed.Id, cancel) is { } outcome)
                return outcome;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(began) >= wait)
                return null;
        }
    }
}
