using System.Reflection;
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
    private static readonly Lazy<Dictionary<string, JsonElement>> All = new(Load);

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

    private static Dictionary<string, JsonElement> Load()
    {
        var cases = new Dictionary<string, JsonElement>();
        using (var shipped = Assembly.GetExecutingAssembly().GetManifestResourceStream("ticket_clocks.json")!)
            Add(cases, "ticket_clocks.json", JsonDocument.Parse(shipped).RootElement);
        var folder = Environment.GetEnvironmentVariable("LEVELKEEPER_CONFORMANCE");
        if (!string.IsNullOrEmpty(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
                Add(cases, "extra/" + Path.GetFileName(file), JsonDocument.Parse(File.ReadAllText(file)).RootElement);
        }

        return cases;
    }

    // Files of other kinds may lie in the same folder: ours are the lists whose entries have a system, an agreement with targets, and events.
    private static void Add(Dictionary<string, JsonElement> cases, string file, JsonElement root)
    {
        var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("cases", out var inner) ? inner : root;
        if (list.ValueKind != JsonValueKind.Array)
            return;
        var position = 0;
        foreach (var json in list.EnumerateArray())
        {
            position++;
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("system", out _) && json.TryGetProperty("agreement", out _) && json.TryGetProperty("events", out _))
                cases.Add($"{file}#{position} {(json.TryGetProperty("id", out var id) ? id.ToString() : "")}", json);
        }
    }
}
