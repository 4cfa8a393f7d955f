using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Live;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Storage;
using NodaTime;
using NodaTime.Text;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Server.Statements;

/// <summary>A statement that could be issued now. The API and the command line prepare the same.</summary>
/// <param name="Period">Its period.</param>
/// <param name="Made">It, with what it was made of.</param>
/// <param name="Draft">It as it would be kept, with the checklist.</param>
/// <param name="Known">The log's last sequence number that it is made of.</param>
public sealed record PreparedStatement(Period Period, MadeStatement Made, StatementDraft Draft, long Known)
{
    /// <summary>The statement of a period as it would be issued now; null when it cannot be made, which is reported.</summary>
    /// <param name="register">The statements before it.</param>
    /// <param name="agreement">The agreement, in force.</param>
    /// <param name="live">All agreements in force, current.</param>
    /// <param name="period">The period.</param>
    /// <param name="now">Now: as of when it stands.</param>
    /// <param name="diagnostics">Takes <c>LK5122</c> when the agreement has no time in the period.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PreparedStatement?> OfAsync(StatementRegister register, RegisteredAgreement agreement, LiveAgreements live, Period period, Instant now, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(register);
        ArgumentNullException.ThrowIfNull(agreement);
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(period);
        var (known, facts) = (live.Head, live.FactsOf(agreement.Id)!);
        var archived = await register.ArchivedUntilAsync(agreement.Id, now, cancel);
        if (period.During.EndInstant <= archived)
        {
            diagnostics.Error("LK6314", new Place($"{agreement.Id}/{period.Label}"), $"This period is archived: facts before {InstantPattern.ExtendedIso.Format(archived.Value)} may be gone, and nothing of it is worked out any more.", "what was issued of it is kept");
            return null;
        }

        if (await MakeAsync(register, agreement, facts, period, now, archived, diagnostics, cancel) is not { } made)
            return null;
        var own = facts.AsEnumerable().Select(f => f.Fact.Key).ToHashSet();
        var points = CloseChecklist.Of(made.Statement, live.Unmatched().Select(u => u.Fact.Fact), live.Conflicts().Where(c => own.Contains(c.First.Fact.Key)));
        var twoPeople = agreement.Versions.At(Instant.FromUnixTimeTicks(period.During.End - 1)).StatementApproval == StatementApproval.TwoPeople;
        return new PreparedStatement(period, made, new StatementDraft(made.ToJson(), points, twoPeople), known);
    }

    /// <summary>A statement as it was issued, made anew from what was known then; null when it does not come to the same: the log was changed, or something was erased since.</summary>
    /// <param name="store">The store.</param>
    /// <param name="live">All agreements in force, current.</param>
    /// <param name="life">What became of the statement.</param>
    /// <param name="issued">When it was issued.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<MadeStatement?> AnewAsync(Store store, LiveAgreements live, StatementLife life, Instant issued, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(life);
        var (register, agreements) = (new StatementRegister(store), new AgreementRegister(store));
        var known = (await store.Statements.StepsAsync($"{life.Agreement}/{life.Period}", cancel)).Last(s => s.Step == "issued").Known;
        if ((await agreements.LifeAsync(life.Agreement, cancel))?.RanAt(known) is not { } then || await agreements.FindAsync(life.Agreement, then.Revision, cancel) is not { } agreement)
            return null;
        var diagnostics = new DiagnosticBag();
        var made = PeriodCalendar.Parse(life.Period, agreement.Versions.Latest.Zone, diagnostics) is { } period
            ? await MakeAsync(register, agreement, live.FactsAsKnownAt(agreement.Versions, known), period, issued, await register.ArchivedUntilAsync(life.Agreement, issued, cancel), diagnostics, cancel)
            : null;
        return made is not null && await register.TextAsync(life.Agreement, life.Period, cancel) is { } text && made.ToJson().AsSpan().SequenceEqual(text) ? made : null;
    }

    private static async Task<MadeStatement?> MakeAsync(StatementRegister register, RegisteredAgreement agreement, FactSet facts, Period period, Instant asOf, Instant? archivedUntil, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var issued = ImmutableArray.CreateBuilder<IssuedStatement>();
        foreach (var (life, text) in await register.IssuedAsync(agreement.Id, cancel))
        {
            if (life.Issued < asOf && life.Period != period.Label && StatementJson.Read(text).Statement is { } statement)
                issued.Add(statement);
        }

        return MadeStatement.Make(agreement.Text, agreement.File, agreement.Files.Folder, agreement.Versions, facts, period, asOf, issued, diagnostics, archivedUntil);
    }
}
