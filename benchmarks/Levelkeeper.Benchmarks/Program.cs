using BenchmarkDotNet.Running;
using Levelkeeper.Benchmarks;
using Levelkeeper.Benchmarks.Calendars;

// "figures": every row of the performance table with its baseline, in one short run. Anything else goes to BenchmarkDotNet.
if (args is not ["figures", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(Figure).Assembly).Run(args);
    return 0;
}

Console.WriteLine(Figure.Head);
List<Figure> figures = [.. CalendarFigures.Run(Console.Out)];
return figures.TrueForAll(static f => f.Met) ? 0 : 1;
