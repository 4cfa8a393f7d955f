using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Tests.Explanations;
using Levelkeeper.Language.Agreements;
using NodaTime;

namespace Levelkeeper.Language.Tests.Remedies;

/// <summary>
/// An agreement in YAML on a shop, facts about it, and what is owed. UTC, from 1 January 2026 on; the shop costs 3000 a month. April has 30 days: 720 h, 100 a day, and at 99 % an
/// allowance of 7 h 12 min.
/// </summary>
internal sealed class Ledger
{
    /// <summary>The section of objectives with which most tests start.</summary>
    public const string Uptime = "uptime: { measure: availability, of: shop, target: at least 99 %, before-first: up, confirmed-after: 1 check, degraded: shown apart }";

    private const string Top = """
        zone: UTC
        currency: EUR
        services:
          shop: { title: Shop, fee: 3000.00 per month }

        """;

    private readonly List<(Fact Fact, Instant Recorded)> _facts = [];

    /// <summary>Top-level sections in place of the ledger's own; those that are not named stay.</summary>
    public Ledger(string sections)
    {
        var diagnostics = new DiagnosticBag();
        var text = Sample.With(Merged(sections));
        Versions = AgreementReader.ReadVersions(text, "a.yaml", diagnostics)!;
        diagnostics.ShouldBeEmpty();
    }

    public AgreementVersions Versions { get; }

    /// <summary>The availability of the shop, at least 99 % a month, and remedies: each a line <c>name: { … }</c>.</summary>
    public static Ledger Of(params string[] remedies) => With(Uptime, remedies);

    /// <summary>The same with other objectives: lines of their section.</summary>
    public static Ledger With(string objectives, params string[] remedies) => new(Section("objectives", objectives) + Section("remedies", remedies));

    /// <summary>One remedy, <c>it</c>, of this form and amount, when <c>uptime</c> is missed.</summary>
    public static Ledger Credit(string amount, string beside = "", string form = "credit") => Of($"it: {{ when: uptime is missed, {form}: {{ {amount} }}{(beside.Length > 0 ? ", " + beside : "")} }}");

    public static string Section(string name, params string[] lines) => $"{name}:\n{string.Concat(lines.SelectMany(l => l.ReplaceLineEndings("\n").Split('\n')).Select(l => $"  {l}\n"))}";

    public static Instant At(int month, int day, int hour = 0, int minute = 0, int year = 2026) => Instant.FromUtc(year, month, day, hour, minute);

    /// <summary>Hours and their parts.</summary>
    public static Duration Hours(double hours) => Duration.FromMinutes(Math.Round(hours * 60));

    public Ledger Down(Instant from, Duration length, string component = "shop", string service = "shop") => Down(from, from + length, component, service);

    public Ledger Down(Instant from, Instant until, string component = "shop", string service = "shop") =>
        Add(from, FactData.StateChanged.To(ServiceState.Down), component, service).Add(until, FactData.StateChanged.To(ServiceState.Up), component, service);

    /// <summary>From here to there nobody knows.</summary>
    public Ledger Unknown(Instant from, Instant until) => Add(from, FactData.StateChanged.To(ServiceState.Unknown), "shop", "shop").Add(until, FactData.StateChanged.To(ServiceState.Up), "shop", "shop");

    public Ledger Ticket(string ticket, Instant reported, Instant? resolved, string priority = "P1", string service = "shop")
    {
        Add(reported, new FactData.TicketReported(priority, "new", "", Actor.Customer, null), ticket, service);
        return resolved is { } at ? Add(at, new FactData.TicketResolved(null), ticket, service) : this;
    }

    public Ledger Measured(Instant at, string metric, decimal value, decimal? of = null) => Add(at, new FactData.Measured(metric, value, "", of), "", "");

    public Ledger Units(Instant at, decimal count, string unit = "user") => Add(at, new FactData.UnitsCounted(unit, count), "", "shop");

    public Ledger Claimed(string line, Instant recorded, Instant? time = null) => Add(time ?? recorded, new FactData.ClaimMade(Line(line), "Acme", ""), recorded: recorded);

