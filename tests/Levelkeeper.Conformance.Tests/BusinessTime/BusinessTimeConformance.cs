using System.Reflection;
using System.Text.Json;
using Levelkeeper.Connectors.Calendars;
using Levelkeeper.Core.Calendars;
using Levelkeeper.Core.Diagnostics;
using NodaTime.Text;

namespace Levelkeeper.Conformance.Tests.BusinessTime;

/// <summary>Counts the outcomes of all cases and prints one line at the end of the run.</summary>
public sealed class BusinessTimeTally : IDisposable
{
    private int _passed;
    private int _clause;
    private int _failed;

    public void Passed() => Interlocked.Increment(ref _passed);

    public void ByClause() => Interlocked.Increment(ref _clause);

    public void Failed() => Interlocked.Increment(ref _failed);

    public void Dispose() =>
        Console.WriteLine($"conformance: business time: {_passed + _clause} passed ({_clause} of them reproduced by choosing a clause), {_failed} failed");
}

/// <summary>
/// Cases from the test suites of other projects. Each is answered by the defaults first; where that differs and the case says that its source decides an
/// edge otherwise (<c>boundary</c>, <c>tags: closing_instant</c>), by that decision.
/// </summary>
public sealed class BusinessTimeConformance(BusinessTimeTally tally) : IClassFixture<BusinessTimeTally>
{
    private static readonly BusinessTimeCaseReader Reader = new();
    private static readonly Lock Reading = new();
    private static readonly Lazy<Dictionary<string, JsonElement>> All = new(() => ConformanceCases.Load("business_time.json", "weekly", "operation"));

    public static TheoryData<string> Cases => [.. All.Value.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_source(string name)
    {
        try
        {
            var json = All.Value[name];
            var asked = Read(json);
            if (IsExpected(json, (asked with { Edge = DeadlineOnClosing.ClosingInstant }).Answer()))
            {
                tally.Passed();
                return;
            }

            var closingInstantIsOpen = json.TryGetProperty("tags", out var tags) && tags.EnumerateArray().Any(static t => t.GetString() == "closing_instant");
            var answer = (asked with { ClosingInstantIsOpen = closingInstantIsOpen }).Answer();
            IsExpected(json, answer).ShouldBeTrue($"got {answer} for {json.GetRawText()}");
            tally.ByClause();
        }
        catch
        {
            tally.Failed();
            throw;
        }
    }

    [Fact]
    public void The_shipped_file_has_all_its_cases() =>
        All.Value.Keys.Count(static k => k.StartsWith("business_time.json", StringComparison.Ordinal)).ShouldBe(233);

    // One source counts the closing instant as open; a batch, which does not see what is expected, keeps to our rule.
    [Fact]
    public void A_batch_answers_the_shipped_file_as_its_sources_do_but_for_one_closing_instant()
    {
        using var shipped = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("business_time.json")!);
        var output = new StringWriter();
        CalendarBatch.Run(shipped, output).ShouldBeTrue();
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var cases = All.Value.Where(static c => c.Key.StartsWith("business_time.json", StringComparison.Ordinal)).Select(static c => c.Value).ToArray();
        lines.Length.ShouldBe(cases.Length);
        var different = new List<string?>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = JsonDocument.Parse(lines[i]).RootElement;
            line.GetProperty("id").GetString().ShouldBe(cases[i].GetProperty("id").GetString());
            var expected = cases[i].TryGetProperty("expected", out var value) ? value : cases[i].GetProperty("expected_seconds");
            var got = line.GetProperty("result");
            if (expected.ValueKind == JsonValueKind.Number ? expected.GetDecimal() != got.GetDecimal() : expected.ToString() != got.ToString())
                different.Add(line.GetProperty("id").GetString());
        }

        different.ShouldBe(["bt-0372"]);
    }

    private static BusinessTimeCase Read(JsonElement json)
    {
        var diagnostics = new DiagnosticBag();
        lock (Reading)
        {
            var read = Reader.Read(json, Place.None, diagnostics);
            return read.ShouldNotBeNull(string.Join(Environment.NewLine, diagnostics));
        }
    }

    private static bool IsExpected(JsonElement json, BusinessTimeAnswer answer) => answer switch
    {
        BusinessTimeAnswer.At at => OffsetDateTimePattern.Rfc3339.Parse(json.GetProperty("expected").GetString()!).Value.ToInstant() == at.Instant,
        BusinessTimeAnswer.Length length => json.GetProperty("expected_seconds").GetDecimal() == length.Seconds,
        BusinessTimeAnswer.Open open => json.GetProperty("expected").GetBoolean() == open.IsOpen,
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };
}
