using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Output;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Server.Statements;
using Levelkeeper.Storage.Documents;
using NodaTime.Text;
using Spectre.Console;

namespace Levelkeeper.Cli.Operators;

/// <summary><c>levelkeeper statement …</c>: the statements of a store, from draft to settlement.</summary>
internal static class StatementCommands
{
    public static IEnumerable<Command> Verbs(Terminal terminal)
    {
        yield return new DeskVerb(terminal, "list", "List the statements of an agreement in a store. Drafts are shown to those who draft.", Permission.ReadStatements, ListAsync,
            "levelkeeper statement list acme --as fred") { DeskOptions.Agreement(), Inputs.Output() };
        yield return Show(terminal);
        yield return new DeskVerb(terminal, "checklist", "Print what stands between a statement and its issue.", Permission.ReadStatements, ChecklistAsync,
            "levelkeeper statement checklist acme 2026-03 --as fred") { DeskOptions.Agreement(), Period(), Inputs.Output() };
        yield return new DeskVerb(terminal, "draft", "Keep a draft of a statement as it is now.", Permission.DraftStatements, (desk, parsed, token) =>
            StepAsync(desk, parsed, "drafted", (register, p, id) => register.DraftAsync(id, p.Period.Label, p.Draft, p.Known, desk.By, desk.Diagnostics, token), token),
            "levelkeeper statement draft acme 2026-03 --as maria") { DeskOptions.Agreement(), Period() };
        yield return new DeskVerb(terminal, "waive", "Waive a point of the checklist, with a reason.", Permission.DraftStatements, (desk, parsed, token) =>
            StepAsync(desk, parsed, "waived", (register, p, id) => register.WaiveAsync(id, p.Period.Label, p.Draft, parsed.Needed("POINT"), parsed.Needed("--reason"), p.Known, desk.By, desk.Diagnostics, token), token),
            "levelkeeper statement waive acme 2026-03 gap-in-evidence:uptime/2026-03 --reason 'agreed with the customer on 2 April' --as maria")
        {
            DeskOptions.Agreement(), Period(), new Argument<string>("POINT") { Description = "The point, as the checklist names it." }, DeskOptions.Text("--reason", "Why it does not matter.", required: true),
        };
        yield return new DeskVerb(terminal, "issue", "Issue a statement: it is kept as it is now, for good. Every point of the checklist must be settled or waived.", Permission.IssueStatements, (desk, parsed, token) =>
            StepAsync(desk, parsed, "issued", (register, p, id) => register.IssueAsync(id, p.Period.Label, p.Draft, p.Known, desk.By, desk.Diagnostics, token), token),
            "levelkeeper statement issue acme 2026-03 --as fred") { DeskOptions.Agreement(), Period() };
        yield return Line(terminal, "claim", "Claim what a line owes, where the agreement asks for a claim.", Permission.DisputeStatements, FactTypes.ClaimMade, "levelkeeper statement claim acme --remedy credit --period 2026-03 --as klaus", Evidence());
        yield return Line(terminal, "dispute", "Contest a line, or a fact behind it.", Permission.DisputeStatements, FactTypes.DisputeOpened, "levelkeeper statement dispute acme --dispute D-1 --remedy credit --period 2026-03 --reason 'it was worse' --as klaus",
            DeskOptions.Text("--dispute", "A name for the dispute, by which it is settled.", "NAME", required: true), DeskOptions.Text("--reason", "Why.", required: true), DeskOptions.Number("--amount", "How much of the line. Default: all of it."),
            DeskOptions.Text("--fact-source", "The source of the fact that is contested.", "SOURCE"), DeskOptions.Text("--fact-id", "Its id.", "ID"));
        yield return new AssertingVerb(terminal, "settle", "Record what a contested line comes to by agreement.", Permission.SettleStatements, async (desk, parsed, token) =>
            await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is { } agreement
                ? StatementFacts.Settlement(agreement.Id, parsed.Needed("--dispute"), parsed.GetValue<decimal?>("--amount")!.Value, parsed.Said("--reason"), desk.Viewer.SideOn(agreement.Versions.Latest))
                : null,
            "levelkeeper statement settle acme --dispute D-1 --amount 150.00 --reason 'agreed on the phone' --as fred")
        {
            DeskOptions.Agreement(), DeskOptions.Text("--dispute", "The dispute.", "NAME", required: true), DeskOptions.Number("--amount", "What the line comes to.", required: true), DeskOptions.Text("--reason", "Why."),
        };
        yield return Line(terminal, "accept", "Accept an adjustment to an earlier line.", Permission.DisputeStatements, FactTypes.AdjustmentAccepted, "levelkeeper statement accept acme --remedy credit --period 2026-03 --as klaus");
        yield return Line(terminal, "pay", "Record that a line was paid or credited.", Permission.SettleStatements, FactTypes.AmountPaid, "levelkeeper statement pay acme --remedy credit --period 2026-03 --amount 100.00 --as fred",
            DeskOptions.Number("--amount", "How much.", required: true));
        yield return Line(terminal, "forgo", "Waive what is owed to one's own side.", Permission.DisputeStatements, FactTypes.AmountWaived, "levelkeeper statement forgo acme --remedy credit --period 2026-03 --reason goodwill --approved-by 'A. Nowak' --as klaus",
            DeskOptions.Number("--amount", "How much. Default: all of it."), DeskOptions.Text("--reason", "Why.", required: true), DeskOptions.Text("--approved-by", "Who approved it.", "NAME", required: true));
    }

