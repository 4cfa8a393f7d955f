using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Stores;
using NodaTime;

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
        var (agreement, _) = await results.KnownAsync(viewer, id, null, cancel);
        var diagnostics = new DiagnosticBag();
        var prepared = await PreparedStatement.OfAsync(Register, agreement, live.Agreements, Queries.Period(label, agreement.Versions.Latest), served.Now, diagnostics, cancel);
        Answers.ThrowIfWrong(diagnostics);
        return prepared!;
    }

    /// <summary>A statement as it was issued, made anew from what was known then; it must come to the same.</summary>
    /// <exception cref="ProblemException">It does not: the log was changed, or something was erased since.</exception>
    public async Task<MadeStatement> RemakeAsync(Viewer viewer, StatementLife life, Instant issued, CancellationToken cancel)
    {
        await visible.FindAsync(viewer, life.Agreement, null, cancel);
        live.Advance();
        return await PreparedStatement.AnewAsync(visible.Open.Store, live.Agreements, life, issued, cancel)
            ?? throw new ProblemException(ProblemKind.CannotBeUsed, "This statement can no longer be made anew as it was issued; its JSON is kept as it was.", "GET it with form=json; 'levelkeeper verify log' tells whether the log was changed");
    }
}
