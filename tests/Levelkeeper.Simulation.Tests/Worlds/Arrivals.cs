using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>A fact that sources send, perhaps more than once.</summary>
/// <param name="Number">From 0, in the order of its making.</param>
/// <param name="Entry">The fact with its text.</param>
internal sealed record Arrival(int Number, LogEntry Entry)
{
    /// <summary>What it is and what it says.</summary>
    public (FactKey Key, FactDigest Digest) Content => (Entry.Fact.Key, Entry.Fact.Digest);
}

/// <summary>The facts of some days: tickets, outages, numbers, corrections, retractions, and other versions of facts that were sent before.</summary>
internal static class Arrivals
{
    private const int Tickets = 4;

    /// <summary>As many facts as asked for, each another content.</summary>
    public static ImmutableArray<Arrival> Of(Random random, Instant start, int count)
    {
        var arrivals = ImmutableArray.CreateBuilder<Arrival>(count);
        var time = start;
        for (var i = 0; i < count; i++)
        {
            time += Duration.FromSeconds(random.Next(9_000));
            // Sources tell some things late, and now and then something else under an identity that they used before.
            var at = random.Next(5) == 0 ? time - Duration.FromSeconds(random.Next(100_000)) : time;
            var identity = i > 3 && random.Next(8) == 0 ? random.Next(i) : i;
            arrivals.Add(Made(random, i, identity, at));
        }

        return arrivals.MoveToImmutable();
    }

    private static Arrival Made(Random random, int number, int identity, Instant at)
    {
        string[] services = ["\"service\":\"site\"", "\"service\":\"site\"", "\"service\":\"desk\"", "\"customer\":\"Klient\",\"service\":\"desk\"", "\"service\":\"elsewhere\""];
        var (ticket, address) = ($"T-{random.Next(Tickets)}", services[random.Next(services.Length)]);
        var (type, subject, data) = random.Next(14) switch
        {
            0 or 1 or 2 => ("ticket.reported", ticket, $"{address},\"priority\":\"high\""),
            3 or 4 => ("ticket.acknowledged", ticket, $"{address},\"by\":\"ann\""),
            5 => ("ticket.resolved", ticket, $"{address},\"by\":\"ann\""),
            6 => ("ticket.merged", ticket, $"\"into\":\"T-{random.Next(Tickets)}\""),
            7 or 8 => ("service.down", random.Next(3) switch { 0 => "web", 1 => "db", _ => "site" }, address),
            9 or 10 => ("service.up", random.Next(3) switch { 0 => "web", 1 => "db", _ => "site" }, address),
            11 => ("business.measured", "", "\"metric\":\"leads\",\"value\":2"),
            12 => ("fact.retracted", "", $"\"source\":\"source\",\"id\":\"{random.Next(number + 1)}\",\"reason\":\"mistaken\""),
            _ => ("fact.corrected", "", $"\"source\":\"source\",\"id\":\"{random.Next(number + 1)}\",\"reason\":\"clock\",\"time\":\"{InstantPattern.ExtendedIso.Format(at - Duration.FromHours(1))}\""),
        };
        var about = subject.Length > 0 ? $"\"subject\":\"{subject}\"," : "";
        // The number makes each content another one.
        var text = $$$"""{"specversion":"1.0","id":"{{{identity}}}","source":"source","number":{{{number}}},"type":"levelkeeper.{{{type}}}.v1","time":"{{{InstantPattern.ExtendedIso.Format(at)}}}",{{{about}}}"data":{{{{data}}}}}""";
        var diagnostics = new DiagnosticBag();
        var reader = new CloudEventReader("simulation", diagnostics);
        var fact = reader.ReadOne(Encoding.UTF8.GetBytes(text)) ?? throw new InvalidOperationException($"{diagnostics.FirstOrDefault()}: {text}");
        return new Arrival(number, new LogEntry(fact, reader.Canonical.ToArray()));
    }
}