    private static Argument<string> Period() => new("PERIOD") { Description = "The period: 2026-03." };

    private static Option<string?> Evidence() => DeskOptions.Text("--evidence", "What shows it.");

    private static DeskVerb Show(Terminal terminal)
    {
        var writing = new StatementWriting();
        var verb = new DeskVerb(terminal, "show", "Print a statement of a store: as it was issued; before that as it would be now, which only those who draft see.", Permission.ReadStatements, (desk, parsed, token) => ShowAsync(desk, parsed, writing, token),
            "levelkeeper statement show acme 2026-03 --output text --as klaus",
            "levelkeeper statement show acme 2026-03 --output pdf --language pl --to march.pdf --as klaus") { DeskOptions.Agreement(), Period() };
        foreach (var option in writing.Options)
            verb.Add(option);
        return verb;
    }

    private static AssertingVerb Line(Terminal terminal, string name, string description, Permission permission, string type, string example, params Option[] options)
    {
        var verb = new AssertingVerb(terminal, name, description, permission, async (desk, parsed, token) => await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is { } agreement
            ? StatementFacts.OfLine(agreement.Id, type, Words(parsed), desk.Viewer.SideOn(agreement.Versions.Latest))
            : null, example)
        {
            DeskOptions.Agreement(), DeskOptions.Text("--remedy", "The remedy of the line.", "NAME", required: true), DeskOptions.Text("--period", "The period of the line.", "PERIOD", required: true),
            DeskOptions.Text("--event", "The event of the line; without it a line of the whole period.", "NAME"),
        };
        foreach (var option in options)
            verb.Add(option);
        return verb;

        LineWords Words(ParseResult parsed)
        {
            return new(parsed.Needed("--remedy"), parsed.Needed("--period"), Said("--event"), options.Any(o => o.Name == "--amount") ? parsed.GetValue<decimal?>("--amount") : null, Said("--reason"), Said("--evidence"), Said("--dispute"), Said("--fact-source"), Said("--fact-id"), Said("--approved-by"));

            string? Said(string option) => option == "--event" || options.Any(o => o.Name == option) ? parsed.Said(option) : null;
        }
    }

