using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using NodaTime;
using NodaTime.Text;
using Spectre.Console;

namespace Levelkeeper.Cli.Operators;

/// <summary><c>levelkeeper exclusion …</c> and <c>levelkeeper breach …</c>: time that must not count, and what is said about breaches.</summary>
internal static class ExclusionCommands
{
    public static Command Group(Terminal terminal) => new("exclusion", "Time that must not count: claim it, list what was claimed, grant or reject a claim. Whose word decides, and until when, the agreement says.")
    {
        new AssertingVerb(terminal, "claim", "Claim that time must not count.", Permission.ClaimExclusions, ClaimAsync,
            "levelkeeper exclusion claim acme storm --start 2026-03-10 --end 2026-03-10T02:00 --cause force-majeure --service site --reason 'a storm' --evidence https://example.org/storm --as maria")
        {
            DeskOptions.Agreement(), Name(), DeskOptions.Text("--start", "From when: 2026-03-10T02:00 (in the agreement's zone) or 2026-03-10T02:00:00Z.", "TIME", required: true), DeskOptions.Text("--end", "To when.", "TIME", required: true),
            DeskOptions.Text("--cause", "A cause that the agreement lists.", "NAME", required: true), Service(), Component(), DeskOptions.Text("--reason", "Why."), DeskOptions.Text("--evidence", "What shows it."),
        },
        new DeskVerb(terminal, "list", "List what was claimed in a period, or in those that run, and what became of it.", Permission.ReadAgreements, ListAsync,
            "levelkeeper exclusion list acme --period 2026-03 --as maria") { DeskOptions.Agreement(), Period(), Inputs.Output() },
        Decision(terminal, "approve", "Grant a claim.", approved: true, "levelkeeper exclusion approve acme storm --service site --as klaus"),
        Decision(terminal, "reject", "Reject a claim, with a reason.", approved: false, "levelkeeper exclusion reject acme storm --service site --reason 'the sun shone' --as klaus"),
    };

    public static Command Breaches(Terminal terminal) => new("breach", "What is said about breaches.")
    {
        new AssertingVerb(terminal, "comment", "State cause, owner and comment of a breach. It belongs to the period, whenever it is said.", Permission.CommentBreaches, CommentAsync,
            "levelkeeper breach comment acme uptime --period 2026-03 --cause disk --owner ann --text 'a disk broke' --as maria")
        {
            DeskOptions.Agreement(), new Argument<string>("OBJECTIVE") { Description = "The objective." }, DeskOptions.Text("--period", "The period of the breach: 2026-03.", "PERIOD", required: true),
            DeskOptions.Text("--cause", "The cause.", required: true), DeskOptions.Text("--owner", "Who answers for it.", "NAME"), DeskOptions.Text("--text", "What happened, in words.", required: true),
        },
    };

    private static AssertingVerb Decision(Terminal terminal, string name, string description, bool approved, string example) =>
        new(terminal, name, description, Permission.DecideExclusions, async (desk, parsed, token) => await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is { } agreement
            ? ExclusionFacts.Decision(agreement.Id, parsed.Needed("NAME"), approved, parsed.Said("--service"), parsed.Said("--component"), parsed.Said("--reason"), parsed.Said("--evidence"), desk.Viewer.SideOn(agreement.Versions.Latest))
            : null, example)
        { DeskOptions.Agreement(), Name(), Service(), Component(), DeskOptions.Text("--reason", "Why.", required: !approved), DeskOptions.Text("--evidence", "What shows it.") };

    private static Argument<string> Name() => new("NAME") { Description = "The claim: a name by which it is decided." };

    private static Option<string?> Service() => DeskOptions.Text("--service", "The service that the claim is about.", "NAME");

    private static Option<string?> Component() => DeskOptions.Text("--component", "The component; without it the service as a whole.", "NAME");

    private static Option<string?> Period() => DeskOptions.Text("--period", "The period: 2026-03. Default: those that run.", "PERIOD");

