using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Doctor;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Levelkeeper.Server.Live;

/// <summary>Holds what the server keeps live against the log.</summary>
internal static class DoctorEndpoint
{
    private const int MostShown = 1_000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/doctor", Examine).WithTags("audit").Needs(Permission.ManageStore).WithName("examine").WithSummary("Rebuild everything from the log and compare it with what is kept live")
            .WithDescription("Reads the whole log; the server goes on meanwhile.").Refuses(ProblemKind.StoreAway);

    private static async Task<Ok<DoctorForm>> Examine(VisibleAgreements visible, LiveService live, LiveFeed feed, CancellationToken cancel)
    {
        var store = visible.Open.Store;
        live.Advance();
        var report = await LiveDoctor.ExamineAsync(live.Agreements, store.Log(), live.Now, feed.Publish, cancel);
        return TypedResults.Ok(new DoctorForm(
            report.IsHealthy, report.Head, report.Agreements, report.Compared, report.Erased, report.Unreadable.Length,
            [.. report.Findings.Take(MostShown).Select(f => new FindingForm(f.Agreement, Reports.Statements.StatementWords.Of(f.Kind), f.Subject, f.Live, f.Rebuilt))]));
    }
}

/// <summary>What an examination found.</summary>
/// <param name="Healthy">Whether live equals replay.</param>
/// <param name="Head">The last entry of the log that counted.</param>
/// <param name="Agreements">How many agreements were rebuilt.</param>
/// <param name="Compared">How many clocks, objectives, outages and alerts were compared.</param>
/// <param name="Erased">How many entries were erased.</param>
/// <param name="Unreadable">How many entries this build cannot read.</param>
/// <param name="Findings">What stands otherwise; the first thousand.</param>
public sealed record DoctorForm(bool Healthy, long Head, int Agreements, long Compared, long Erased, int Unreadable, IReadOnlyList<FindingForm> Findings);

/// <summary>Something that stands otherwise than the log says.</summary>
/// <param name="Agreement">Which agreement.</param>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Subject">Which.</param>
/// <param name="Live">What is kept.</param>
/// <param name="Rebuilt">What the log says.</param>
public sealed record FindingForm(string Agreement, string Kind, string Subject, string Live, string Rebuilt);
