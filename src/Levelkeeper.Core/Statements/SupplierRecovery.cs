using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;

namespace Levelkeeper.Core.Statements;

/// <summary>A line that we owe, as far as a supplier's outages caused it.</summary>
/// <param name="Line">The line of our statement.</param>
/// <param name="Outages">The time of its outages in which the supplier's service was down too.</param>
/// <param name="Share">Which share of the line's outage time that is.</param>
/// <param name="Amount">That share of what is payable, exact.</param>
public sealed record CausedLine(StatementLine Line, IntervalSet Outages, Rational Share, Rational Amount);

/// <summary>What we pay because of a supplier, against what it owes us.</summary>
/// <remarks>
/// An outage of ours is taken to be caused by a supplier's as far as both overlap and the service depends on that supplier, itself or through others of its services. A line that follows from several outages is shared by their time.
/// </remarks>
/// <param name="Supplier">The supplier's name in our agreement.</param>
/// <param name="Ours">Our statement's lines that its outages caused.</param>
/// <param name="Theirs">Its statement.</param>
public sealed record SupplierRecovery(string Supplier, ImmutableArray<CausedLine> Ours, Statement Theirs)
{
    /// <summary>What we pay because of it, exact.</summary>
    public Rational Pays => Ours.Aggregate(Rational.Zero, (sum, l) => sum + l.Amount);

    /// <summary>What it owes us: what is payable, and what can still be claimed.</summary>
    public Rational Recovers => Theirs.PayableBy(PartyRole.Provider) + ToClaim;

    /// <summary>The part of it that must still be claimed.</summary>
    public Rational ToClaim => Claimable.Aggregate(Rational.Zero, (sum, l) => sum + l.Computed - l.Contested);

    /// <summary>The lines that must be claimed, the one whose last day comes first at the head.</summary>
    public ImmutableArray<StatementLine> Claimable =>
        [.. Theirs.Lines.Where(l => l.Standing == LineStanding.ToBeClaimed && l.By == PartyRole.Provider).OrderBy(l => l.ClaimUntil ?? NodaTime.Instant.MaxValue)];

    /// <summary>What stays with us: negative where more is recovered than paid.</summary>
    public Rational Borne => Pays - Recovers;

    /// <summary>The bonds between our statement and those of our suppliers for the same period.</summary>
    /// <param name="ours">Our statement, as the provider.</param>
    /// <param name="theirs">The suppliers' statements, by the supplier's name in our agreement.</param>
    public static ImmutableArray<SupplierRecovery> Of(Statement ours, IReadOnlyDictionary<string, Statement> theirs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(theirs);
        return [.. ours.Agreement.Suppliers.Where(s => theirs.ContainsKey(s.Name)).Select(s => Of(ours, s, theirs[s.Name]))];
    }

    private static SupplierRecovery Of(Statement ours, Supplier supplier, Statement theirs)
    {
        var service = supplier.Service.Length > 0 ? supplier.Service : theirs.Agreement.Services is [var only] ? only.Name : null;
        var down = IntervalSet.Of(theirs.Results.Where(r => service is null || r.Service == service).SelectMany(r => r.Outages).Where(o => o.Counted > 0).Select(o => o.Span));
        var lines = ImmutableArray.CreateBuilder<CausedLine>();
        foreach (var line in ours.Lines.Where(l => l.By == PartyRole.Provider && l.Payable.Sign > 0 && l.Owed is { } owed && DependsOn(ours.Agreement, owed.Service, supplier.Name)))
        {
            var outages = IntervalSet.Of(line.Owed!.Events.Where(e => e.Kind == OwedEventKind.Outage).Select(e => e.Span.Intersect(line.Owed.Period.Span)));
            var caused = outages.Intersect(down);
            if (caused.IsEmpty)
                continue;
            var share = new Rational(caused.Length, outages.Length);
            lines.Add(new CausedLine(line, caused, share, line.Payable * share));
        }

        return new SupplierRecovery(supplier.Name, lines.ToImmutable(), theirs);
    }

    /// <summary>Whether a service depends on another name, itself or through services of the agreement. A line of the agreement as a whole depends on all that any service does.</summary>
    private static bool DependsOn(Agreement agreement, string service, string name)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>(service.Length > 0 ? [service] : agreement.Services.Select(s => s.Name));
        while (left.TryPop(out var at))
        {
            if (at == name)
                return true;
            if (!seen.Add(at) || agreement.Service(at) is not { } found)
                continue;
            foreach (var other in found.DependsOn)
                left.Push(other);
        }

        return false;
    }
}
