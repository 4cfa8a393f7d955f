using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Forecasts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Reports.Forms;

namespace Levelkeeper.Reports.Json;

/// <summary>Simulations and forecasts for programs; the shapes are in docs/command-line.md and docs/http-api.md.</summary>
public static class SimulationJson
{
    /// <summary>What is assumed, for people.</summary>
    public const string Assumptions =
        "Assumed: each draft in force over the whole span, nothing in grace unless --with-grace, every claim made, nothing waived or disputed. A chance assumes that the weeks to come are like those of the past and independent of each other; it decides nothing.";

    /// <summary>Writes simulations side by side.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="assumptions">What is assumed.</param>
    /// <param name="key">What the name of each is: <c>file</c>, <c>of</c>.</param>
    /// <param name="simulations">Each with its name.</param>
    public static void Write(Utf8JsonWriter json, string assumptions, string key, IReadOnlyList<(string Name, Simulation Simulation)> simulations)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("assumptions", assumptions);
        json.Array("simulations", simulations, s =>
        {
            var (name, simulation) = s;
            var currency = simulation.Agreement.Currency;
            json.WriteString(key, name);
            json.WriteString("agreement", simulation.Agreement.Id);
            json.WriteString("currency", currency);
            json.Array("months", simulation.Months, m =>
            {
                json.WriteString("month", m.Month.Label);
                json.Amount("by-provider", m.By(PartyRole.Provider), currency);
                json.Amount("by-customer", m.By(PartyRole.Customer), currency);
                json.Array("results", m.Results, r =>
                {
                    json.WriteString("objective", r.Objective);
                    json.WriteString("period", r.Period.Label);
                    json.WriteString("verdict", VerdictForm.Key(r.Verdict));
                    json.WriteString("level", LevelForm.Show(r));
                });
                json.Array("lines", m.Lines.Where(l => l.Amount.Sign > 0), l =>
                {
                    json.WriteString("id", l.Name.ToString());
                    json.Amount("amount", l.Amount, currency);
                });
                json.Array("entitlements", m.Entitlements, e => json.WriteString("id", e.Name.ToString()));
            });
            json.Array("chances", simulation.Chances, c => Chance(json, c));
            json.Array("trials", simulation.Trials, t =>
            {
                json.WriteString("objective", t.Objective);
                json.WriteString("period", t.Period.Label);
                json.WriteString("chance", Share(t.Chance));
                json.WriteBoolean("missed", t.Missed);
            });
        });
        json.WriteEndObject();
    }

    /// <summary>Writes the members of a chance.</summary>
    public static void Chance(Utf8JsonWriter json, BreachChance chance)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(chance);
        json.WriteString("objective", chance.Objective);
        json.WriteString("period", chance.Period.Label);
        json.WriteString("method", chance.Method switch { ChanceMethod.Weeks => "weeks", ChanceMethod.Periods => "periods", ChanceMethod.TooShort => "too-short", _ => throw new InvalidOperationException("Unknown method.") });
        json.WriteNumber("history", chance.History);
        json.WriteString("chance", chance.Chance is { } known ? Share(known) : null);
    }

    /// <summary>Writes how well forecasts have done, an object for each objective.</summary>
    public static void Calibrations(Utf8JsonWriter json, string name, IEnumerable<Calibration> calibrations) => json.Array(name, calibrations, c =>
    {
        json.WriteString("objective", c.Objective);
        Band(json, c.All);
        json.WriteString("brier", Share(c.Brier));
        json.WriteString("brier-of-mean-rate", Share(c.BrierOfMeanRate));
        json.Array("bands", c.Bands, b =>
        {
            json.WriteString("from", b.From.ToString(1, Rounding.HalfAwayFromZero));
            json.WriteString("to", b.To.ToString(1, Rounding.HalfAwayFromZero));
            Band(json, b);
        });
    });

    private static void Band(Utf8JsonWriter json, CalibrationBand band)
    {
        json.WriteNumber("periods", band.Periods);
        json.WriteString("mean-chance", Share(band.MeanChance));
        json.WriteString("missed-share", Share(band.MissedShare));
    }

    private static string Share(Rational share) => share.ToString(4, Rounding.HalfAwayFromZero);
}
