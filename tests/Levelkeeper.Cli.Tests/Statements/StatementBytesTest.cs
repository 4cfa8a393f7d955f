using System.Text;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Language.Tests.Remedies;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using static Levelkeeper.Language.Tests.Remedies.Ledger;

namespace Levelkeeper.Cli.Tests.Statements;

/// <summary>What a statement is as JSON: the same bytes for the same inputs, and all that later statements need of it.</summary>
public class StatementBytesTest
{
    private static readonly StatementProvenance Provenance = new("a", "v1", "TZDB: 2026a", "f", 1);

    /// <summary>A credit, a fine for each event, one that is contested, a waiver and goodwill.</summary>
    private static Ledger Deal() => Of(
            "credit: { when: uptime is missed, credit: { pay: 10.5 % } }",
            "fine: { when: uptime is missed, fine: { pay: 12.34 per hour, reckoned-for: each event } }",
            "claimed: { when: uptime is missed, fine: { pay: 99.99 }, claim: { within: 30 days } }",
            "leave: { when: uptime is missed, entitles: customer to terminate }")
        .Down(At(4, 3), Hours(10)).Down(At(4, 9), Hours(1))
        .Add(At(5, 3), new FactData.DisputeOpened("D-1", Line("credit/2026-04"), 15, "", "", "Northhost", "wrong"))
        .Add(At(5, 4), new FactData.AmountWaived(Line("fine/2026-04"), 20, "Acme", "the board", "peace"))
        .Add(At(5, 5), new FactData.GoodwillGiven("flowers", 25, Core.Agreements.PartyRole.Provider, "Ms Ito", ""));

    private static byte[] Bytes(Statement statement)
    {
        using var text = new StringWriter();
        JsonText.Write(text, json => StatementJson.Write(json, statement, Provenance));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    [Fact]
    public void Two_runs_give_the_same_bytes()
    {
        var april = Deal().Issue("2026-04", At(5, 10));
        Bytes(Deal().Statement("2026-04", At(5, 10))).ShouldBe(Bytes(Deal().Statement("2026-04", At(5, 10))));
        Bytes(Deal().Statement("2026-05", At(6, 10), april)).ShouldBe(Bytes(Deal().Statement("2026-05", At(6, 10), april)));
    }

    [Fact]
    public void What_is_read_of_an_issued_statement_is_what_later_ones_need_of_it()
    {
        var statement = Deal().Statement("2026-04", At(5, 10));
        statement.Lines.Length.ShouldBe(6);
        var (read, agreement, problem) = StatementJson.Read(Bytes(statement));
        problem.ShouldBeNull();
        agreement.ShouldBe("sample");
        var issued = IssuedStatement.Of(statement, read!.Digest);
        (read.Label, read.Issued, read.During).ShouldBe((issued.Label, issued.Issued, issued.During));
        read.Lines.ShouldBe(issued.Lines);
        // The next statement is the same by the file and by what was in memory.
        Bytes(Deal().Statement("2026-05", At(6, 10), read)).ShouldBe(Bytes(Deal().Statement("2026-05", At(6, 10), issued)));
    }
}
