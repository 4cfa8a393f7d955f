using System.Text.Json;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Forms;
using Levelkeeper.Reports.Json;
using Spectre.Console;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>What suppliers owe against what is paid because of them, for people and for programs.</summary>
internal static class RecoveryOutput
{
    /// <summary>As tables.</summary>
    public static void Write(Terminal terminal, Statement ours, IReadOnlyList<SupplierRecovery> recoveries)
    {
        var console = terminal.Drawing();
        if (recoveries.Count == 0)
        {
            console.Write(new Text("The agreement names no supplier whose agreement can be read.\n"));
            return;
        }

        var table = new Table().RoundedBorder().AddColumn("Supplier").AddColumn("We pay because of it", c => c.RightAligned()).AddColumn("It owes us", c => c.RightAligned()).AddColumn("of that to be claimed", c => c.RightAligned()).AddColumn("Stays with us", c => c.RightAligned());
        foreach (var recovery in recoveries)
        {
            var same = recovery.Theirs.Agreement.Currency == ours.Agreement.Currency;
            table.AddRow(
                new Text(Colour.Safe(recovery.Supplier)), Money(recovery.Pays, ours), Money(recovery.Recovers, recovery.Theirs), Money(recovery.ToClaim, recovery.Theirs),
                same ? Money(recovery.Borne, ours) : new Text("other currencies"));
        }

        console.Write(table);
        foreach (var recovery in recoveries)
        {
            var times = new TimeForm(recovery.Theirs.Agreement.Zone);
            foreach (var line in recovery.Claimable)
                console.Write(new Text($"Claim {Colour.Safe(line.Id)} from {Colour.Safe(recovery.Supplier)}: {Show(line.Computed - line.Contested, recovery.Theirs)}{(line.ClaimUntil is { } until ? $", at the latest on {times.At(until)}" : "")}\n"));
            foreach (var caused in recovery.Ours)
                console.Write(new Text($"{Colour.Safe(caused.Line.Id)}: {NumberForm.Percent(caused.Share, 0)} of its outages fell into outages of {Colour.Safe(recovery.Supplier)}: {Show(caused.Amount, ours)} of {Show(caused.Line.Payable, ours)}\n"));
        }
    }

    private static Text Money(Rational amount, Statement of) => new(Show(amount, of));

    private static string Show(Rational amount, Statement of) => NumberForm.Show(Quantity.Money(MoneyRoundings.Round(amount, of.Agreement.Currency, MoneyRounding.HalfAwayFromZero), of.Agreement.Currency));

    /// <summary>As JSON.</summary>
    public static void Write(Utf8JsonWriter json, Statement ours, IReadOnlyList<SupplierRecovery> recoveries)
    {
        json.WriteStartObject();
        json.WriteString("agreement", ours.Agreement.Id);
        json.WriteString("period", ours.Period.Label);
        json.Array("suppliers", recoveries, r =>
        {
            var (mine, its) = (ours.Agreement.Currency, r.Theirs.Agreement.Currency);
            json.WriteString("supplier", r.Supplier);
            json.WriteString("agreement", r.Theirs.Agreement.Id);
            json.WriteString("currency", mine);
            json.WriteString("supplier-currency", its);
            json.Amount("pays", r.Pays, mine);
            json.Amount("recovers", r.Recovers, its);
            json.Amount("to-claim", r.ToClaim, its);
            if (mine == its)
                json.Amount("borne", r.Borne, mine);
            json.Array("caused", r.Ours, c =>
            {
                json.WriteString("line", c.Line.Id);
                json.WriteString("share", c.Share.ToString());
                json.Amount("amount", c.Amount, mine);
                json.Array("outages", c.Outages, o =>
                {
                    json.Instant("from", o.StartInstant);
                    json.Instant("to", o.EndInstant);
                });
            });
            json.Array("claims", r.Claimable, l =>
            {
                json.WriteString("line", l.Id);
                json.Amount("amount", l.Computed - l.Contested, its);
                json.Instant("until", l.ClaimUntil);
            });
        });
        json.WriteEndObject();
    }
}