    private static async Task<AssertedFact?> ClaimAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is not { } agreement)
            return null;
        var zone = agreement.Versions.Latest.Zone;
        var (from, until) = (Inputs.Time("--start", parsed.Said("--start"), zone, desk.Diagnostics), Inputs.Time("--end", parsed.Said("--end"), zone, desk.Diagnostics));
        if (from is not { } start || until is not { } end)
            return null;
        var claim = new ExclusionClaim(
            parsed.Needed("NAME"), InstantPattern.ExtendedIso.Format(start), InstantPattern.ExtendedIso.Format(end), parsed.Needed("--cause"), parsed.Said("--service"), parsed.Said("--component"), parsed.Said("--reason"), parsed.Said("--evidence"));
        return ExclusionFacts.Claim(agreement.Id, claim, desk.Viewer.SideOn(agreement.Versions.Latest));
    }

    private static async Task<AssertedFact?> CommentAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token) =>
        await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is { } agreement && desk.Period(parsed.Needed("--period"), agreement) is { } period
            ? ExclusionFacts.Comment(agreement.Id, parsed.Needed("OBJECTIVE"), period, parsed.Said("--cause"), parsed.Said("--owner"), parsed.Said("--text"), desk.Now)
            : null;

    private static async Task ListAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await desk.InForceAsync(parsed.Needed("AGREEMENT"), token) is not { } agreement)
            return;
        var (from, until) = (desk.Now, desk.Now.PlusTicks(1));
        if (parsed.Said("--period") is { } label)
        {
            if (desk.Period(label, agreement) is not { } period)
                return;
            if (await desk.IsArchivedAsync(agreement.Id, period, token))
                return;
            (from, until) = (period.During.StartInstant, period.During.EndInstant);
        }

        var facts = (await desk.LiveAsync(token)).FactsOf(agreement.Id)!;
        var claims = Evaluator.Evaluate(agreement.Versions, facts.Effective(desk.Now), from, until, desk.Now).Objectives
            .SelectMany(o => o.Claimed.Select(c => (Objective: o.Objective, Period: o.Period.Label, Claim: c))).OrderBy(c => c.Claim.During.Start).ThenBy(c => c.Claim.Name, StringComparer.Ordinal).ToList();
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.Array("exclusions", claims, c =>
                {
                    json.WriteString("name", c.Claim.Name);
                    json.WriteString("objective", c.Objective);
                    json.WriteString("period", c.Period);
                    json.WriteString("cause", c.Claim.Cause);
                    json.WriteString("start", Text(c.Claim.During.Start));
                    json.WriteString("end", Text(c.Claim.During.End));
                    json.WriteString("status", StatementWords.Of(c.Claim.Status));
                    json.WriteNumber("excused-seconds", c.Claim.Excused / (decimal)TimeSpan.TicksPerSecond);
                    json.WriteString("decided-by", c.Claim.DecidedBy);
                    json.WriteString("reason", c.Claim.Reason);
                });
                json.WriteEndObject();
            });
            return;
        }

        var times = new TimeForm(agreement.Versions.Latest.Zone);
        var table = new Table().RoundedBorder();
        foreach (var column in (string[])["Claim", "Objective", "Period", "Cause", "From", "To", "Status", "Excuses", "Reason"])
            table.AddColumn(column);
        foreach (var (objective, period, claim) in claims)
        {
            table.AddRow(
                Safe(claim.Name), Safe(objective), Safe(period), Safe(claim.Cause), times.At(claim.During.StartInstant), times.At(claim.During.EndInstant), StatementWords.Of(claim.Status),
                Core.Periods.CompactDuration.Format(Duration.FromTicks(claim.Excused)), Safe(claim.Reason));
        }

        TableOrRecords.Write(desk.Terminal.Drawing(), table);

        static string Safe(string text) => Markup.Escape(Colour.Safe(text));
    }

    private static string Text(long ticks) => InstantPattern.ExtendedIso.Format(Instant.FromUnixTimeTicks(ticks));
}
