using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Levelkeeper.Core.Diagnostics;
using NodaTime;

namespace Levelkeeper.Core.Facts;

/// <summary>The facts as they count, as known at one sequence number and as of one instant, grouped by entity; and those left out, with the reason.</summary>
/// <remarks>Depends only on which facts are known, not on the order in which they came (sequence numbers and recorded times apart).</remarks>
public sealed class EffectiveFacts
{
    private readonly Dictionary<string, EntityFacts> _bySubject;

    private EffectiveFacts(
        Instant asOf, Dictionary<string, EntityFacts> bySubject, ImmutableArray<EntityFacts> entities, ImmutableArray<StampedFact> amendments, ImmutableArray<LeftOutFact> leftOut)
    {
        AsOf = asOf;
        _bySubject = bySubject;
        Entities = entities;
        Amendments = amendments;
        LeftOut = leftOut;
    }

    /// <summary>Facts later than this are left out.</summary>
    public Instant AsOf { get; }

    /// <summary>Every entity (subject) that has a fact, by subject, ordinal. Facts without a subject make the entity with the empty name.</summary>
    public ImmutableArray<EntityFacts> Entities { get; }

    /// <summary>Retractions and corrections that took effect, in the order of facts.</summary>
    public ImmutableArray<StampedFact> Amendments { get; }

    /// <summary>Facts that do not count, with the reason, in the order of facts.</summary>
    public ImmutableArray<LeftOutFact> LeftOut { get; }

    /// <summary>The facts of one entity; empty when it has none.</summary>
    public EntityFacts Of(string subject) => _bySubject.GetValueOrDefault(subject) ?? new EntityFacts(subject, []);

    /// <summary>All facts that count, entity by entity.</summary>
    public IEnumerable<EffectiveFact> All => Entities.SelectMany(static entity => entity.Facts);

    /// <summary>Reports what was left out, as notes and warnings: facts of the future, unknown types, amendments without effect.</summary>
    public void Report(DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach (var left in LeftOut)
        {
            if (FactDiagnostics.LeftOut(left, AsOf) is { } diagnostic)
                diagnostics.Add(diagnostic);
        }
    }

    internal static EffectiveFacts Of(ReadOnlySpan<StampedFact> facts, Instant asOf, Func<Fact, Fact, bool> mayCorrect)
    {
        var amendments = FactAmendments.Of(facts, mayCorrect);
        var leftOut = amendments.LeftOut;
        var groups = new Dictionary<string, List<EffectiveFact>>();
        foreach (var stamped in facts)
        {
            if (stamped.Fact.Data.IsAmendment)
                continue;
            var settled = amendments.Settle(stamped);
            if (settled.RetractedBy is { } by)
                leftOut.Add(new LeftOutFact(stamped, LeftOutReason.Retracted, by));
            else if (settled.Fact.Data is FactData.Unknown)
                leftOut.Add(new LeftOutFact(stamped, LeftOutReason.UnknownType, null));
            else if (settled.Fact.Time > asOf)
                leftOut.Add(new LeftOutFact(stamped, LeftOutReason.Future, settled.Corrections.LastOrDefault()));
            else
                Group(groups, stamped.Fact.Subject).Add(new EffectiveFact(settled.Fact, stamped, settled.Corrections));
        }

        var bySubject = new Dictionary<string, EntityFacts>(groups.Count);
        var entities = ImmutableArray.CreateBuilder<EntityFacts>(groups.Count);
        foreach (var (subject, list) in groups)
        {
            list.Sort(static (left, right) => Fact.CompareWithinEntity(left.Fact, right.Fact));
            var entity = new EntityFacts(subject, [.. list]);
            bySubject.Add(subject, entity);
            entities.Add(entity);
        }

        entities.Sort(static (left, right) => string.CompareOrdinal(left.Subject, right.Subject));
        amendments.Applied.Sort(static (left, right) => Fact.CompareWithinEntity(left.Fact, right.Fact));
        leftOut.Sort(static (left, right) => Fact.CompareWithinEntity(left.Fact.Fact, right.Fact.Fact) is var order and not 0 ? order : left.Reason.CompareTo(right.Reason));
        return new EffectiveFacts(asOf, bySubject, entities.MoveToImmutable(), [.. amendments.Applied], [.. leftOut]);
    }

    private static List<EffectiveFact> Group(Dictionary<string, List<EffectiveFact>> groups, string subject)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, subject, out _);
        return list ??= new List<EffectiveFact>(4);
    }
}

/// <summary>The facts of one entity: a ticket, a component.</summary>
/// <param name="Subject">Its name: the facts' CloudEvents subject. Several sources may speak about one entity.</param>
/// <param name="Facts">In the order (time, sequence, source, id).</param>
public sealed record EntityFacts(string Subject, ImmutableArray<EffectiveFact> Facts);

/// <summary>A fact as it counts.</summary>
/// <param name="Fact">With corrections applied. Its digest and place are the original's.</param>
/// <param name="Original">As appended.</param>
/// <param name="Corrections">What was applied to it, in order; empty for most. May hold a retraction that a later correction undid.</param>
public readonly record struct EffectiveFact(Fact Fact, StampedFact Original, ImmutableArray<StampedFact> Corrections);

/// <summary>A fact that does not count.</summary>
/// <param name="Fact">As appended.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Because">The other fact that made it so: the retraction, or the fact that an amendment without effect refers to; null when there is none.</param>
public sealed record LeftOutFact(StampedFact Fact, LeftOutReason Reason, StampedFact? Because);

/// <summary>Why a fact does not count.</summary>
public enum LeftOutReason
{
    /// <summary>A retraction took it back.</summary>
    Retracted,

    /// <summary>Its time is later than the instant of evaluation.</summary>
    Future,

    /// <summary>Its type is not one of ours.</summary>
    UnknownType,

    /// <summary>A retraction or correction of a fact that is not (yet) in the log.</summary>
    RefersToNothing,

    /// <summary>A retraction or correction by someone who may not.</summary>
    NotPermitted,

    /// <summary>A correction whose data is of another kind than the fact that it corrects.</summary>
    OtherKind,

    /// <summary>Retractions or corrections that refer to each other in a circle.</summary>
    Circular,
}
