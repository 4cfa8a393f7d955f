using System.Globalization;
using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Forms;
using NodaTime;
using Spectre.Console;

namespace Levelkeeper.Cli.Output;

// 'Text' alone is the product's own namespace here.
using Text = Spectre.Console.Text;

/// <summary>Clocks for a person.</summary>
internal static class ClockTable
{
    public static void Write(Terminal terminal, IReadOnlyList<(Agreement Agreement, ClockReading Reading)> clocks)
    {
        var console = terminal.Drawing();
        if (clocks.Count == 0)
        {
            console.Write(new Text("No clock.\n"));
            return;
        }

        var table = new Table().RoundedBorder();
        var several = clocks.Select(c => c.Agreement.Id).Distinct().Count() > 1;
        if (several)
            table.AddColumn("Agreement");
        table.AddColumn("Ticket").AddColumn("Clock").AddColumn("Started").AddColumn("Due").AddColumn("Stopped")
            .AddColumn("Spent", c => c.RightAligned()).AddColumn("Paused", c => c.RightAligned()).AddColumn("Left", c => c.RightAligned()).AddColumn("Verdict");
        foreach (var (agreement, reading) in clocks)
        {
            var times = new TimeForm(agreement.Zone);
            var cells = new List<Text>
            {
                new(Colour.Safe(reading.Ticket)),
                new(Colour.Safe(reading.Clock) + (reading.Cycle > 1 ? string.Create(CultureInfo.InvariantCulture, $" #{reading.Cycle}") : "")),
                new(times.At(reading.StartedAt)),
                new(Due(reading, times)),
                new(reading.StoppedAt is { } stopped ? times.At(stopped) : ""),
                new(Length(reading.Spent)),
                new(reading.Paused == Duration.Zero ? "" : Length(reading.Paused)),
                new(reading.StoppedAt is null && reading.Remaining is { } left ? Length(left) : ""),
                new($"{Mark(reading.Verdict)} {ClockJson.Word(reading.Verdict)}", Colour.Of(ToneOf(reading.Verdict))),
            };
            if (several)
                cells.Insert(0, new Text(Colour.Safe(agreement.Id)));
            table.AddRow(cells);
        }

        TableOrRecords.Write(console, table);
        var counts = clocks.GroupBy(c => c.Reading.Verdict).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} {ClockJson.Word(g.Key)}"));
        console.Write(new Text(string.Join(", ", counts) + "\n"));
    }

    private static string Mark(ClockVerdict verdict) => verdict switch
    {
        ClockVerdict.Running => "▸",
        ClockVerdict.Paused => "‖",
        ClockVerdict.Met => "✓",
        ClockVerdict.Breached => "✗",
        ClockVerdict.Cancelled => "–",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    private static Tone ToneOf(ClockVerdict verdict) => verdict switch
    {
        ClockVerdict.Met => Tone.Good,
        ClockVerdict.Breached => Tone.Bad,
        ClockVerdict.Running => Tone.Warning,
        ClockVerdict.Paused or ClockVerdict.Cancelled => Tone.Quiet,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    private static string Due(ClockReading reading, TimeForm times) => reading switch
    {
        { PinnedDue: { } pinned, Due: { } due } => $"{times.At(pinned)} (agreed; else {times.At(due)})",
        { PinnedDue: { } pinned } => $"{times.At(pinned)} (agreed)",
        { Due: { } due } => times.At(due),
        { PausedSince: not null, Remaining: { } left } => $"paused, {Length(left)} left",
        _ => "",
    };

    private static string Length(Duration duration) => NumberForm.Duration((long)duration.BclCompatibleTicks);
}
