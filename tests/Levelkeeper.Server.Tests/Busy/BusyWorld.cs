using System.Globalization;
using System.Text;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Server.Tests.Busy;

/// <summary>What happens at a busy provider, minute by minute: one seed gives the same each time. It holds what is open and no more, however long it goes on.</summary>
/// <remarks>
/// Each minute every component is checked, and now and then one is down for a while. Tickets are reported as fast as others are resolved, so that as many stay open; most are answered within some hours, half are
/// acknowledged, some wait for the customer, one in twenty is opened again. Of two hundred facts one comes up to three hours late, one comes twice; one in a thousand is corrected, one in ten thousand comes again
/// with another content.
/// </remarks>
internal sealed class BusyWorld(BusyScale scale)
{
    /// <summary>So many facts that were sent are remembered, to be sent again.</summary>
    private const int Remembered = 4_096;

    private readonly Random _random = new(scale.Seed);
    private readonly int[] _downUntil = new int[scale.Probes];
    private readonly List<int> _open = [];
    private readonly Dictionary<int, int> _placeInOpen = [];
    private readonly PriorityQueue<Planned, (long At, int Order)> _planned = new();
    private readonly PriorityQueue<Sent, (int Minute, int Order)> _late = new();
    private readonly List<Sent> _acknowledged = [];
    private readonly List<Sent> _sentNow = [];
    private readonly Queue<int> _resolvedLast = new();
    private List<SentFact> _now = [];
    private int _tickets;
    private int _events;
    private int _order;

    /// <summary>How many tickets are open.</summary>
    public int OpenTickets => _open.Count;

    /// <summary>How many tickets were reported.</summary>
    public int Tickets => _tickets;

    /// <summary>How many facts were to be sent later than they happened.</summary>
    public long SentLate { get; private set; }

    /// <summary>The facts of the tickets that are open when the watch begins: reported over the last two days, and answered.</summary>
    public List<SentFact> Before()
    {
        _now = [];
        for (var i = 0; i < scale.Tickets; i++)
        {
            var at = BusyScale.Start - Duration.FromSeconds(_random.Next(60, 48 * 3600));
            var ticket = Report(at);
            Tell(ticket, at + Duration.FromSeconds(30), "replied", """{"by":"provider"}""");
            if (_random.Next(2) == 0)
                Tell(ticket, at + Duration.FromSeconds(45), "acknowledged", null);
        }

        return _now;
    }

    /// <summary>The facts that are sent in a minute of the watch, all of it behind them; in the order in which they are sent.</summary>
    /// <param name="minute">From 0.</param>
    public List<SentFact> Minute(int minute)
    {
        _now = [];
        Acknowledged();
        while (_late.TryPeek(out var late, out var when) && when.Minute <= minute)
        {
            _late.Dequeue();
            Send(late);
        }

        var began = BusyScale.Start + Duration.FromMinutes(minute);
        Check(minute, began);
        TakeCalls(minute, began);
        SendAgain(minute);
        return _now;
    }

    private void Check(int minute, Instant began)
    {
        for (var probe = 0; probe < scale.Probes; probe++)
        {
            if (_downUntil[probe] <= minute && _random.Next(20_000) == 0)
                _downUntil[probe] = minute + _random.Next(2, 40);
            var good = _downUntil[probe] <= minute;
            var at = began + Duration.FromMilliseconds(probe % 60_000);
            Happens(new Sent("probe", $"{probe}/{minute}", "probe.result", BusyAgreements.ComponentOf(probe), at, good ? """{"good":true}""" : """{"good":false}"""), minute);
        }
    }

    /// <summary>What comes and what is done at the desk.</summary>
    private void TakeCalls(int minute, Instant began)
    {
        for (var i = scale.Tickets / 3_000 + (_random.Next(3_000) < scale.Tickets % 3_000 ? 1 : 0); i > 0; i--)
            Plan(Report(began + Duration.FromMilliseconds(_random.Next(60_000)), minute), began);
        while (_planned.TryPeek(out var planned, out var when) && when.At < (began + Duration.FromMinutes(1)).ToUnixTimeTicks())
        {
            _planned.Dequeue();
            if (_placeInOpen.ContainsKey(planned.Ticket))
                Tell(planned.Ticket, Instant.FromUnixTimeTicks(when.At), planned.Type, planned.Data, minute);
        }

        while (_open.Count > scale.Tickets)
        {
            var ticket = _open[_random.Next(_open.Count)];
            Close(ticket);
            Tell(ticket, began + Duration.FromMilliseconds(_random.Next(60_000)), "resolved", null, minute);
            _resolvedLast.Enqueue(ticket);
            if (_resolvedLast.Count < 1_000)
                continue;
            ticket = _resolvedLast.Dequeue();
            if (_random.Next(20) != 0)
                continue;
            Open(ticket);
            Tell(ticket, began + Duration.FromMilliseconds(_random.Next(60_000)), "reopened", null, minute);
        }
    }

