using Levelkeeper.Core.Availability;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Reports.Tests.Forms;

public class ClaimWordsTest
{
    // Some had none, and whoever asked for the JSON of an evaluation with such a claim met a fault.
    [Fact]
    public void Whatever_became_of_a_claim_has_a_word_of_its_own() =>
        Enum.GetValues<ExclusionStatus>().Select(EvaluationJson.WordOf).ShouldBe(["pending", "approved", "agreed", "rejected", "cause-not-agreed", "invalid", "not-entitled", "too-late", "without-evidence"]);
}
