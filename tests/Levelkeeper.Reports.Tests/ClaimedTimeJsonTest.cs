using System.Text.Json;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Reports.Tests;

/// <summary>Whatever became of a claim, programs are told of it.</summary>
public sealed class ClaimedTimeJsonTest
{
    [Fact]
    public void Every_status_of_a_claim_has_its_word()
    {
        var evaluation = Samples.Agreement(Samples.Objective());
        var objective = evaluation.Objectives[0] with
        {
            Claimed = [.. Enum.GetValues<ExclusionStatus>().Select((s, i) => new ClaimedTime($"c{i}", "storm", new TickInterval(0, 1), s, 1, "", ""))],
        };
        using var json = JsonDocument.Parse(JsonText.Bytes(w => EvaluationJson.Write(w, [evaluation with { Objectives = [objective] }])));
        json.RootElement.GetProperty("evaluations")[0].GetProperty("objectives")[0].GetProperty("claimed").EnumerateArray().Select(c => c.GetProperty("status").GetString()).ShouldBe(
            ["pending", "approved", "agreed", "rejected", "cause-not-agreed", "invalid", "not-entitled", "too-late", "without-evidence"]);
    }
}
