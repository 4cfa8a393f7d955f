namespace Levelkeeper.Benchmarks.Serving;

/// <summary>The real program over HTTP, on SQLite: each answer comes after the commit. Wall time, client and server on one machine.</summary>
internal static class ServingFigures
{
    private const int BatchSize = 500;
    // So many that one pause of the machine is not one in a hundred.
    private const int Batches = 1_200;
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

    private static IEnumerable<Figure> InBatches(string folder) =>
        Rows("HTTP, batches of 500 facts, acknowledged after the commit, 8 connections", "batches", Target.AtLeast(30_000, "≥ 30 k/s"), Target.AtMost(100, "≤ 100 ms"), folder, Batches, 8, BatchSize,
            static (name, b) => LoadClient.Request("application/cloudevents-batch+json", $"[{string.Join(',', Enumerable.Range(0, BatchSize).Select(i => Event(name, b * BatchSize + i)))}]"));

    private static IEnumerable<Figure> OneByOne(string folder) =>
        Rows("HTTP, one fact a request, acknowledged after the commit, 256 connections", "requests", Target.AtLeast(10_000, "≥ 10 k/s"), null, folder, Singles, 256, 1,
            static (name, i) => LoadClient.Request("application/cloudevents+json", Event(name, i)));

    /// <summary>Rate, rate for each second of the server's processor time (which other load on the machine changes least), and latency.</summary>
    private static IEnumerable<Figure> Rows(string name, string what, Target rate, Target? latency, string folder, int requests, int connections, int facts, Func<string, int, byte[]> request)
    {
        var ours = Run(() => ServedProgram.Levelkeeper(Path.Combine(folder, what)));
        var parsed = Run(ServedProgram.ParseOnly);
        yield return new Figure(name, ours.Rate, "facts/s", parsed.Rate, ParseOnlyName, rate);
        yield return new Figure("the same, for each second of the server's processor time", ours.ForACore, "facts/s", parsed.ForACore, ParseOnlyName, null);
        yield return new Figure($"the same: 99 of 100 {what} are acknowledged within", ours.P99, "ms", parsed.P99, ParseOnlyName, latency);

        (double Rate, double ForACore, double P99) Run(Func<ServedProgram> start)
        {
            using var server = start();
            Send("warm", 2 * requests);
            return Send("fact", requests);

            (double, double, double) Send(string prefix, int count)
            {
                var all = Enumerable.Range(0, count).Select(i => request(prefix, i)).ToArray();
                var before = server.ProcessorTime;
                var (took, each) = LoadClient.SendAsync(server.Url, connections, all).GetAwaiter().GetResult();
                return (count * facts / took.TotalSeconds, count * facts / (server.ProcessorTime - before).TotalSeconds, Percentile99(each));
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
