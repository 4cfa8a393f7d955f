namespace Levelkeeper.Benchmarks.Serving;

/// <summary>The real program over HTTP, on SQLite: each answer comes after the commit. Wall time, client and server on one machine.</summary>
internal static class ServingFigures
{
    private const int BatchSize = 500;
    private const int Batches = 300;
    private const int Singles = 60_000;
    private const string ParseOnlyName = "Kestrel and our parser alone: nothing is kept";

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-benchmark-").FullName;
        try
        {
            foreach (var figure in InBatches(folder).Concat(OneByOne(folder)).Append(UntilReady(folder)))
                yield return figure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Figure> InBatches(string folder)
    {
        var (ours, oursEach) = Run(() => ServedProgram.Levelkeeper(Path.Combine(folder, "batches")));
        var (parsed, parsedEach) = Run(ServedProgram.ParseOnly);
        yield return new Figure("HTTP, batches of 500 facts, acknowledged after the commit, 8 connections", ours, "facts/s", parsed, ParseOnlyName, Target.AtLeast(30_000, "≥ 30 k/s"));
        yield return new Figure("the same: 99 of 100 batches are acknowledged within", oursEach, "ms", parsedEach, ParseOnlyName, Target.AtMost(100, "≤ 100 ms"));

        static (double Rate, double P99) Run(Func<ServedProgram> start)
        {
            using var server = start();
            Send("warm", 200);
            return Send("fact", Batches);

            (double, double) Send(string name, int batches)
            {
                var requests = Enumerable.Range(0, batches).Select(b => LoadClient.Request("application/cloudevents-batch+json", $"[{string.Join(',', Enumerable.Range(0, BatchSize).Select(i => Event(name, b * BatchSize + i)))}]")).ToArray();
                var (all, each) = LoadClient.SendAsync(server.Url, 8, requests).GetAwaiter().GetResult();
                return (batches * BatchSize / all.TotalSeconds, Percentile99(each));
            }
        }
    }

    private static IEnumerable<Figure> OneByOne(string folder)
    {
        var (ours, oursEach) = Run(() => ServedProgram.Levelkeeper(Path.Combine(folder, "singles")));
        var (parsed, parsedEach) = Run(ServedProgram.ParseOnly);
        yield return new Figure("HTTP, one fact a request, acknowledged after the commit, 256 connections", ours, "facts/s", parsed, ParseOnlyName, Target.AtLeast(10_000, "≥ 10 k/s"));
        yield return new Figure("the same: 99 of 100 facts are acknowledged within", oursEach, "ms", parsedEach, ParseOnlyName, null);

        static (double Rate, double P99) Run(Func<ServedProgram> start)
        {
            using var server = start();
            Send("warm", Singles);
            return Send("fact", Singles);

            (double, double) Send(string name, int count)
            {
                var requests = Enumerable.Range(0, count).Select(i => LoadClient.Request("application/cloudevents+json", Event(name, i))).ToArray();
                var (all, each) = LoadClient.SendAsync(server.Url, 256, requests).GetAwaiter().GetResult();
                return (count / all.TotalSeconds, Percentile99(each));
            }
        }
    }

    private static Figure UntilReady(string folder)
    {
        var (ours, nothing) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < 5; i++)
        {
            using (var server = ServedProgram.Levelkeeper(Path.Combine(folder, $"start-{i}")))
                ours = Math.Min(ours, server.UntilReady.TotalMilliseconds);
            nothing = Math.Min(nothing, ServedProgram.Nothing().TotalMilliseconds);
        }

        return new Figure("from the start of the program to ready, on an empty store", ours, "ms", nothing, "the program asked for its version", Target.AtMost(2_000, "≤ 2 s"));
    }

    private static double Percentile99(TimeSpan[] each) => each.Order().ElementAt(each.Length * 99 / 100).TotalMilliseconds;

    private static string Event(string name, int i) =>
        $$$"""{"specversion":"1.0","id":"{{{name}}}-{{{i}}}","source":"desk","type":"levelkeeper.ticket.closed.v1","subject":"T-{{{i % 20_000}}}","time":"2026-03-02T09:{{{i / 60 % 60:D2}}}:{{{i % 60:D2}}}Z","data":{"service":"hosting","customer":"Kontor","labels":{"priority":"P{{{i % 4}}}","queue":"network"} } }""";
}
