using System.Text.RegularExpressions;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Tests.Contract;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Language.Tests.Docs;

/// <summary>Every decision of docs/semantics.md that an agreement may make otherwise can be said, and the contract says which way it was made.</summary>
public partial class SemanticsTest
{
    private const string Clock = "measure: time to resolve\nof: tickets of shop\nwithin: 4 h\ntarget: at least 90 % of at least 10 tickets\n";

    private const string Money = "currency: EUR\nservices:\n  shop: { title: Shop, fee: 100.00 per month, components: [a, b] }\n";

    /// <summary>Each case with the ways in which an agreement can decide it: lines of an availability objective, of one on a clock, of a clock, of a remedy, or whole sections.</summary>
    public static TheoryData<string, string[]> Decisions => new()
    {
        // Time and calendars.
        { "time zone", Calendars("zone: Europe/Paris", "zone: Asia/Tokyo") },
        { "business days", Clocks("within: 8 h", "within: 1 business day", "within: 1 business day, end-of-day: yes", "within: 1 day") },
        { "a target stated twice", [.. new[] { "the percentage prevails", "the time prevails" }.Select(p => Sample.Objective($"measure: availability\ntarget: at least 99.99 %, that is 52 min 36 s a year\nper: year\nstated-twice: {p}"))] },

        // Which agreement, whose word.
        { "a fact's agreement", Sections("matching: [ { when: { source: a }, service: shop } ]", "matching: [ { when: { customer: acme }, service: shop } ]") },
        { "who may assert what", Sections("assertions: [ { source: a, may: [state] } ]", "assertions: [ { source: a, may: [state], prevails: yes } ]") },
        { "conflicting facts", Uptimes("prevails: [a, b]", "prevails: [b, a]", "title: it") },

        // Tickets.
        { "start", Clocks("start-from: reported", "start-from: entered", "start-from: assigned", "start-from: attached", "start: acknowledged", "counts-back: to the report") },
        { "several clocks", Sections("clocks: { a: { start: reported, stop: resolved, pause: status is x, resume: customer replies } }", "clocks: { a: { on: customer, start: status is x, stop: customer replies } }") },
        { "lateness of the customer", Customer("lateness: nothing", "lateness: pauses the provider", "lateness: extends the provider") },
        { "lateness with a duty", Sections(
            "duties: { a: { of: customer, every: day } }", "duties: { a: { of: customer, every: day, when-late: excuses what it delays, delays: [uptime] } }") },
        { "which states pause", Clocks("pauses: none", "pauses: waiting", "pauses: waiting, longest-pause: 1 h", "pauses: waiting, paused-time: is only hidden") },
        { "whether respond pauses", Sections("clocks: { respond: { within: 1 h } }", "clocks: { respond: { within: 1 h, pauses: waiting } }") },
        { "second unanswered message", Sections("clocks: { update: { within: 1 h } }", "clocks: { update: { within: 1 h, reset: customer replies } }") },
        { "replies", Sections("clocks: { respond: { within: 1 h, stop: provider replies } }", "clocks: { respond: { within: 1 h, stop: [provider replies, automatic reply] } }", "clocks: { respond: { within: 1 h, stop: [provider replies, resolved] } }") },
        { "priority changed", Clocks("priority-change: from the start", "priority-change: from the change", "priority-change: by its reason") },
        { "agreement or plan changed", Clocks("applies-when: plan is gold", "start-from: attached", "title: it") },
        { "amended while a clock runs", Sections("tickets: { when-amended: keeps its target }", "tickets: { when-amended: takes the new target }") },
        { "left while a clock runs", Sections("tickets: { when-left: is cancelled }", "tickets: { when-left: runs on }") },
        { "reopened", Clocks("reopened: resumes", "reopened: counts", "reopened: new cycle", "reopened-within: 2 days", "reopened-within: no limit") },
        { "workaround", [.. Clocks("stop: resolved", "stop: [resolved, workaround given]"), .. Sections("tickets: { after-workaround: P3 }")] },
        { "outage with many tickets", Clocks("stop: resolved", "stop: [resolved, service recovered]") },
        { "period of a ticket", Shares("counted-in: decided", "counted-in: opened", "counted-in: stopped") },
        { "95 % within", Shares("cancelled: is not counted", "cancelled: counts as met", "cancelled: counts as missed", "counted-in: opened\nnot-yet-due: counts as met", "counted-in: opened\nnot-yet-due: counts as missed", "counted-in: opened\nnot-yet-due: is not counted") },
        { "warnings", Clocks("warn-at: 80 %", "warn-at: 30 min", "title: it") },

        // Availability.
        { "no data", Uptimes("no-data: unknown", "no-data: up", "no-data: down", "no-data: out") },
        { "without news", Uptimes("fresh-for: 5 min", "title: it") },
        { "downtime begins", Uptimes("downtime-begins: first failed check", "downtime-begins: last good check", "downtime-begins: report") },
        { "repair begins", [Sample.Objective("measure: time to recover\nof: tickets of shop\nwithin: 4 h\ntarget: every ticket"), Sample.Objective("measure: mean time to restore\ntarget: at most 4 h"), Sample.Objective("measure: mean time to restore\ntarget: at most 4 h\ndowntime-begins: report")] },
        { "confirmed after", Uptimes("confirmed-after: 2 checks", "confirmed-after: 3 checks", "confirmed-after: 2 of 3 locations") },
        { "shortest outage", Uptimes("title: it", "shortest-outage: 1 min", "shortest-outage: 1 min\nshort-outages: never counted") },
        { "planned maintenance", Sections("title: A sample", "maintenance: { shop: { notice: 72 h, allowance: 4 h } }\n" + Excluding, "maintenance: { shop: { notice: 72 h, allowance: 4 h, counts: as up } }\n" + Excluding) },
        { "exclusion by cause", Uptimes("excluding: [flood]", "excluding: [flood]\nexclusions: leave the period", "title: it") },
        { "degraded", Uptimes("degraded: shown apart", "degraded: down", "degraded: up", "degraded: 50 %") },
        { "flapping", Uptimes("merge-within: 1 min", "title: it") },
        { "request-based", [.. new[] { "title: it", "slices: { of: 5 min }" }.Select(l => Sample.Objective("measure: share of requests\ntarget: at least 99 %\n" + l))] },
        { "slices", [.. new[] { "slices: { of: 5 min }", "slices: { of: 5 min, bad-above: 10 % }" }.Select(l => Sample.Objective("measure: share of requests\ntarget: at least 99 %\n" + l))] },
        { "compare", Uptimes("title: it", "rounded: 2 places") },
        { "components", [.. new[] { "all", "any", "1 of 2", "a and b", "average" }.Select(c => Sample.With($"services: {{ shop: {{ title: Shop, components: [a, b] }} }}\nobjectives: {{ it: {{ measure: availability, target: at least 99 %, degraded: up, combine: {c} }} }}\n"))] },
        { "younger than the period", [.. Uptimes("joined-late: in proportion", "joined-late: whole period"), .. new[] { "in proportion", "whole period" }.Select(w => Sample.Objective($"measure: sum of leads\ntarget: at least 10\njoined-late: {w}"))] },
        { "burn-rate alerts", Uptimes("burn-alerts: none", "burn-alerts: 10 x over 1 h and 5 min", "title: it") },

        // Money.
        { "how a credit is reckoned", Credits(
            "tiers: [ { below: 99 %, pay: 10 % } ]", "tiers: [ { from: 60 min, pay: 10.00 } ]", "tiers: [ { from: 10 days, pay: 10.00 } ]", "pay: 10 times the price of the lost time", "pay: 50.00 per started hour", "pay: 5 % per hour",
            "pay: 1 day free per hour", "pay: 2 % per 0.1 % missed", "pay: 2 % per full 0.1 % missed", "pay: the affected share", "pay: 500.00", "pay: the price of the lost time", "pay: 5.00 per day late") },
        { "base", Credits("of: fee of shop, pay: 10 %", "of: fee of the agreement, pay: 10 %", "of: fee of the affected users, pay: 10 %", "of: invoice, pay: 10 %") },
        { "tiers", Credits(Tiers + "apply: the worst tier reached", Tiers + "apply: every tier reached") },
        { "cap", Credits("pay: 10 %, cap-per-event: 5.00", "pay: 10 %, cap-per-period: 30 %", "pay: 10 %, cap-per-12-months: 500.00", "pay: 10 %, capped-by: the invoice", "pay: 10 %") },
        { "several objectives", Remedies("credit: { pay: 10 % }, together: the best for the customer", "credit: { pay: 10 % }, together: each pays") },
        { "smallest amount", Credits("pay: 10 %", "pay: 10 %, smallest: 5.00", "pay: 10 %, smallest: more than 5.00") },
        { "when it arises", Remedies("fine: { pay: 10.00 }, arises: at once", "fine: { pay: 10.00 }, arises: at the end of the period") },
        { "grace", Remedies("fine: { pay: 10.00 }, grace: 90 days", "fine: { pay: 10.00 }") },
        { "claim", Remedies("fine: { pay: 10.00 }, claim: not needed", "fine: { pay: 10.00 }, claim: { within: 30 days }") },
        { "unit of excess", Credits("pay: 50.00 per hour, started-units: pro rata", "pay: 50.00 per hour, started-units: count whole") },
        { "rounding", Credits("pay: 10 %, rounded: half away from zero", "pay: 10 %, rounded: half to even", "pay: 10 %, rounded: up", "pay: 10 %, rounded: down") },
        { "who issues a statement", Sections("statement: { approved-by: one person }", "statement: { approved-by: two people }") },
        { "finality", Sections("disputes: { finality: 12 months }", "disputes: { within: 30 days }") },
        { "termination over history", [.. new[] { "uptime is missed in 3 of 6 months", "uptime is missed in 2 consecutive months", "average of uptime over 3 months below 99 %", "uptime is missed 3 times in 12 months", "cap of other is reached 2 times in 12 months" }
            .Select(w => Sample.With(Money + $"remedies:\n  it: {{ when: {w}, entitles: customer to terminate }}\n  other: {{ when: uptime is missed, credit: {{ pay: 10 % }} }}\n"))] },
    };