    /// <summary>The statement as it would be issued now; null after reporting.</summary>
    private static async Task<(RegisteredAgreement Agreement, PreparedStatement Prepared)?> PrepareAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token) =>
        await desk.InForceAsync(parsed.Needed("AGREEMENT"), token) is { } agreement && desk.Period(parsed.Needed("PERIOD"), agreement) is { } period
        && await PreparedStatement.OfAsync(new StatementRegister(desk.Store), agreement, await desk.LiveAsync(token), period, desk.Now, desk.Diagnostics, token) is { } prepared
            ? (agreement, prepared)
            : null;

    private static async Task StepAsync(OperatorDesk desk, ParseResult parsed, string done, Func<StatementRegister, PreparedStatement, string, Task<StatementLife?>> step, CancellationToken token)
    {
        if (await PrepareAsync(desk, parsed, token) is not { } found)
            return;
        if (await step(new StatementRegister(desk.Store), found.Prepared, found.Agreement.Id) is not { } life)
            return;
        desk.Terminal.Say($"{life.Agreement}, {life.Period}: {done}, revision {life.Revision}.");
        if (life.Issued is null)
            Write(desk.Terminal, found.Prepared.Draft.Points, life);
    }

    private static async Task ShowAsync(OperatorDesk desk, ParseResult parsed, StatementWriting writing, CancellationToken token)
    {
        var printer = writing.Printer(parsed, desk.Terminal, desk.Diagnostics);
        if (desk.Diagnostics.HasErrors || await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is not { } agreement)
            return;
        var (register, period) = (new StatementRegister(desk.Store), parsed.Needed("PERIOD"));
        var life = await register.LifeAsync(agreement.Id, period, token);
        if (life?.Issued is { } issued)
        {
            // What was issued is given as it was kept; other forms are made anew of the same.
            if (writing.Format(parsed) == StatementFormat.Json)
                writing.Write((await register.TextAsync(agreement.Id, period, token))!, parsed, desk.Terminal, desk.Diagnostics);
            else if (await PreparedStatement.AnewAsync(desk.Store, await desk.LiveAsync(token), life, issued, token) is { } made)
                writing.Write(made, parsed, printer, desk.Terminal, desk.Diagnostics, token);
            else
                desk.Diagnostics.Error("LK6086", new Place($"{agreement.Id}/{period}"), "This statement can no longer be made anew as it was issued; its JSON is kept as it was.", "print that: --output json; 'levelkeeper verify log' tells whether the log was changed");
        }
        else if (!MayDraft(desk.Viewer))
        {
            desk.Diagnostics.Error("LK6085", new Place($"{agreement.Id}/{period}"), "This statement is not issued.", "only those who draft statements see it before");
        }
        else if (await PrepareAsync(desk, parsed, token) is { } found)
        {
            writing.Write(found.Prepared.Made, parsed, printer, desk.Terminal, desk.Diagnostics, token);
        }
    }

    private static async Task ChecklistAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (!MayDraft(desk.Viewer))
        {
            desk.Diagnostics.Error("LK6081", new Place("--as"), $"'{desk.Viewer.Name}' closes no month.", "let somebody do it whose role allows it; 'levelkeeper user show' prints what each may do");
            return;
        }

        if (await PrepareAsync(desk, parsed, token) is not { } found)
            return;
        var life = await new StatementRegister(desk.Store).LifeAsync(found.Agreement.Id, found.Prepared.Period.Label, token);
        var points = life?.Issued is null ? found.Prepared.Draft.Points : [];
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.WriteString("agreement", found.Agreement.Id);
                json.WriteString("period", found.Prepared.Period.Label);
                json.WriteString("state", State(life));
                json.Array("checklist", points, p =>
                {
                    json.WriteString("id", p.Id);
                    json.WriteString("text", p.Text);
                    json.WriteBoolean("can-be-waived", p.CanBeWaived);
                    json.WriteString("waived", WaiverOf(p, life)?.Reason);
                });
                json.WriteEndObject();
            });
        }
        else
        {
            Write(desk.Terminal, points, life);
        }
    }

    private static async Task ListAsync(OperatorDesk desk, ParseResult parsed, CancellationToken token)
    {
        if (await desk.AgreementAsync(parsed.Needed("AGREEMENT"), token) is not { } agreement)
            return;
        var lives = (await new StatementRegister(desk.Store).ListAsync(agreement.Id, token)).Where(l => l.Issued is not null || desk.Viewer.May(Permission.DraftStatements)).ToList();
        if (parsed.GetValue<OutputFormat>("--output") == OutputFormat.Json)
        {
            JsonText.Write(desk.Terminal.Output, json =>
            {
                json.WriteStartObject();
                json.Array("statements", lives, l =>
                {
                    json.WriteString("agreement", l.Agreement);
                    json.WriteString("period", l.Period);
                    json.WriteString("state", State(l));
                    json.WriteString("issued", l.Issued is { } at ? InstantPattern.ExtendedIso.Format(at) : null);
                    json.WriteString("issued-by", l.Issued is null ? null : l.IssuedBy);
                    json.WriteNumber("revision", l.Revision);
                });
                json.WriteEndObject();
            });
            return;
        }

        var times = new TimeForm(agreement.Versions.Latest.Zone);
        var table = new Table().RoundedBorder();
        foreach (var column in (string[])["Period", "State", "Issued", "By", "Drafted by"])
            table.AddColumn(column);
        foreach (var life in lives)
            table.AddRow(Markup.Escape(Colour.Safe(life.Period)), State(life), life.Issued is { } at ? times.At(at) : "", Markup.Escape(Colour.Safe(life.IssuedBy)), Markup.Escape(Colour.Safe(string.Join(", ", life.Drafters))));
        TableOrRecords.Write(desk.Terminal.Drawing(), table);
    }

    private static bool MayDraft(Viewer viewer) => viewer.May(Permission.DraftStatements) || viewer.May(Permission.IssueStatements);

    private static string State(StatementLife? life) => life is null ? "none" : life.Issued is null ? "draft" : "issued";

    private static Waiver? WaiverOf(ClosePoint point, StatementLife? life) => life?.Waivers.LastOrDefault(w => w.Point == point.Id);

    private static void Write(Terminal terminal, IReadOnlyCollection<ClosePoint> points, StatementLife? life)
    {
        foreach (var point in points)
            terminal.Say(WaiverOf(point, life) is { } waiver ? $"waived  {point.Id}  {point.Text} {waiver.By}: {waiver.Reason}" : $"open    {point.Id}  {point.Text}");
        if (points.Count == 0)
            terminal.Say("Nothing stands between this statement and its issue.");
    }
}
