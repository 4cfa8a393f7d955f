using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Levelkeeper.Connectors.CloudEvents;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using NodaTime;

namespace Levelkeeper.Connectors.Tests.CloudEvents;

/// <summary>Texts and random facts for the tests of events.</summary>
internal static class Events
{
    internal const string Head = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"desk\",\"subject\":\"T-1\",\"time\":\"2026-03-02T09:00:00Z\"";

    internal static string Event(string type, string? data = null, string head = Head) =>
        $"{{{head},\"type\":\"{type}\"{(data is null ? "" : ",\"data\":" + data)}}}";

    internal static (List<Fact> Facts, List<Diagnostic> Diagnostics) Read(string text, CloudEventLimits? limits = null) => Read(Encoding.UTF8.GetBytes(text), limits);

    internal static (List<Fact> Facts, List<Diagnostic> Diagnostics) Read(byte[] text, CloudEventLimits? limits = null)
    {
        var diagnostics = new DiagnosticBag();
        var facts = CloudEventReader.Read(new MemoryStream(text), "facts.jsonl", diagnostics, limits).ToList();
        return (facts, [.. diagnostics]);
    }

    internal static Fact One(string text)
    {
        var (facts, diagnostics) = Read(text);
        diagnostics.ShouldBeEmpty();
        return facts.ShouldHaveSingleItem();
    }

    internal static string Code(string text)
    {
        var (facts, diagnostics) = Read(text);
        facts.ShouldBeEmpty();
        return diagnostics.ShouldHaveSingleItem().Code;
    }

    private static readonly Gen<string> Name = Gen.Elements("P1", "open", "Süd / 東京", "a\"b\\c", "line\nbreak", "😀", "\uE000z", "1.50", "7", "x y");
    private static readonly Gen<string> Maybe = Gen.OneOf(Gen.Constant(""), Name);
    private static readonly Gen<Instant> Time = from seconds in Gen.Choose(0, 2_000_000_000) from ticks in Gen.Elements(0, 1, 5_000_000, 9_999_999) select Instant.FromUnixTimeSeconds(seconds).PlusTicks(ticks);
    private static readonly Gen<decimal> Number = Gen.Elements(0m, 1m, 1.5m, 0.001m, 9007199254740991m, 9007199254740992m, 79228162514264337593543950335m, 0.0000000000000000000000000001m, 100m);
    private static readonly Gen<ImmutableArray<string>> Names = from names in Name.ArrayOf(3) select names.ToImmutableArray();

    private static readonly Gen<ImmutableSortedDictionary<string, string>> Map =
        from names in Name.ArrayOf(4)
        from value in Maybe
        select FactAddress.None.Labels.SetItems(names.Select(name => KeyValuePair.Create(name, value)));

    private static Gen<T?> Optional<T>(Gen<T> gen)
        where T : struct => Gen.OneOf(Gen.Constant<T?>(null), gen.Select(value => (T?)value));

    internal static readonly Gen<FactData> Data = Gen.OneOf(
        from state in Gen.Elements(Enum.GetValues<ServiceState>())
        from lost in Names
        from previous in Optional(Gen.Elements(Enum.GetValues<ServiceState>()))
        from location in Maybe
        from share in Optional(Gen.Elements(0m, 0.5m, 1m))
        select (FactData)new FactData.StateChanged(state, lost, previous, location, share),
        from good in Gen.Elements(true, false)
        from latency in Optional(from ticks in Gen.Choose(0, 2_000_000_000) select Duration.FromTicks(ticks))
        from location in Maybe
        select (FactData)new FactData.Probed(good, latency, location, ""),
        from metric in Name
        from good in Optional(Number)
        from sum in Optional(Number)
        from buckets in Gen.Elements<ImmutableArray<HistogramBucket>>([], [new HistogramBucket(null, 4)], [new HistogramBucket(0.1m, 1), new HistogramBucket(1, 2), new HistogramBucket(null, 0)])
        select (FactData)new FactData.Aggregated(metric, Instant.FromUnixTimeTicks(-1), good, good, sum, buckets),
        from name in Name
        from reason in Maybe
        from claimant in Maybe
        from start in Time
        select (FactData)new FactData.ExclusionClaimed(name, start, start.PlusTicks(1), name, reason, reason) { By = claimant },
        from priority in Maybe
        from actor in Gen.Elements(Enum.GetValues<Actor>())
        from entered in Optional(Time)
        select (FactData)new FactData.TicketReported(priority, "", priority, actor, entered),
        from actor in Gen.Elements(Enum.GetValues<Actor>())
        from visible in Gen.Elements(true, false)
        from automatic in Gen.Elements(true, false)
        select (FactData)new FactData.TicketReplied(actor, visible, automatic),
        from priority in Name
        from reason in Gen.Elements(Enum.GetValues<PriorityReason>())
        select (FactData)new FactData.TicketPriority(priority, reason),
        from fields in Map
        select (FactData)new FactData.TicketChanged(fields),
        from restores in Names
        select (FactData)new FactData.TicketWorkaround(restores),
        from first in Gen.Elements<bool?>(null, true, false)
        select (FactData)new FactData.TicketResolved(first),
        from score in Number
        select (FactData)new FactData.TicketRated(score, score),
        from clock in Name
        from due in Time
        select (FactData)new FactData.TicketDeadlinePinned(clock, due, clock),
        from metric in Name
        from value in Number
        from whole in Optional(Number)
        select (FactData)new FactData.Measured(metric, -value, "", whole),
        from duty in Name
        from evidence in Maybe
        from succeeded in Gen.Elements(true, false)
        select (FactData)new FactData.DutyDone(duty, evidence, succeeded),
        from remedy in Name
        from of in Maybe
        from amount in Optional(Number)
        from number in Number
        from due in Optional(Time)
        from money in Gen.Elements<FactData>(
            new FactData.ClaimMade(new LineName(remedy, remedy, of), remedy, of), new FactData.AmountWaived(new LineName(remedy, remedy, of), amount, remedy, remedy, remedy),
            new FactData.GoodwillGiven(remedy, number, PartyRole.Provider, remedy, remedy), new FactData.GoodwillGiven(remedy, number, PartyRole.Customer, remedy, remedy),
            new FactData.DisputeOpened(remedy, new LineName(remedy, remedy, of), amount, of, of, remedy, remedy), new FactData.DisputeSettled(remedy, number, remedy, of),
            new FactData.AdjustmentAccepted(new LineName(remedy, remedy, of), remedy), new FactData.AmountPaid(new LineName(remedy, remedy, of), number, of),
            new FactData.InvoiceIssued(remedy, number, due), new FactData.InvoicePaid(remedy, number), new FactData.UnitsCounted(remedy, number))
        select money,
        Gen.Elements<FactData>(
            new FactData.TicketAcknowledged(), new FactData.TicketReopened(), new FactData.TicketClosed(), new FactData.Unknown(), new FactData.TicketAssigned("", ""),
            new FactData.TicketAssigned("ann", "tier 2"), new FactData.TicketStatus("open"), new FactData.TicketMerged("T-2"), new FactData.TicketCancelled("spam", true),
            new FactData.TicketCancelled("", false), new FactData.TicketEscalated("2"), new FactData.TicketLinked("web"), new FactData.ObserverChanged(false, ""),
            new FactData.ObserverChanged(true, "Oslo"), new FactData.MaintenanceCancelled("m"), new FactData.OutageUpdated("n"), new FactData.OutageUpdated(""), new FactData.ExclusionDecided("x", true, "customer", ""),
            new FactData.ExclusionDecided("x", false, "customer", "no"), new FactData.BreachExplained("availability", "", "ann", "disk"), new FactData.RosterChanged("sales", "ann", true),
            new FactData.RosterChanged("sales", "ann", false), new FactData.Retracted("desk", "1", "typed twice"), new FactData.Corrected("desk", "1", "typo", null, null),
            new FactData.Corrected("desk", "1", "typo", Instant.FromUtc(2026, 1, 1, 0, 0), new FactData.TicketStatus("open")),
            new FactData.Corrected("desk", "1", "typo", null, new FactData.Corrected("desk", "0", "typo", null, FactData.StateChanged.To(ServiceState.Down))),
            new FactData.MaintenanceAnnounced("m", Instant.FromUnixTimeTicks(0), Instant.FromUnixTimeTicks(1), "")));

    internal static readonly Gen<Fact> Facts =
        from source in Name
        from id in Name
        from sequence in Gen.Elements("", "7")
        from time in Time
        from recorded in Optional(Time)
        from service in Maybe
        from labels in Map
        from data in Data
        select new CloudEventWriter().Seal(new Fact
        {
            Source = source.Replace("\n", ""),
            Id = id.Replace("\n", ""),
            Type = FactTypes.Of(data) ?? "com.example.other",
            Subject = "T-1",
            Sequence = sequence,
            Time = time,
            RecordedTime = recorded,
            Address = data is FactData.Unknown || (service.Length == 0 && labels.IsEmpty) ? FactAddress.None : new FactAddress(service, service, "", labels),
            Data = data,
            Digest = default,
        });
}