    private const string Excluding = "objectives: { it: { measure: availability, target: at least 99 %, degraded: up, excluding: [maintenance] } }";

    private const string Tiers = "tiers: [ { below: 99 %, pay: 10 % }, { from: 99 %, below: 99.9 %, pay: 5 % } ], ";

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_that_is_the_agreements_can_be_said_each_way_and_reads_otherwise(string what, string[] ways)
    {
        var contracts = ways.Select(text =>
        {
            Sample.Read(text).Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty($"{what}:\n{text}");
            return Contract(text, "en");
        }).ToList();
        ways.Length.ShouldBeGreaterThan(1);
        contracts.Distinct().Count().ShouldBe(ways.Length, what);
    }

    [Fact]
    public void Each_key_that_the_page_names_is_in_the_vocabulary()
    {
        var keys = Sections(new ValueShape.Keys(AgreementVocabulary.Agreement), []).SelectMany(s => s.Members).Select(k => k.Name).ToHashSet(StringComparer.Ordinal);
        var rows = File.ReadAllLines(Approved.PathOf("docs", "semantics.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Trim('|').Split('|')).Where(c => c.Length == 3 && c[2].Trim() is not ("key" or "—" or "")).ToList();
        rows.Count.ShouldBeGreaterThan(50);
        foreach (var row in rows)
        {
            foreach (Match named in Code().Matches(row[2]))
            {
                // What stands under 'of' of an amount are values; 'not seen' is a word of every key.
                var word = named.Groups["code"].Value.Split(':')[0].Trim();
                if (word is not ("not seen" or "invoice") && !word.StartsWith("fee of", StringComparison.Ordinal))
                    keys.ShouldContain(word, row[0]);
            }
        }
    }

    [Fact]
    public void Each_condition_on_a_ticket_is_described()
    {
        var page = File.ReadAllText(Approved.PathOf("docs", "conditions.md"));
        Language.Clocks.ConditionForm.KnownWords.Where(w => !page.Contains($"`{w}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(ContractDocumentTest.Codes), MemberType = typeof(ContractDocumentTest))]
    public void Each_condition_on_a_ticket_reads_in_each_language_and_otherwise_than_the_others(string code)
    {
        var words = Language.Clocks.ConditionForm.KnownWords.ToList();
        var contracts = words.Select(w => Contract(Clocks($"cancel: {w}")[0], code)).ToList();
        contracts.Distinct().Count().ShouldBe(words.Count);
    }

    private static string Contract(string text, string language)
    {
        var diagnostics = new DiagnosticBag();
        return PlainText.Write(ContractDocument.Of(LevelReader.Read(text, "a.yaml", null, diagnostics)!.Effective(null, diagnostics), TextLanguage.Of(language)!));
    }

    private static IEnumerable<Section> Sections(ValueShape shape, HashSet<Section> seen) => shape switch
    {
        ValueShape.Keys { Section: var section } => seen.Add(section) ? section.Members.SelectMany(k => Sections(k.Shape, seen)).Prepend(section) : [],
        ValueShape.MapOf map => Sections(map.Value, seen),
        ValueShape.ListOf list => Sections(list.Item, seen),
        ValueShape.Either either => either.Shapes.SelectMany(s => Sections(s, seen)),
        _ => [],
    };

    private static string[] Sections(params string[] sections) => [.. sections.Select(Sample.With)];

    private static string[] Uptimes(params string[] lines) => [.. lines.Select(Sample.Uptime)];

    private static string[] Shares(params string[] lines) => [.. lines.Select(l => Sample.Objective(Clock + l))];

    private static string[] Calendars(params string[] keys) => [.. keys.Select(k => Sample.With($"calendars: {{ office: {{ {k}, weekly: {{ mon-fri: 08:00-16:00 }} }} }}\n"))];

    private static string[] Clocks(params string[] keys) => [.. keys.Select(k => Sample.With($"clocks: {{ resolve: {{ {k}{(k.StartsWith("within", StringComparison.Ordinal) ? "" : ", within: 4 h")} }} }}\n"))];

    private static string[] Customer(params string[] keys) => [.. keys.Select(k => Sample.With($"clocks: {{ inform: {{ on: customer, start: status is waiting, stop: customer replies, within: 2 h, {k} }} }}\n"))];

    private static string[] Remedies(params string[] keys) => [.. keys.Select(k => Sample.With(Money + $"remedies: {{ it: {{ when: uptime is missed, {k} }} }}\n"))];

    private static string[] Credits(params string[] keys) => Remedies([.. keys.Select(k => $"credit: {{ {k} }}")]);

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();
}
