using BenchmarkDotNet.Running;
using Levelkeeper.Benchmarks;
using Levelkeeper.Benchmarks.Availability;
using Levelkeeper.Benchmarks.Calendars;
using Levelkeeper.Benchmarks.Clocks;
using Levelkeeper.Benchmarks.Facts;
using Levelkeeper.Benchmarks.Language;
using Levelkeeper.Benchmarks.Live;
using Levelkeeper.Benchmarks.Serving;
using Levelkeeper.Benchmarks.Statements;
using Levelkeeper.Benchmarks.Storage;

// The baseline of the server's figures, which they start.
if (args is [ParseOnlyServer.Argument])
{
    ParseOnlyServer.Run();
    return 0;
}

// "figures": every row of the performance table with its baseline, in one run of about a minute; "figures clocks" only those on clocks. Anything else goes to BenchmarkDotNet.
if (args is not ["figures", .. var wanted])
{
    BenchmarkSwitcher.FromAssembly(typeof(Figure).Assembly).Run(args);
    return 0;
}

(string Area, Func<IEnumerable<Figure>> Measure)[] areas =
[
    ("calendars", CalendarFigures.Measure),
    ("availability", AvailabilityFigures.Measure),
    ("clocks", ClockFigures.Measure),
    ("facts", FactFigures.Measure),
    ("language", LanguageFigures.Measure),
    ("statements", StatementFigures.Measure),
    ("serving", ServingFigures.Measure),
];

// They take minutes and gigabytes, so they run only when they are named.
(string Area, Func<IEnumerable<Figure>> Measure)[] longAreas =
[
    ("keys", KeyFigures.Measure),
    ("ingest", IngestFigures.Measure),
    ("ingest-postgres", IngestFigures.MeasurePostgres),
    ("store", StoreFigures.Measure),
    ("live", LiveFigures.Measure),
    ("probes", ProbeFigures.Measure),
    ("start", StartFigures.Measure),
    ("escalations", EscalationFigures.Measure),
];
Console.WriteLine(Figure.Head);
var met = true;
foreach (var figure in areas.Where(a => wanted.Length == 0 || wanted.Contains(a.Area)).Concat(longAreas.Where(a => wanted.Contains(a.Area))).SelectMany(a => a.Measure()))
{
    Console.WriteLine(figure);
    met &= figure.Met;
}

return met ? 0 : 1;