    /// <summary>A fact; it is recorded when it happened unless it says otherwise.</summary>
    public Ledger Add(Instant at, FactData data, string subject = "", string service = "shop", Instant? recorded = null, string? id = null)
    {
        var number = _facts.Count;
        var name = id ?? number.ToString(CultureInfo.InvariantCulture);
        _facts.Add((new Fact
        {
            Source = "desk",
            Id = name,
            Type = FactTypes.Of(data)!,
            Subject = subject,
            Time = at,
            Sequence = number.ToString("D6", CultureInfo.InvariantCulture),
            Address = FactAddress.None with { Service = service, Agreement = "sample" },
            Data = data,
            Digest = new FactDigest(0, (ulong)number),
        }, recorded ?? at));
        return this;
    }

    /// <summary>Takes a fact back.</summary>
    public Ledger Retract(Instant at, string id) => Add(at, new FactData.Retracted("desk", id, "a mistake"));

    /// <summary>A line's name from its text.</summary>
    public static LineName Line(string text) => text.Split('/', 3) switch
    {
        [var remedy, var period, var of] => new LineName(remedy, period, of),
        [var remedy, var period] => new LineName(remedy, period, ""),
        _ => throw new FormatException(text),
    };

    /// <summary>Everything that is owed as of an instant, from the start of the term to there.</summary>
    public Owed Owed(Instant asOf, Instant? until = null)
    {
        var facts = Known(asOf);
        var evaluation = Evaluator.Evaluate(Versions, facts, Instant.FromUnixTimeTicks(Versions.TermTime.Start), until ?? asOf, asOf);
        var owed = RemedyEvaluator.Evaluate(Versions, facts, evaluation);
        foreach (var line in owed.Lines)
        {
            ExplanationArithmetic.Check(line.Explanation).ShouldBeEmpty();
            (line.Amount / MoneyRoundings.MinorUnit(Versions.Latest.Currency)).Denominator.IsOne.ShouldBeTrue($"{line.Name} {line.Amount}");
        }

        return owed;
    }

    /// <summary>All results as of an instant, from the start of the term to there.</summary>
    public IEnumerable<ObjectiveEvaluation> Results(Instant asOf)
    {
        var results = Evaluator.Evaluate(Versions, Known(asOf), Instant.FromUnixTimeTicks(Versions.TermTime.Start), asOf, asOf).Objectives;
        foreach (var result in results)
            ExplanationArithmetic.Check(result.Explanation).ShouldBeEmpty();
        return results;
    }

    /// <summary>The line of a remedy: <c>it/2026-04</c>, or a line of it by its event.</summary>
    public OwedLine Owes(string line, Instant asOf) => Owed(asOf).Lines.Where(l => l.Name.ToString() == line).ShouldHaveSingleItem();

    /// <summary>What <c>it</c> comes to in April, which is over.</summary>
    public string April(string line = "it/2026-04") => Money(Owes(line, At(5, 1)).Amount);

    public Statement Statement(string period, Instant asOf, params IssuedStatement[] earlier)
    {
        var during = PeriodCalendar.Parse(period, Versions.Latest.Zone, new DiagnosticBag())!;
        var statement = StatementMaker.Make(Versions, Known(asOf), during, asOf, earlier);
        statement.Lines.Select(l => l.Id).ShouldBeUnique();
        foreach (var line in statement.Lines)
            (line.Payable / MoneyRoundings.MinorUnit(statement.Agreement.Currency)).Denominator.IsOne.ShouldBeTrue($"{line.Id} {line.Payable}");
        return statement;
    }

    /// <summary>The statement as later ones know it.</summary>
    public IssuedStatement Issue(string period, Instant asOf, params IssuedStatement[] earlier) => IssuedStatement.Of(Statement(period, asOf, earlier), "");

    public static string Money(Rational amount) => amount.ToString(2, Rounding.HalfAwayFromZero);

    private EffectiveFacts Known(Instant asOf)
    {
        var log = new FactLog();
        foreach (var (fact, recorded) in _facts.Where(f => f.Recorded <= asOf).OrderBy(f => f.Recorded))
            log.Append(fact, recorded);
        return log.ToSet().Effective(asOf);
    }

    private static string Merged(string sections)
    {
        var named = sections.Split('\n').Where(l => l.Length > 0 && l[0] is not (' ' or '#')).Select(l => l.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        var own = "";
        var keep = false;
        foreach (var line in Top.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Length > 0 && line[0] != ' ')
                keep = !named.Contains(line.Split(':')[0]);
            own += keep ? line + "\n" : "";
        }

        return own + sections;
    }
}
