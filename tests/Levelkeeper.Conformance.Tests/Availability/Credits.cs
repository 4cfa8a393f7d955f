using System.Globalization;
using System.Text;
using System.Text.Json;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Language.Agreements;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Conformance.Tests.Availability;

/// <summary>Credits and penalties: the source's numbers as clauses of an agreement in YAML and as facts, and what the engine makes of them.</summary>
internal static class Credits
{
    private const string Head = """
        levelkeeper: v1
        id: case
        title: A case
        parties: { provider: { name: Provider }, customer: { name: Customer } }
        zone: UTC
        currency: USD

        """;

    /// <summary>A share of the month's charge by the level, capped in the month and in twelve months. The eleven months before are one invoice; the credit given in them is final.</summary>
    public static void Service(AvailabilityCase @case, CaseReport report)
    {
        var (settings, input) = (@case.Settings, @case.Input);
        var tiers = settings.GetProperty("tiers").EnumerateArray().Select(t => $"{{ below: {Number(t, "below")} %, pay: {Number(t, "credit_percent")} % }}");
        var caps = new[] { ("monthly_cap_percent", "cap-per-period"), ("rolling_12_month_cap_percent", "cap-per-12-months") }
            .Where(c => settings.TryGetProperty(c.Item1, out _)).Select(c => $", {c.Item2}: {Number(settings, c.Item1)} %");
        var versions = Read($$"""
            term: { from: 2026-01-01 }
            services: { shop: { title: Shop, fee: {{Number(input, "last_11_months_charge")}} per month } }
            price: { changes: [ { from: 2026-02-01, fees: { shop: 0.00 per month } }, { from: 2026-12-01, fees: { shop: {{Number(input, "monthly_charge")}} per month } } ] }
            objectives: { level: { measure: share of requests, of: shop, target: at least 100 % } }
            remedies: { credit: { when: level is missed, credit: { tiers: [ {{string.Join(", ", tiers)}} ]{{string.Concat(caps)}} } } }

            """);
        var given = AvailabilityCase.Number(input, "last_11_months_credit");
        var facts = new FactLog();
        var diagnostics = new DiagnosticBag();
        // A month of the eleven in which something was given has a line of its own, by whatever it was given.
        if (given.Sign > 0)
            Append(facts, Window("2026-01", "0"), diagnostics);
        Append(facts, Window("2026-12", Number(input, "monthly_service_level")), diagnostics);
        if (@case.ExpectsError)
        {
            report.Check("error", diagnostics.HasErrors, "no diagnostic", "error");
            return;
        }

        diagnostics.ShouldBeEmpty();
        var end = Instant.FromUtc(2027, 1, 1, 0, 0);
        var known = facts.ToSet().Effective(end);
        var final = new Dictionary<LineName, Rational> { [new LineName("credit", "2026-01", "")] = given };
        var owed = RemedyEvaluator.Evaluate(versions, known, Evaluator.Evaluate(versions, known, Instant.FromUtc(2026, 1, 1, 0, 0), end, end), final);
        report.Exact("credit", owed.Lines.Where(l => l.Name.Period == "2026-12").Aggregate(Rational.Zero, (sum, l) => sum + l.Amount), AvailabilityCase.Number(@case.Expected, "credit"));
    }

    /// <summary>A share of the goods' value by the days late, in units of several days, and the right to leave after so many.</summary>
    public static void Late(AvailabilityCase @case, CaseReport report)
    {
        var (settings, input) = (@case.Settings, @case.Input);
        var (agreed, at) = (AvailabilityCase.Time(input.GetProperty("agreed")), AvailabilityCase.Time(input.GetProperty("at")));
        var cap = settings.TryGetProperty("cap_percent", out _) ? $", cap-per-event: {Number(settings, "cap_percent")} %" : "";
        // Ordered a day before it is due; a second promise is missed when it is so late that the customer may leave.
        var ordered = agreed - Duration.FromDays(1);
        var versions = Read($$"""
            term: { from: {{LocalDatePattern.Iso.Format(Instant.Min(ordered, at).InUtc().Date)}}, until: {{LocalDatePattern.Iso.Format(Instant.Max(agreed, at).InUtc().Date)}} }
            services: { shop: { title: Shop } }
            price: { fees: { goods: {{Number(input, "value")}} once } }
            objectives:
              delivery: { measure: time to resolve, of: tickets of shop, per: term, within: 1 day, target: every ticket }
              patience: { measure: time to resolve, of: tickets of shop, per: term, within: {{1 + settings.GetProperty("termination_after_days").GetInt32()}} days, target: every ticket }
            remedies:
              penalty: { when: delivery is missed, fine: { of: price of goods, pay: {{Number(settings, "percent_per_unit")}} % per {{Number(settings, "unit_days")}} days late{{cap}}, cap-per-period: 100000 %, reckoned-for: each event }, together: each pays }
              leave: { when: patience is missed, entitles: customer to terminate }

            """);
        var facts = new FactLog();
        facts.Append(TestFacts.At(ordered, 1, new FactData.TicketReported("", "", "", Actor.Customer, null)).Fact with { Subject = "goods", Address = FactAddress.None with { Service = "shop" } }, ordered);
        var known = facts.ToSet().Effective(at);
        if (@case.ExpectsError)
        {
            // What is asked for is asked before there is anything: nothing is owed, and the order that is to come is reported.
            var diagnostics = new DiagnosticBag();
            known.Report(diagnostics);
            report.Check("error", diagnostics.Any() && Owed().Lines.IsEmpty, "no diagnostic", "error");
            return;
        }

        var owed = Owed();
        // The term goes on, so its line is interim as of the question.
        var penalty = owed.Lines.Aggregate(Rational.Zero, (sum, l) => sum + l.WouldBe + l.Amount);
        if (settings.TryGetProperty("fx", out var fx))
        {
            report.LeftOut.Add("an exchange of currencies: an agreement has one, so the penalty is multiplied after it is capped");
            penalty *= AvailabilityCase.Number(fx, "rate");
        }

        report.Exact("penalty", penalty, AvailabilityCase.Number(@case.Expected, "penalty"));
        report.Check("may_terminate", owed.Entitlements.IsEmpty != @case.Expected.GetProperty("may_terminate").GetBoolean(), owed.Entitlements.Length.ToString(CultureInfo.InvariantCulture), @case.Expected.GetProperty("may_terminate").GetRawText());

        Owed Owed() => RemedyEvaluator.Evaluate(versions, known, Evaluator.Evaluate(versions, known, Instant.FromUnixTimeTicks(versions.TermTime.Start), at, at));
    }

    private static AgreementVersions Read(string sections)
    {
        var diagnostics = new DiagnosticBag();
        var versions = AgreementReader.ReadVersions(Head + sections, "case.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        return versions!;
    }

    private static string Window(string month, string good) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["specversion"] = "1.0",
        ["id"] = month,
        ["source"] = "case",
        ["type"] = FactTypes.MeasurementWindow,
        ["subject"] = "shop",
        ["time"] = $"{month}-15T00:00:00Z",
        ["data"] = new Dictionary<string, object> { ["metric"] = "requests", ["start"] = $"{month}-14T00:00:00Z", ["good"] = good, ["total"] = "100" },
    });

    private static void Append(FactLog facts, string line, DiagnosticBag diagnostics)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(line));
        foreach (var fact in CloudEventReader.Read(stream, "case.jsonl", diagnostics))
            facts.Append(fact, fact.Time);
    }

    private static string Number(JsonElement element, string name) => decimal.Parse(element.GetProperty(name).GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
}
