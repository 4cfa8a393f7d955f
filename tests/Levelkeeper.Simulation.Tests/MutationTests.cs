using Levelkeeper.Simulation.Tests.Schedules;
using Levelkeeper.Simulation.Tests.Worlds;

namespace Levelkeeper.Simulation.Tests;

/// <summary>That the simulator finds nothing says something only if it finds what is there: each bug that is put in on purpose is found, soon, and by what it breaks.</summary>
public sealed class MutationTests
{
    private const int MostSeeds = 20;

    [Theory]
    [InlineData(Mutation.LyingDatabase, "is not in the log|told that it was replaced")]
    [InlineData(Mutation.LyingDisk, "The log had|went back|is not in the log")]
    [InlineData(Mutation.NoFencing, "epoch [0-9]+ was")]
    [InlineData(Mutation.LostFact, "its identity was taken|in the log twice")]
    [InlineData(Mutation.LostEntity, "knows the entries")]
    [InlineData(Mutation.TextThatStays, "was erased and is there again")]
    [InlineData(Mutation.TextThatGoes, "is gone, though nobody erased it")]
    [InlineData(Mutation.RewrittenSegment, "was recorded at")]
    [InlineData(Mutation.ForgottenDecision, "is not decided, but has 2 messages")]
    [InlineData(Mutation.DoubledMessage, "has the messages")]
    [InlineData(Mutation.NoLease, "messages are delivered|was taken while")]
    [InlineData(Mutation.RewrittenAction, "The audit trail does not verify")]
    [InlineData(Mutation.CommitNotTold, "^Live")]
    [InlineData(Mutation.ShortCopy, "The log had|its head says")]
    public async Task A_bug_is_found_soon(Mutation mutation, string broken)
    {
        for (var seed = 0; seed < MostSeeds; seed++)
        {
            if ((await World.RunAsync(Schedule.Of(seed), mutation)).Failure is not { } failure)
                continue;
            TestContext.Current.SendDiagnosticMessage($"{mutation}: seed {seed}: {failure.Message}");
            failure.Message.ShouldMatch(broken);
            return;
        }

        Assert.Fail($"{mutation} was not found in {MostSeeds} worlds.");
    }

    [Fact]
    public async Task A_schedule_shrinks_to_the_steps_that_its_failure_needs()
    {
        var schedule = Enumerable.Range(0, MostSeeds).Select(Schedule.Of).First(s => s.Steps.Count(t => t.Kind == StepKind.Erase) > 1);
        var shrunk = await Shrinking.OfAsync(schedule, s => Task.FromResult(s.Steps.Any(t => t.Kind == StepKind.Erase) && s.Steps.Any(t => t.Kind == StepKind.Tick)), tries: 1_000);
        shrunk.Steps.Select(t => t.Kind).Order().ShouldBe([StepKind.Tick, StepKind.Erase]);
    }
}
