using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using NodaTime;
using static Levelkeeper.Core.Tests.Facts.Some;

namespace Levelkeeper.Core.Tests.Facts;

public class FactFilesTests
{
    private readonly DiagnosticBag _diagnostics = new();

    private static Fact At(string id, double minute, double? recorded = null, int line = 0, string file = "a.jsonl") =>
        Fact(id, minute, Status("new")) with { RecordedTime = recorded is { } at ? Minute(at) : null, Place = new Place(file, line) };

    private IEnumerable<(string Id, Instant Recorded)> Log(Instant? otherwise, params Fact[] facts) =>
        FactFiles.Log(facts, otherwise, _diagnostics).AsEnumerable().Select(static s => (s.Fact.Id, s.Recorded)).ToList();

    [Fact]
    public void A_fact_counts_as_recorded_when_it_says()
    {
        Log(null, At("a", 0, recorded: 5)).ShouldBe([("a", Minute(5))]);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void A_fact_that_does_not_say_counts_as_recorded_when_it_happened_or_when_it_is_read()
    {
        Log(null, At("a", 1)).ShouldBe([("a", Minute(1))]);
        Log(Minute(60), At("a", 1), At("b", 2, recorded: 3)).ShouldBe([("b", Minute(3)), ("a", Minute(60))]);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void A_fact_of_the_future_is_not_recorded_before_it_happens() =>
        Log(Minute(60), At("a", 90)).ShouldBe([("a", Minute(90))]);

    [Fact]
    public void A_record_from_before_its_fact_is_warned_of_and_brings_no_advantage()
    {
        Log(null, At("a", 10, recorded: 4, line: 7)).ShouldBe([("a", Minute(10))]);
        var diagnostic = _diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Severity, diagnostic.Place.Line).ShouldBe(("LK2056", Severity.Warning, 7));
    }

    [Fact]
    public void A_record_at_the_instant_of_its_fact_is_in_order()
    {
        Log(null, At("a", 10, recorded: 10)).ShouldBe([("a", Minute(10))]);
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void The_log_is_in_the_order_of_recording_and_a_file_in_another_order_is_noted_once()
    {
        Log(null, At("a", 0, recorded: 9, line: 1), At("b", 0, recorded: 5, line: 2), At("c", 0, recorded: 7, line: 3), At("d", 0, recorded: 9, line: 4))
            .ShouldBe([("b", Minute(5)), ("c", Minute(7)), ("a", Minute(9)), ("d", Minute(9).PlusTicks(1))]);
        var diagnostic = _diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Place.Line).ShouldBe(("LK2057", 2));
        diagnostic.Message.ShouldContain("2 facts");
    }

    [Fact]
    public void Each_file_has_an_order_of_its_own()
    {
        Log(null, At("a", 0, recorded: 9, file: "a.jsonl"), At("b", 0, recorded: 5, file: "b.jsonl"), At("c", 0, recorded: 12, file: "a.jsonl"));
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Of_two_contents_of_one_identity_the_one_recorded_first_stands_wherever_it_is()
    {
        var late = At("a", 0, recorded: 9, line: 1) with { Data = Status("closed"), Digest = new FactDigest(9, 9) };
        FactFiles.Log([late, At("a", 0, recorded: 5, file: "b.jsonl")], null, _diagnostics).Facts[0].Fact.Data.ShouldBe(Status("new"));
        _diagnostics.ShouldHaveSingleItem().Code.ShouldBe("LK2050");
    }
}
