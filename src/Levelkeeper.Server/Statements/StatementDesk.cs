using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Reports.Statements;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Stores;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Server.Statements;

/// <summary>Makes statements of agreements in force, with what stands between them and their issue.</summary>
internal sealed class StatementDesk(VisibleAgreements visible, AgreementResults results, LiveService live, ServedStore served)
{
    /// <summary>The statements in the store.</summary>
    public StatementRegister Register => new(visible.Open.Store);

    /// <summary>The statement of a period as it would be issued now.</summary>
    /// <exception cref="ProblemException">The agreement is not there for the viewer, or not in force then.</exception>
    public async Task<PreparedStatement> PrepareAsync(Viewer viewer, string id, string label, CancellationToken cancel)
    {
        var (agreement, facts) = await results.KnownAsync(viewer, id, null, cancel);
        var period = Queries.Period(label, agreement.Versions.Latest);
        var known = live.Agreements.Head;
        var made = await MakeAsync(agreement, facts, period, served.Now, cancel);
        var unmatched = live.Agreements.Unmatched().Select(u => u.Fact.Fact);
        var own = facts.AsEnumerable().Select(f => f.Fact.Key).ToHashSet();
        var conflicts = live.Agreements.Conflicts().Where(c => own.Contains(c.First.Fact.Key));
        return new PreparedStatement(period, made, new StatementDraft(made.ToJson(), CloseChecklist.Of(made.Statement, unmatched, conflicts), NeedsTwoPeople: agreement.Versions.At(Instant.FromUnixTimeTicks(period.During.End - 1)).StatementApproval == StatementApproval.TwoPeople), known);
    }

    /// <summary>A statement as it was issued, made anew from what was known then; it must come to the same.</summary>
    /// <exception cref="ProblemException">It does not: the log was changed, or something was erased since.</exception>
    public async Task<MadeStatement> RemakeAsync(Viewer viewer, StatementLife life, Instant issued, CancellationToken cancel)
    {
        var text = (await Register.TextAsync(life.Agreement, life.Period, cancel))!;
        var known = (await visible.Open.Store.Statements.StepsAsync($"{life.Agreement}/{life.Period}", cancel)).Last(s => s.Step == "issued").Known;
        var (agreement, facts) = await results.KnownAsync(viewer, life.Agreement, known, cancel);
        var made = await MakeAsync(agreement, facts, Queries.Period(life.Period, agreement.Versions.Latest), issued, cancel);
        return made.ToJson().AsSpan().SequenceEqual(text)
            ? made
            : throw new ProblemException(ProblemKind.CannotBeUsed, "This statement can no longer be made anew as it was issued; its JSON is kept as it was.", "GET it with form=json; 'levelkeeper verify log' tells whether the log was changed");
    }

    private async Task<MadeStatement> MakeAsync(RegisteredAgreement agreement, FactSet facts, Period period, Instant asOf, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var issued = new List<IssuedStatement>();
        foreach (var (life, text) in await Register.IssuedAsync(agreement.Id, cancel))
        {
            if (life.Issued < asOf && life.Period != period.Label && StatementJson.Read(text).Statement is { } statement)
                issued.Add(statement);
        }

        var made = MadeStatement.Make(agreement.Text, agreement.File, agreement.Files.Folder, agreement.Versions, facts, period, asOf, issued, diagnostics);
        Answers.ThrowIfWrong(diagnostics);
        return made!;
    }
}

/// <summary>A statement that could be issued now.</summary>
/// <param name="Period">Its period.</param>
/// <param name="Made">It, with what it was made of.</param>
/// <param name="Draft">It as it would be kept, with the checklist.</param>
/// <param name="Known">The log's last sequence number that it is made of.</param>
internal sealed record PreparedStatement(Period Period, MadeStatement Made, StatementDraft Draft, long Known);
