using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Sql;
using NodaTime;

namespace Levelkeeper.Runtime.Tests.Agreements;

/// <summary>An agreement from its first proposal to its end, in a real store.</summary>
public sealed class AgreementRegisterTests : IAsyncLifetime
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);
    private static readonly Act Ewa = new("ewa", Noon);
    private static readonly Act Jan = new("jan", Noon);

    private readonly string _folder = Directory.CreateTempSubdirectory("levelkeeper-register-").FullName;
    private Store _store = null!;
    private AgreementRegister _register = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await Store.OpenAsync(new SqliteDatabase(_folder), Noon, Cancel);
        _register = new AgreementRegister(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_agreement_is_proposed_signed_by_each_side_and_runs()
    {
        var proposed = await _register.ProposeAsync(null, 0, Text("99.9"), 7, Ewa, Cancel);
        proposed.Diagnostics.HasErrors.ShouldBeFalse();
        proposed.Agreement!.Life.Stage.ShouldBe(AgreementStage.Proposed);
        (await _register.ActiveAsync(Cancel)).ShouldBeEmpty();

        await Good(_register.CommentAsync("site", 1, "objectives.uptime", "why not 99.95?", 7, Jan, Cancel));
        await Good(_register.SignAsync("site", 1, PartyRole.Provider, "E. Nowak", null, 7, Ewa, Cancel));
        Codes(await _register.ActivateAsync("site", 1, "", 8, Ewa, Cancel)).ShouldBe(["LK6306"]);
        await Good(_register.SignAsync("site", 1, PartyRole.Customer, "J. Kowalski", null, 8, Jan, Cancel));
        await Good(_register.ActivateAsync("site", 1, "", 9, Ewa, Cancel));

        var active = (await _register.ActiveAsync(Cancel)).ShouldHaveSingleItem();
        active.Life.Signatures.Select(s => (s.Side, s.Account)).ShouldBe([(PartyRole.Provider, "ewa"), (PartyRole.Customer, "jan")]);
        active.Life.Comments.Single().Text.ShouldBe("why not 99.95?");
        active.Life.ActivatedKnowing.ShouldBe(9);
        active.Life.Hash.ShouldBe(active.Content.Hash);
        (await _store.Audit.ReadAsync(0, 100, "agreement/site", Cancel)).Select(e => (e.Action.Actor, e.Action.Verb)).ShouldBe(
            [("ewa", "revised"), ("ewa", "proposed"), ("jan", "commented"), ("ewa", "signed"), ("jan", "signed"), ("ewa", "activated")]);
    }

    [Fact]
    public async Task A_new_revision_takes_the_place_of_the_one_in_force_only_when_it_is_put_in_force()
    {
        await ProposeAndActivate("99.9", 0);
        (await _register.ProposeAsync("site", 1, Text("99.5"), 9, Ewa, Cancel)).Agreement!.Life.Revision.ShouldBe(2);
        (await _register.FindAsync("site", cancel: Cancel))!.Life.Revision.ShouldBe(1);

        await Good(_register.ActivateAsync("site", 2, "signed on paper, in the safe", 12, Ewa, Cancel));
        var life = (await _register.LifeAsync("site", Cancel))!;
        life.Revisions[1].Stage.ShouldBe(AgreementStage.Replaced);
        life.Active!.Revision.ShouldBe(2);
        life.Active.WithoutSignatures.ShouldBe("signed on paper, in the safe");

        await Good(_register.EndAsync("site", 2, "cancelled by the customer", 13, Ewa, Cancel));
        (await _register.ActiveAsync(Cancel)).ShouldBeEmpty();
        (await _register.FindAsync("site", 1, Cancel))!.Text.ShouldContain("99.9 %");
    }

    [Fact]
    public async Task A_text_that_cannot_be_used_leaves_no_trace()
    {
        var outcome = await _register.ProposeAsync(null, 0, Text("99.9").Replace("zone: Europe/Warsaw", "zone: Europe/Nowhere", StringComparison.Ordinal), 0, Ewa, Cancel);
        outcome.Agreement.ShouldBeNull();
        outcome.Diagnostics.HasErrors.ShouldBeTrue();
        (await _store.Agreements.ListAsync(cancel: Cancel)).ShouldBeEmpty();
        (await _store.Audit.ReadAsync(0, 10, cancel: Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proposal_is_made_under_its_own_id_and_from_the_latest_revision()
    {
        Codes(await _register.ProposeAsync("shop", 0, Text("99.9"), 0, Ewa, Cancel)).ShouldBe(["LK6301"]);
        await _register.ProposeAsync("site", 0, Text("99.9"), 0, Ewa, Cancel);
        var stale = await _register.ProposeAsync("site", 0, Text("99.5"), 0, Jan, Cancel);
        Codes(stale).ShouldBe(["LK6302"]);
        stale.Changed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_replaced_withdrawn_or_behind_a_later_proposal_takes_no_step()
    {
        await _register.ProposeAsync("site", 0, Text("99.9"), 0, Ewa, Cancel);
        await _register.ProposeAsync("site", 1, Text("99.5"), 0, Ewa, Cancel);
        Codes(await _register.SignAsync("site", 1, PartyRole.Provider, "E", null, 0, Ewa, Cancel)).ShouldBe(["LK6303"]);
        await Good(_register.WithdrawAsync("site", 2, "a mistake", 0, Ewa, Cancel));
        Codes(await _register.ActivateAsync("site", 2, "on paper", 0, Ewa, Cancel)).ShouldBe(["LK6303"]);
        Codes(await _register.EndAsync("site", 2, "", 0, Ewa, Cancel)).ShouldBe(["LK6303"]);
        Codes(await _register.SignAsync("site", 3, PartyRole.Provider, "E", null, 0, Ewa, Cancel)).ShouldBe(["LK6303"]);
        Codes(await _register.SignAsync("shop", 1, PartyRole.Provider, "E", null, 0, Ewa, Cancel)).ShouldBe(["LK6303"]);
    }

    [Fact]
    public async Task One_account_does_not_sign_for_both_sides()
    {
        await _register.ProposeAsync("site", 0, Text("99.9"), 0, Ewa, Cancel);
        await Good(_register.SignAsync("site", 1, PartyRole.Provider, "E", null, 0, Ewa, Cancel));
        Codes(await _register.SignAsync("site", 1, PartyRole.Customer, "E", null, 0, Ewa, Cancel)).ShouldBe(["LK6305"]);
    }

    [Fact]
    public async Task Where_the_agreement_asks_for_the_lawyers_nobody_signs_before_them()
    {
        await _register.ProposeAsync("site", 0, Text("99.9", "legal-review: { required: yes }"), 0, Ewa, Cancel);
        Codes(await _register.SignAsync("site", 1, PartyRole.Provider, "E", null, 0, Ewa, Cancel)).ShouldBe(["LK6304"]);
        await Good(_register.ReviewAsync("site", 1, "fine", 0, new Act("law", Noon), Cancel));
        await Good(_register.SignAsync("site", 1, PartyRole.Provider, "E", null, 0, Ewa, Cancel));
    }

    [Fact]
    public async Task A_signature_by_a_key_counts_for_its_side_and_this_content_only()
    {
        using var key = SigningKey.New();
        var first = (await _register.ProposeAsync("site", 0, Text("99.9"), 0, Ewa, Cancel)).Agreement!;
        var second = (await _register.ProposeAsync("site", 1, Text("99.5"), 0, Ewa, Cancel)).Agreement!;
        var old = AgreementSignature.Of(first.Content, PartyRole.Provider, "E", Noon, key);
        var good = AgreementSignature.Of(second.Content, PartyRole.Provider, "E", Noon, key);

        Codes(await Sign(old, PartyRole.Provider)).ShouldBe(["LK6305"]);
        Codes(await Sign(good, PartyRole.Customer)).ShouldBe(["LK6305"]);
        Codes(await Sign(good with { Name = "Mallory" }, PartyRole.Provider)).ShouldBe(["LK6305"]);
        await Good(Sign(good, PartyRole.Provider));
        // The other side's account with the first side's key.
        Codes(await _register.SignAsync("site", 2, PartyRole.Customer, "J", AgreementSignature.Of(second.Content, PartyRole.Customer, "J", Noon, key), 0, Jan, Cancel)).ShouldBe(["LK6305"]);

        Task<AgreementOutcome> Sign(AgreementSignature signature, PartyRole side) => _register.SignAsync("site", 2, side, "E", signature, 0, Ewa, Cancel);
    }

    [Fact]
    public async Task Where_there_is_a_ring_only_its_keys_count()
    {
        using var known = SigningKey.New();
        using var unknown = SigningKey.New();
        await Put("keys.yaml", 0, $"keys:\n  - {{ fingerprint: '{known.Public.Fingerprint}', holder: E. Nowak, side: provider }}\n");
        var agreement = (await _register.ProposeAsync("site", 0, Text("99.9"), 0, Ewa, Cancel)).Agreement!;
        var refused = await _register.SignAsync("site", 1, PartyRole.Provider, "E", AgreementSignature.Of(agreement.Content, PartyRole.Provider, "E", Noon, unknown), 0, Ewa, Cancel);
        refused.Diagnostics.Single().Message.ShouldContain("none that the key ring knows");
        await Good(_register.SignAsync("site", 1, PartyRole.Provider, "E", AgreementSignature.Of(agreement.Content, PartyRole.Provider, "E", Noon, known), 0, Ewa, Cancel));
    }

    [Fact]
    public async Task A_later_calendar_changes_nothing_of_what_was_signed()
    {
        const string calendar = "calendars:\n  office: { weekly: { mon-fri: 09:00-17:00 }, closed-by: holidays/pl.ics }";
        Codes(await _register.ProposeAsync("site", 0, Text("99.9", calendar), 0, Ewa, Cancel)).ShouldBe(["LK6307"]);

        await Put("holidays/pl.ics", 0, Holiday("20260501"));
        var before = (await _register.ProposeAsync("site", 0, Text("99.9", calendar), 0, Ewa, Cancel)).Agreement!;
        before.Life.Files.ShouldBe([new("holidays/pl.ics", 1)]);

        await Put("holidays/pl.ics", 1, Holiday("20260504"));
        (await _register.FindAsync("site", 1, Cancel))!.Content.Hash.ShouldBe(before.Content.Hash);
        var after = (await _register.ProposeAsync("site", 1, Text("99.9", calendar), 0, Ewa, Cancel)).Agreement!;
        after.Life.Files.ShouldBe([new("holidays/pl.ics", 2)]);
        after.Content.Hash.ShouldNotBe(before.Content.Hash);

        var may = Instant.FromUtc(2026, 5, 1, 10, 0);
        Open(before).ShouldBeFalse();
        Open(after).ShouldBeTrue();

        bool Open(RegisteredAgreement agreement) => agreement.Versions.Latest.Calendars["office"].IsOpen(may);
    }

    [Theory]
    [InlineData("../keys.yaml")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b.ics")]
    [InlineData("a/./b.ics")]
    [InlineData("")]
    [InlineData("święta.ics")]
    public async Task A_file_has_a_plain_name_inside_the_register(string name)
    {
        var diagnostics = new DiagnosticBag();
        (await new FileRegister(_store).PutAsync(name, 0, "x"u8.ToArray(), Ewa, diagnostics, Cancel)).ShouldBeNull();
        diagnostics.Select(d => d.Code).Distinct().ShouldBe(["LK6308"]);
    }

    [Fact]
    public async Task A_file_is_text_of_bounded_length_and_nobody_overwrites_anothers_change()
    {
        var files = new FileRegister(_store);
        foreach (var content in new byte[][] { [0xff, 0xfe], [0], new byte[FileRegister.MostBytes + 1] })
        {
            var diagnostics = new DiagnosticBag();
            (await files.PutAsync("a.ics", 0, content, Ewa, diagnostics, Cancel)).ShouldBeNull();
            diagnostics.Single().Code.ShouldBe("LK6308");
        }

        await Put("a.ics", 0, "one");
        var stale = new DiagnosticBag();
        (await files.PutAsync("a.ics", 0, "two"u8.ToArray(), Jan, stale, Cancel)).ShouldBeNull();
        stale.Single().Code.ShouldBe("LK6302");
    }

    private static string Text(string uptime, string more = "") => $"""
        levelkeeper: v1
        id: site
        title: A site
        parties:
          provider: {"{ name: Firma }"}
          customer: {"{ name: Klient }"}
        zone: Europe/Warsaw
        term: {"{ from: 2026-01-01, length: 12 months }"}
        services:
          site: {"{ title: The site }"}
        objectives:
          uptime:
            measure: availability
            of: site
            target: at least {uptime} %
            per: month
        {more}
        """;

    private static string Holiday(string date) => $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{date}\r\nSUMMARY:Holiday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    private static IEnumerable<string> Codes(AgreementOutcome outcome)
    {
        outcome.Agreement.ShouldBeNull();
        return outcome.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).Distinct();
    }

    private static async Task Good(Task<AgreementOutcome> outcome) => (await outcome).Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();

    private async Task Put(string name, int from, string content)
    {
        var diagnostics = new DiagnosticBag();
        (await new FileRegister(_store).PutAsync(name, from, Encoding.UTF8.GetBytes(content), Ewa, diagnostics, Cancel)).ShouldBe(from + 1);
    }

    private async Task ProposeAndActivate(string uptime, int from)
    {
        await _register.ProposeAsync("site", from, Text(uptime), 7, Ewa, Cancel);
        await Good(_register.SignAsync("site", from + 1, PartyRole.Provider, "E", null, 7, Ewa, Cancel));
        await Good(_register.SignAsync("site", from + 1, PartyRole.Customer, "J", null, 7, Jan, Cancel));
        await Good(_register.ActivateAsync("site", from + 1, "", 8, Ewa, Cancel));
    }
}
