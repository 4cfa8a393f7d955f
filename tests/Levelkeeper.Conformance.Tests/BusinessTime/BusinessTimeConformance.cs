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
/// edge otherwise (<c>boundary</c>, <c>source</c>), by that decision.
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
            if (IsExpected(json, (asked with { Edge = DeadlineOnClosing.ClosingInstant, ClosingInstantIsOpen = false }).Answer()))
            {
                tally.Passed();
                return;
            }

            var answer = asked.Answer();
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
