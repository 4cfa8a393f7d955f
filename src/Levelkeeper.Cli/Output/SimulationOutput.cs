using System.Globalization;
using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Spectre.Console;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>Simulations side by side, for people and for programs.</summary>
internal static class SimulationOutput
{
    /// <summary>As tables.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<(string Name, Simulation Simulation)> simulations)
    {
        var console = terminal.Drawing();
        var table = new Table().RoundedBorder().AddColumn("Month", c => c.NoWrap());
        foreach (var (name, _) in simulations)
            table.AddColumn(new TableColumn(new Text(Colour.Safe(name))));
        foreach (var month in simulations.SelectMany(s => s.Simulation.Months.Select(m => m.Month.Label)).Distinct().Order(StringComparer.Ordinal))
            table.AddRow([new Text(month), .. simulations.Select(s => Cell(s.Simulation, s.Simulation.Months.FirstOrDefault(m => m.Month.Label == month)))]);
        table.AddRow([new Text("all", new Style(decoration: Decoration.Bold)), .. simulations.Select(s => new Text(Owed(s.Simulation, s.Simulation.Months), new Style(decoration: Decoration.Bold)))]);
        console.Write(table);

        var chances = new Table().RoundedBorder().AddColumn("Chance of a breach").AddColumn("in", c => c.NoWrap());
        foreach (var (name, _) in simulations)
            chances.AddColumn(new TableColumn(new Text(Colour.Safe(name))));
        foreach (var (objective, period) in simulations.SelectMany(s => s.Simulation.Chances.Select(c => (c.Objective, c.Period.Label))).Distinct())
            chances.AddRow([new Text(Colour.Safe(objective)), new Text(period), .. simulations.Select(s => new Text(Chance(s.Simulation.Chances.FirstOrDefault(c => c.Objective == objective && c.Period.Label == period))))]);
        if (chances.Rows.Count > 0)
            console.Write(chances);
        foreach (var (name, simulation) in simulations.Where(s => s.Simulation.Trials.Length > 0))
            Calibration(console, name, simulation);
        console.Write(new Text(SimulationJson.Assumptions + "\n"));
    }

    /// <summary>How often what was given a chance happened, by tenths of chances.</summary>
    private static void Calibration(IAnsiConsole console, string file, Simulation simulation)
    {
        var table = new Table().RoundedBorder().Title(new TableTitle(Markup.Escape($"{Colour.Safe(file)}: past periods, each forecast from the days before it")))
            .AddColumn("Objective").AddColumn("Chance given", c => c.RightAligned()).AddColumn("Periods", c => c.RightAligned()).AddColumn("Mean chance", c => c.RightAligned()).AddColumn("Missed", c => c.RightAligned());
        foreach (var objective in Core.Forecasts.Calibration.Of(simulation.Trials))
        {
            var name = new Text(Colour.Safe(objective.Objective));
            foreach (var band in objective.Bands)
                table.AddRow(name, new Text($"{(band.From * 100).Floor()}-{Percent(band.To)}"), new Text($"{band.Periods}"), new Text(Percent(band.MeanChance)), new Text(Percent(band.MissedShare)));
            table.AddRow(name, new Text("all"), new Text($"{objective.All.Periods}"), new Text(Percent(objective.All.MeanChance)), new Text($"{Percent(objective.All.MissedShare)}; Brier score {objective.Brier.ToString(3, Rounding.HalfAwayFromZero)}, of the mean rate {objective.BrierOfMeanRate.ToString(3, Rounding.HalfAwayFromZero)}"));
        }

        console.Write(table);
    }

    private static string Percent(Rational share) => (share * 100).ToString(0, Rounding.HalfAwayFromZero) + " %";

    private static Text Cell(Simulation simulation, SimulatedMonth? month)
    {
        if (month is null)
            return new Text("-");
        var missed = month.Results.Where(r => r.Verdict is Verdict.Breached or Verdict.InsufficientEvidence).GroupBy(r => (r.Objective, r.Verdict))
            .Select(g => $"{VerdictForm.Mark(g.Key.Verdict)} {Colour.Safe(g.Key.Objective)} {(g.Count() == 1 ? LevelForm.Show(g.First()) : $"in {g.Count()} periods")}");
        var rights = month.Entitlements.Select(e => $"→ {Colour.Safe(e.Name.Remedy)}");
        return new Text(string.Join('\n', (string[])[Owed(simulation, [month]), .. missed, .. rights]));
    }

    private static string Owed(Simulation simulation, IReadOnlyList<SimulatedMonth> months)
    {
        var (provider, customer) = (Sum(PartyRole.Provider), Sum(PartyRole.Customer));
        return customer.Sign == 0 ? Money(provider) : $"{Money(provider)}; the customer {Money(customer)}";

        Rational Sum(PartyRole side) => months.Aggregate(Rational.Zero, (sum, m) => sum + m.By(side));
        string Money(Rational amount) => NumberForm.Show(Quantity.Money(amount, simulation.Agreement.Currency));
    }

    private static string Chance(BreachChance? chance) => chance switch
    {
        null => "-",
        { Chance: null, History: var days } => string.Create(CultureInfo.InvariantCulture, $"the past is too short ({days})"),
        { Method: ChanceMethod.Weeks } weeks => string.Create(CultureInfo.InvariantCulture, $"{Told(weeks.Chance!.Value)} (from {weeks.History} days)"),
        var periods => string.Create(CultureInfo.InvariantCulture, $"{Told(periods.Chance!.Value)} (from {periods.History} periods)"),
    };

    /// <summary>A chance is never told as none or certain: the past does not know that.</summary>
    private static string Told(Rational chance) => chance < new Rational(1, 100) ? "under 1 %" : chance > new Rational(99, 100) ? "over 99 %" : Percent(chance);

    /// <summary>As JSON.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<(string Name, Simulation Simulation)> simulations) => SimulationJson.Write(json, SimulationJson.Assumptions, "file", simulations);
}
