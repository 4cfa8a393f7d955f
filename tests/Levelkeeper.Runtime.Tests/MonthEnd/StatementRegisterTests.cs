using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.MonthEnd;

/// <summary>A statement from its first draft to its issue, in a real store.</summary>
public sealed class StatementRegisterTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 4, 2, 12, 0);
    private static readonly Act Ann = new("ann", Noon);
    private static readonly Act Bob = new("bob", Noon);
    private static readonly ClosePoint Claim = new(ClosePointKind.PendingExclusion, "storm", "Nobody has decided.");
    private static readonly ClosePoint Runs = new(ClosePointKind.PeriodRuns, "2026-03", "It runs.");

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-statements-").FullName;
    private DiagnosticBag _told = new();
    private Store _store = null!;
    private StatementRegister _register = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);
        _register = new StatementRegister(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_month_with_nothing_to_settle_is_issued_and_never_changes()
    {
        (await _register.IssueAsync("site", "2026-03", Draft("one"), 5, Ann, _told, Cancel))!.IssuedBy.ShouldBe("ann");
        (await _register.DraftAsync("site", "2026-03", Draft("two"), 6, Bob, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6310"]);
        (await _register.IssueAsync("site", "2026-03", Draft("two"), 6, Bob, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6310"]);
        (await _register.IssuedAsync("site", Cancel)).Single().Text.ShouldBe("one"u8.ToArray());
    }

    [Fact]
    public async Task What_is_open_stands_in_the_way_until_it_is_waived_with_a_reason()
    {
        (await _register.IssueAsync("site", "2026-03", Draft("one", Claim), 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6312"]);
        await _register.DraftAsync("site", "2026-03", Draft("one", Claim), 5, Ann, _told, Cancel);
        (await _register.WaiveAsync("site", "2026-03", Draft("one", Claim), Claim.Id, " ", 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6311"]);
        (await _register.WaiveAsync("site", "2026-03", Draft("one", Claim), "pending-exclusion:flood", "no", 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6311"]);

        var waived = (await _register.WaiveAsync("site", "2026-03", Draft("one", Claim), Claim.Id, "not worth it", 5, Ann, _told, Cancel))!;
        waived.Waivers.ShouldBe([new Waiver("pending-exclusion:storm", "not worth it", "ann", Noon)]);
        (await _register.IssueAsync("site", "2026-03", Draft("one", Claim), 6, Ann, _told, Cancel))!.Issued.ShouldBe(Noon);
        Codes().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_matter_that_comes_up_after_the_waiver_of_another_is_not_waived_with_it()
    {
        await _register.DraftAsync("site", "2026-03", Draft("one", Claim), 5, Ann, _told, Cancel);
        await _register.WaiveAsync("site", "2026-03", Draft("one", Claim), Claim.Id, "not worth it", 5, Ann, _told, Cancel);
        (await _register.IssueAsync("site", "2026-03", Draft("one", Claim, Claim with { Subject = "flood" }), 6, Ann, _told, Cancel)).ShouldBeNull();
        _told.Single().Message.ShouldContain("pending-exclusion:flood");
    }

    [Fact]
    public async Task A_month_that_runs_is_issued_by_nobody()
    {
        await _register.DraftAsync("site", "2026-03", Draft("one", Runs), 5, Ann, _told, Cancel);
        (await _register.WaiveAsync("site", "2026-03", Draft("one", Runs), Runs.Id, "in a hurry", 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6311"]);
        (await _register.IssueAsync("site", "2026-03", Draft("one", Runs), 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6312"]);
    }

    [Fact]
    public async Task Where_two_people_are_asked_for_who_drafted_or_waived_does_not_issue()
    {
        (await _register.IssueAsync("site", "2026-03", Two("one"), 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6313"]);
        await _register.DraftAsync("site", "2026-03", Two("one", Claim), 5, Ann, _told, Cancel);
        (await _register.IssueAsync("site", "2026-03", Two("one"), 5, Ann, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6313"]);
        await _register.WaiveAsync("site", "2026-03", Two("one", Claim), Claim.Id, "not worth it", 5, Bob, _told, Cancel);
        (await _register.IssueAsync("site", "2026-03", Two("one", Claim), 5, Bob, _told, Cancel)).ShouldBeNull();
        Codes().ShouldBe(["LK6313"]);
        (await _register.IssueAsync("site", "2026-03", Two("one", Claim), 5, new Act("cyd", Noon), _told, Cancel))!.IssuedBy.ShouldBe("cyd");
    }

    [Fact]
    public async Task The_statements_of_an_agreement_are_listed_without_those_of_one_whose_name_it_begins()
    {
        foreach (var (agreement, period) in ((string, string)[])[("site", "2026-02"), ("site-2", "2026-02"), ("site", "2026-01"), ("a", "2026-01")])
            await _register.IssueAsync(agreement, period, Draft(period), 1, Ann, _told, Cancel);
        await _register.DraftAsync("site", "2026-03", Draft("three"), 2, Ann, _told, Cancel);
        (await _register.ListAsync("site", Cancel)).Select(l => (l.Period, l.Issued is null)).ShouldBe([("2026-01", false), ("2026-02", false), ("2026-03", true)]);
        (await _register.IssuedAsync("site", Cancel)).Select(s => s.Life.Period).ShouldBe(["2026-01", "2026-02"]);
    }

    private static StatementDraft Draft(string text, params ClosePoint[] points) => new(System.Text.Encoding.UTF8.GetBytes(text), [.. points], false);

    private static StatementDraft Two(string text, params ClosePoint[] points) => Draft(text, points) with { NeedsTwoPeople = true };

    private IEnumerable<string> Codes()
    {
        var codes = _told.Select(d => d.Code).Distinct().ToList();
        _told = new DiagnosticBag();
        return codes;
    }
}