    /// <summary>What is to be done about a new ticket, unless it is resolved before.</summary>
    private void Plan(int ticket, Instant reported)
    {
        After(5, 300, "replied", """{"by":"provider"}""");
        if (_random.Next(2) == 0)
            After(1, 60, "acknowledged", null);
        if (_random.Next(3) == 0)
        {
            After(60, 360, "status", """{"status":"waiting"}""");
            After(400, 900, "status", """{"status":"open"}""");
        }

        void After(int from, int to, string type, string? data) =>
            _planned.Enqueue(new Planned(ticket, type, data), ((reported + Duration.FromMinutes(1) + Duration.FromMilliseconds(_random.Next(from * 60_000, to * 60_000))).ToUnixTimeTicks(), _order++));
    }

    /// <summary>What was sent comes again, as it was, with another content, or corrected.</summary>
    private void SendAgain(int minute)
    {
        if (_acknowledged.Count == 0)
            return;
        foreach (var sent in Some(200))
            _now.Add(new SentFact(sent.Text, Expected.Duplicate));
        foreach (var sent in Some(1_000).Where(s => s.Type == "probe.result"))
        {
            var at = BusyScale.Start + Duration.FromMinutes(minute + 1);
            Send(new Sent("probe", $"correction-{_events++}", "fact.corrected", sent.Subject, at, $$$"""{"source":"{{{sent.Source}}}","id":"{{{sent.Id}}}","reason":"looked at again","type":"levelkeeper.probe.result.v1","data":{"good":true}}"""));
        }

        foreach (var sent in Some(10_000).Where(s => s.Type == "probe.result"))
            _now.Add(new SentFact((sent with { Data = $$"""{"good":true,"location":"{{_events++}}"}""" }).Text, Expected.Conflict));
    }

    /// <summary>One in so many of the facts that a minute has, of those that were sent before.</summary>
    private IEnumerable<Sent> Some(int of)
    {
        for (var i = _now.Count / of + (_random.Next(of) < _now.Count % of ? 1 : 0); i > 0; i--)
            yield return _acknowledged[_random.Next(_acknowledged.Count)];
    }

    private int Report(Instant at, int? minute = null)
    {
        var ticket = _tickets++;
        Open(ticket);
        Tell(ticket, at, "reported", $$"""{"service":"desk","customer":"Customer {{ticket % scale.Agreements}}","priority":"P{{_random.Next(1, 5)}}"}""", minute);
        return ticket;
    }

    private void Open(int ticket)
    {
        _placeInOpen.Add(ticket, _open.Count);
        _open.Add(ticket);
    }

    private void Close(int ticket)
    {
        _placeInOpen.Remove(ticket, out var place);
        var last = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        if (last == ticket)
            return;
        (_open[place], _placeInOpen[last]) = (last, place);
    }

    private void Tell(int ticket, Instant at, string type, string? data, int? minute = null) => Happens(new Sent("desk", $"{_events++}", $"ticket.{type}", BusyAgreements.TicketOf(ticket), at, data), minute);

    /// <summary>Is sent at once, or late.</summary>
    private void Happens(Sent sent, int? minute)
    {
        if (minute is { } now && _random.Next(200) == 0)
        {
            SentLate++;
            _late.Enqueue(sent, (now + _random.Next(1, 180), _order++));
            return;
        }

        Send(sent);
    }

    private void Send(Sent sent)
    {
        _now.Add(new SentFact(sent.Text, Expected.Appended));
        if (_sentNow.Count < Remembered)
            _sentNow.Add(sent);
    }

    /// <summary>What was sent in the minute before was acknowledged by now.</summary>
    private void Acknowledged()
    {
        foreach (var sent in _sentNow)
        {
            if (_acknowledged.Count < Remembered)
                _acknowledged.Add(sent);
            else
                _acknowledged[_random.Next(Remembered)] = sent;
        }

        _sentNow.Clear();
    }

    private readonly record struct Planned(int Ticket, string Type, string? Data);

    private sealed record Sent(string Source, string Id, string Type, string Subject, Instant Time, string? Data)
    {
        public byte[] Text => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"specversion":"1.0","id":"{{Id}}","source":"{{Source}}","type":"levelkeeper.{{Type}}.v1","subject":"{{Subject}}","time":"{{InstantPattern.ExtendedIso.Format(Time)}}"{{(Data is null ? "" : $",\"data\":{Data}")}}}"""));
    }
}

/// <summary>A fact that is sent.</summary>
/// <param name="Text">The event in JSON.</param>
/// <param name="Expected">What must be told of it.</param>
internal readonly record struct SentFact(byte[] Text, Expected Expected);

/// <summary>What must be told of a fact that is sent.</summary>
internal enum Expected
{
    /// <summary>It is new.</summary>
    Appended,

    /// <summary>It was acknowledged before.</summary>
    Duplicate,

    /// <summary>Its identity was taken.</summary>
    Conflict,
}
