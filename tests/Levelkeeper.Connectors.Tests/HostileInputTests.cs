using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Connectors.Csv;
using Levelkeeper.Connectors.Tests.CloudEvents;
using Levelkeeper.Connectors.Tests.Csv;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Connectors.Tests;

/// <summary>Mutated input: whatever it is, there is no exception, what is wrong is reported, and reading ends in bounded time.</summary>
public class HostileInputTests
{
    private static readonly byte[][] Pieces =
        [.. new[] { "{", "}", "[", "]", "\"", ",", ":", "\n", "\\", "\\ud800", "null", "-1", "1e999", "\"PT-1S\"", "\"2026-02-30T00:00:00\"", "\0", "\r", ";" }.Select(Encoding.UTF8.GetBytes), [0xFF], [0xC3], [0xEF, 0xBB, 0xBF]];

    private static Gen<byte[]> Mutated(Gen<byte[]> valid) =>
        from text in valid
        from edits in (from kind in Gen.Choose(0, 3) from at in Gen.Choose(0, 9999) from length in Gen.Choose(1, 12) from piece in Gen.Elements(Pieces) select (kind, at, length, piece)).ArrayOf(4)
        select edits.Aggregate(text, static (bytes, edit) =>
        {
            var at = bytes.Length == 0 ? 0 : edit.at % bytes.Length;
            var until = Math.Min(bytes.Length, at + edit.length);
            return edit.kind switch
            {
                0 => [.. bytes[..at], .. bytes[until..]],
                1 => [.. bytes[..at], .. edit.piece, .. bytes[at..]],
                2 => [.. bytes[..at], .. edit.piece, .. bytes[until..]],
                _ => [.. bytes[..until], .. bytes[at..]],
            };
        });

    [Fact]
    public void Mutated_events_are_read_or_reported_and_what_is_read_can_be_written()
    {
        var writer = new CloudEventWriter();
        var valid = from facts in Events.Facts.ArrayOf(3)
                    from batch in Gen.Elements(false, true)
                    let texts = facts.Select(writer.ToText)
                    select Encoding.UTF8.GetBytes(batch ? "[" + string.Join(",\n", texts) + "]" : string.Join('\n', texts));
        var watch = Stopwatch.StartNew();
        Prop.ForAll(Mutated(valid).ToArbitrary(), text =>
        {
            var (facts, diagnostics) = Events.Read(text);
            foreach (var fact in facts)
            {
                var again = Events.Read(writer.ToText(fact)).Facts.ShouldHaveSingleItem();
                again.ShouldBe(fact);
                writer.Digest(again).ShouldBe(fact.Digest);
            }

            return facts.Count > 0 || diagnostics.Count > 0 || text.All(value => value is 0xEF or 0xBB or 0xBF or 9 or 10 or 13 or 32) || Encoding.UTF8.GetString(text).Trim('\uFEFF', ' ', '\n') is "[]";
        }).Check(Seeds.Config(5000));
        watch.Elapsed.TotalSeconds.ShouldBeLessThan(60);
    }

    [Fact]
    public void Mutated_tables_lose_no_row_without_a_word()
    {
        const string Table = "Nr,Zeit,Status,Gruppe\n1,02.03.2026 10:00,Neu,a\n2,02.03.2026 10:00,\"Neu\",\"b \"\"c\"\"\"\r\n3,02.03.2026 10:00,Alt,\n4,02.03.2026 10:00,Neu,ü\n";
        Prop.ForAll(Mutated(Gen.Constant(Encoding.UTF8.GetBytes(Table))).ToArbitrary(), text =>
        {
            var imported = CsvImportTests.Run(text);
            var errors = imported.Diagnostics.Count(each => each.Severity == Severity.Error);
            return imported.Result.Rows == imported.Facts.Count + imported.Result.Rejected + imported.Result.WithoutFacts && errors >= imported.Result.Rejected;
        }).Check(Seeds.Config(3000));
    }

    [Fact]
    public void Mutated_maps_are_read_or_reported()
    {
        Prop.ForAll(Mutated(Gen.Constant(Encoding.UTF8.GetBytes(CsvImportTests.Map))).ToArbitrary(), text =>
        {
            var diagnostics = new DiagnosticBag();
            return CsvMap.Read(Encoding.UTF8.GetString(text), "map.yaml", diagnostics) is null == diagnostics.HasErrors;
        }).Check(Seeds.Config(2000));
    }

    [Theory]
    [InlineData("{\"a\":{\n")]
    [InlineData("{\"\n")]
    [InlineData("{\n")]
    [InlineData("[\n")]
    [InlineData("x\n")]
    [InlineData(",\n{}")]
    [InlineData("{\"a\":\"\\\n")]
    public void A_megabyte_of_broken_starts_takes_bounded_time(string line)
    {
        var text = string.Concat(Enumerable.Repeat(line, (1 << 20) / line.Length));
        var watch = Stopwatch.StartNew();
        Events.Read("[\n" + text).Diagnostics.ShouldNotBeEmpty();
        Events.Read(text).Diagnostics.ShouldNotBeEmpty();
        CsvImportTests.Run("Nr,Zeit,Status,Gruppe\n" + text).Diagnostics.ShouldNotBeEmpty();
        watch.Elapsed.TotalSeconds.ShouldBeLessThan(60);
    }
}
