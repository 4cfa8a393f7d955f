using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;
using Microsoft.AspNetCore.Http;

namespace Levelkeeper.Server.Problems;

/// <summary>Answers that are made of what other programs of the product write too.</summary>
internal static class Answers
{
    /// <summary>JSON, as the command line writes it.</summary>
    public static IResult Json(Action<Utf8JsonWriter> write) => TypedResults.Bytes(JsonText.Bytes(write), "application/json; charset=utf-8");

    /// <summary>Ends the request when something is wrong in what was sent: each with its place, all at once.</summary>
    public static void ThrowIfWrong(DiagnosticBag diagnostics, bool changed = false)
    {
        if (!diagnostics.HasErrors)
            return;
        var first = diagnostics.First(d => d.Severity == Severity.Error);
        throw new ProblemException(Problem.Of(changed ? ProblemKind.Changed : ProblemKind.CannotBeUsed, first.Message, first.Hint) with { Problems = [.. diagnostics.Take(1_000).Select(RowProblem.Of)] });
    }
}
