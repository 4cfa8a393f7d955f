using System.Text.Json;

namespace Levelkeeper.Conformance.Tests.TicketClocks;

/// <summary>Counts the outcomes of all cases and prints one line at the end of the run.</summary>
public sealed class TicketClockTally : IDisposable
{
    private int _passed;
    private int _failed;

    public void Passed() => Interlocked.Increment(ref _passed);

    public void Failed() => Interlocked.Increment(ref _failed);

    public void Dispose() => Console.WriteLine(
        $"conformance: ticket clocks: {_passed} passed (each with its system's rules chosen as clauses), {_failed} failed, {TicketClockConformance.QuirkCount} quirks left out");
}

/// <summary>
/// Cases from the test suites and manuals of help desks. The systems disagree, so each case is evaluated under an agreement that states its system's rules
/// (<see cref="TicketClockSystems"/>); the numbers are the engine's. Cases marked as a quirk of their source are left out and counted.
/// </summary>
public sealed class TicketClockConformance(TicketClockTally tally) : IClassFixture<TicketClockTally>
{
    private static readonly Lazy<Dictionary<string, JsonElement>> All = new(() => ConformanceCases.Load("ticket_clocks.json", "system", "agreement", "events"));

    public static TheoryData<string> Cases => [.. All.Value.Where(c => !IsQuirk(c.Value)).Select(c => c.Key)];

    public static int QuirkCount => All.Value.Values.Count(IsQuirk);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_source(string name)
    {
        try
        {
            var differences = new TicketClockExpectation(new TicketClockCase(All.Value[name])).Differences().ToList();
            differences.ShouldBeEmpty(All.Value[name].GetProperty("source").ToString());
            tally.Passed();
        }
        catch
        {
            tally.Failed();
            throw;
        }
    }

    [Fact]
    public void The_shipped_file_has_all_its_cases() =>
        All.Value.Keys.Count(static k => k.StartsWith("ticket_clocks.json", StringComparison.Ordinal)).ShouldBe(67);

    private static bool IsQuirk(JsonElement json) => json.TryGetProperty("quirk", out var quirk) && quirk.ValueKind == JsonValueKind.True;
}
