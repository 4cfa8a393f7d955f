using System.CommandLine;
using System.Globalization;
using System.Text;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.Facts;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Runtime.Retention;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Cli.Stores;

/// <summary><c>levelkeeper facts retain</c>: lets old facts go that nothing needs any more.</summary>
internal sealed class RetainCommand : Verb
{
    private const int AtOnce = 10_000;
    private const int LeastDays = 30;

    private readonly StoreOptions _store;
    private readonly Option<string> _age = new("--older-than") { Description = "How old facts must be to go: 400 days, 24 months, 3 years. Also how long a statement can be corrected where its agreement sets no end to that.", HelpName = "LENGTH", Required = true };
    private readonly Option<bool> _apply = new("--apply") { Description = "Erase them. Without it, it is only told what would go and what is kept back." };
    private readonly Option<string> _account = new("--account") { Description = "On whose behalf, for the audit trail.", HelpName = "NAME", DefaultValueFactory = _ => "operator" };
    private readonly Option<OutputFormat> _output = Inputs.Output();

    public RetainCommand(Terminal terminal)
        : base(terminal, "retain", "Erase the texts of old facts that nothing needs any more: no open period, no statement that is not issued or can still be contested, claimed or corrected, no running clock. Tells by agreement what is kept back, and why. Keys and digests stay.",
            "levelkeeper facts retain --older-than '3 years' --data data",
            "levelkeeper facts retain --older-than '3 years' --apply --account anna --data data")
    {
        _store = new StoreOptions(terminal, this);
        foreach (var option in (Option[])[_age, _apply, _account, _output])
            Add(option);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var (diagnostics, now) = (new DiagnosticBag(), Terminal.Clock());
        if (Age(parsed.GetValue(_age)!, now, diagnostics) is { } age)
        {
            _store.Use(parsed, mayBeNew: false, diagnostics, async store =>
            {
                var (plan, head) = await PlanAsync(store, now, age, token);
                if (parsed.GetValue(_apply))
                    await EraseAsync(store, plan, head, new Act(parsed.GetValue(_account)!, now, $"older than {parsed.GetValue(_age)}"), token);
                if (parsed.GetValue(_output) == OutputFormat.Json)
                    JsonText.Write(Terminal.Output, json => Write(json, plan, parsed.GetValue(_apply)));
                else
                    Tell(plan, parsed.GetValue(_apply));
            });
        }

        return Finish(diagnostics);
    }

    private static Duration? Age(string text, Instant now, DiagnosticBag diagnostics)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var number, var unit] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 36_500)
        {
            var today = now.InUtc().LocalDateTime;
            LocalDateTime? then = unit switch { "day" or "days" => today.PlusDays(-count), "month" or "months" => today.PlusMonths(-Math.Min(count, 1200)), "year" or "years" => today.PlusYears(-Math.Min(count, 100)), _ => null };
            if (then is { } at && now - at.InUtc().ToInstant() is var age && age >= Duration.FromDays(LeastDays))
                return age;
        }

        diagnostics.Error("LK6089", new Place("--older-than"), $"{Diagnostic.Quote(text)} is no length of time that facts can be kept for.", $"at least {LeastDays} days: '400 days', '24 months', '3 years'");
        return null;
    }

    private static async Task<(RetentionPlan Plan, long Head)> PlanAsync(Store store, Instant now, Duration age, CancellationToken token)
    {
        var (register, statements, agreements) = (new AgreementRegister(store), new StatementRegister(store), new List<RetainedAgreement>());
        for (var after = ""; await register.ListAsync(after, cancel: token) is { Count: > 0 } page; after = page[^1].Id)
        {
            foreach (var (id, life) in page)
            {
                // What ended is judged by what it was last.
                if ((life.Active ?? life.Revisions.Values.Where(r => r.Activated is not null).MaxBy(r => r.Activated)) is not { } ran || await register.FindAsync(id, ran.Revision, token) is not { } agreement)
                    continue;
                var issued = (await statements.IssuedAsync(id, token)).Select(s => StatementJson.Read(s.Text).Statement).OfType<IssuedStatement>();
                agreements.Add(new RetainedAgreement(id, agreement.Versions, [.. issued], life.ArchivedUntil(now)));
            }
        }

        var (replay, facts, conflicts) = (new LogReplay(store.Log()), new List<StampedFact>(), new List<StampedFact>());
        await foreach (var committed in replay.ReadAsync(cancel: token))
        {
            facts.AddRange(committed.Facts);
            conflicts.AddRange(committed.Conflicts);
        }

        return (RetentionPlanner.Make(agreements, facts, conflicts, now, age, Form), replay.Head);
    }

    private static string Form(Statement statement) => Encoding.UTF8.GetString(JsonText.Bytes(json => StatementJson.Write(json, statement, new StatementProvenance("", "", "", "", 0))));

    private static async Task EraseAsync(Store store, RetentionPlan plan, long head, Act by, CancellationToken token)
    {
        if (plan.Sequences.IsEmpty)
            return;
        // Written down first, as with every erasure: what is archived is known before a text of it is gone.
        await store.Audit.WriteAsync(new Storage.Audit.Action(by.At, by.Actor, "ordered retention", "log", $"{plan.Sequences.Length} texts, {by.Detail}"), token);
        foreach (var agreement in plan.Agreements)
        {
            if (agreement is { LetGo: > 0, Edge: { FactsFrom: { } from, ArchivedUntil: { } until } })
                await new AgreementRegister(store).LetGoAsync(agreement.Agreement, from, until, head, by, token);
        }

        foreach (var some in plan.Sequences.Chunk(AtOnce))
            await store.Log().EraseAsync(some, token);
    }

    private void Tell(RetentionPlan plan, bool done)
    {
        foreach (var agreement in plan.Agreements)
        {
            var from = agreement.Edge is { FactsFrom: { } at, IsOver: false } ? $"needs facts from {at} on" : agreement.Edge.IsOver ? "needs none" : "needs all";
            Terminal.Say($"{agreement.Agreement}: {agreement.LetGo} {(done ? "gone" : "can go")}, {agreement.Kept} old ones kept; {from}: {agreement.Edge.Because}");
        }

        if (plan.Unowned > 0)
            Terminal.Say($"of no agreement: {plan.Unowned} {(done ? "gone" : "can go")}");
        Terminal.Say(done ? $"{plan.Sequences.Length} texts erased, of before {plan.Before}." : $"{plan.Sequences.Length} texts would be erased, of before {plan.Before}; --apply does it.");
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, RetentionPlan plan, bool done)
    {
        json.WriteStartObject();
        json.WriteBoolean("done", done);
        json.Instant("before", plan.Before);
        json.WriteNumber("texts", plan.Sequences.Length);
        json.WriteNumber("of-no-agreement", plan.Unowned);
        json.Array("agreements", plan.Agreements, a =>
        {
            json.WriteString("agreement", a.Agreement);
            json.WriteNumber("let-go", a.LetGo);
            json.WriteNumber("kept", a.Kept);
            json.Instant("facts-from", a.Edge.FactsFrom);
            json.Instant("archived-until", a.Edge.ArchivedUntil);
            json.WriteBoolean("over", a.Edge.IsOver);
            json.WriteString("because", a.Edge.Because);
        });
        json.WriteEndObject();
    }
}
