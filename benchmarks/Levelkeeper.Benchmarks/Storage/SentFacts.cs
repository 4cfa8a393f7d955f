using System.Globalization;
using System.Text;
using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Log;
using NodaTime;

namespace Levelkeeper.Benchmarks.Storage;

/// <summary>Facts of tickets as they are sent: batches of 500, six facts a ticket, one fact in a hundred sent before in an earlier batch.</summary>
internal sealed class SentFacts
{
    public const int Batch = 500;
    private const int Repeated = 100;

    private static readonly Instant s_start = Instant.FromUtc(2025, 1, 6, 0, 0);

    /// <summary>Any time: a log moves on by a tick for each entry where the clock stands.</summary>
    public static Instant Now { get; } = Instant.FromUtc(2026, 3, 2, 12, 0);

    // Six steps of a ticket, in the canonical form of their events: what stands before the id and after the subject.
    private static readonly (string Type, string Data)[] s_story =
    [
        ("ticket.reported", """{"by":"customer","priority":"P2","status":"new"}"""), ("ticket.assigned", """{"to":"anna"}"""), ("ticket.replied", """{"by":"provider","public":true}"""),
        ("ticket.status", """{"status":"waiting"}"""), ("ticket.status", """{"status":"open"}"""), ("ticket.resolved", "{}"),
    ];

    private readonly Random _random = new(17);
    private int _next;

    /// <summary>How many of the facts so far were sent before.</summary>
    public int Repetitions { get; private set; }

    /// <summary>The numbers of the next batch.</summary>
    public int[] Next()
    {
        var numbers = new int[Batch];
        var earlier = _next;
        for (var i = 0; i < numbers.Length; i++)
        {
            var repeats = earlier > 0 && i % Repeated == Repeated - 1;
            Repetitions += repeats ? 1 : 0;
            numbers[i] = repeats ? _random.Next(earlier) : _next++;
        }

        return numbers;
    }

    /// <summary>The text of a fact: some 200 bytes.</summary>
    public static byte[] Text(int number)
    {
        var (type, data) = s_story[number % 6];
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"data":{{data}},"id":"e{{number:d9}}","source":"https://desk.example","specversion":"1.0","subject":"INC-{{number / 6:d8}}","time":"{{Time(number):uuuu'-'MM'-'dd'T'HH':'mm':'ss'Z'}}","type":"levelkeeper.{{type}}.v1"}"""));
    }

    /// <summary>What the reader of events makes of the text, its digest included.</summary>
    public static LogEntry Entry(int number, byte[] text) => new(
        new Fact
        {
            Source = "https://desk.example",
            Id = string.Create(CultureInfo.InvariantCulture, $"e{number:d9}"),
            Type = "",
            Subject = string.Create(CultureInfo.InvariantCulture, $"INC-{number / 6:d8}"),
            Time = Time(number),
            Data = new FactData.Unknown(),
            Digest = LogEntry.DigestOf(text),
        },
        text);

    private static Instant Time(int number) => s_start + Duration.FromSeconds(number / 6 * 3L + number % 6 * 1800L);
}
