using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Reference;

/// <summary>A promise on one service's availability in each month, and what is paid when it is missed: the tier's percentage of the month's fee.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">At least so much, a share.</param>
/// <param name="Tiers">From the best band of results to the worst.</param>
/// <param name="EveryTier">Whether all tiers reached are paid; else the worst of them.</param>
/// <param name="CapInMonth">A share of the month's fee.</param>
/// <param name="CapInYear">A share of the fees of the twelve months up to the month's end; null for none.</param>
/// <param name="EachPays">Whether it is paid beside others for the same outage.</param>
public sealed record ReferencePromise(string Name, Rational Target, ImmutableArray<ReferenceTier> Tiers, bool EveryTier, Rational CapInMonth, Rational? CapInYear, bool EachPays);

/// <summary>A band of results.</summary>
/// <param name="From">The lowest level in it; null for none.</param>
/// <param name="Below">The lowest level above it.</param>
/// <param name="Pay">A share of the fee.</param>
public sealed record ReferenceTier(Rational? From, Rational Below, Rational Pay);

/// <summary>What promises come to, month by month, reckoned slowly in whole minutes and cents, by what the table "Money" of docs/semantics.md says and by nothing else.</summary>
/// <param name="promises">In the order of the agreement, all on one service.</param>
/// <param name="months">The months from the start of the agreement on: how many days each has, and what it costs.</param>
/// <param name="down">For each month, how many of its minutes were down.</param>
/// <param name="capOnEverything">The most in a month by all promises together; null for none.</param>
public sealed class ReferenceCredits(ImmutableArray<ReferencePromise> promises, ImmutableArray<(int Days, Rational Fee)> months, ImmutableArray<int> down, Rational? capOnEverything)
{
    private const int MonthsOfYear = 12;

    /// <summary>Cents by promise and month.</summary>
    public long[,] Cents()
    {
        var paid = new long[promises.Length, months.Length];
        for (var month = 0; month < months.Length; month++)
        {
            var minutes = months[month].Days * 24 * 60;
            var level = new Rational(minutes - down[month], minutes);
            var open = new Rational[promises.Length];
            var room = new Rational[promises.Length];
            for (var p = 0; p < promises.Length; p++)
            {
                room[p] = RoomOf(p, month, paid);
                open[p] = Rational.Min(room[p], Percent(promises[p], level) * months[month].Fee);
            }

            // One outage misses them all: of those that do not pay beside others the best is paid, of equal ones the first.
            var best = -1;
            for (var p = 0; p < promises.Length; p++)
            {
                if (!promises[p].EachPays && open[p].Sign > 0 && (best < 0 || open[p] > open[best]))
                    best = p;
            }

            for (var p = 0; p < promises.Length; p++)
            {
                if (!promises[p].EachPays && p != best || open[p].Sign == 0)
                    continue;
                var cents = (long)(open[p] * 100).Round();
                paid[p, month] = Math.Min(cents, (long)(room[p] * 100).Floor());
            }

            if (capOnEverything is { } cap)
                Share(paid, month, (long)(cap * 100).Floor());
        }

        return paid;
    }

    private static Rational Percent(ReferencePromise promise, Rational level)
    {
        if (level >= promise.Target)
            return 0;
        Rational sum = 0, worst = 0;
        foreach (var tier in promise.Tiers)
        {
            // A tier is reached by every result below its upper edge; the result lies in it when it is not below its lower one.
            if (level < tier.Below)
            {
                sum += tier.Pay;
                if (tier.From is not { } from || level >= from)
                    worst = tier.Pay;
            }
        }

        return promise.EveryTier ? sum : worst;
    }

    private Rational RoomOf(int promise, int month, long[,] paid)
    {
        var room = promises[promise].CapInMonth * months[month].Fee;
        if (promises[promise].CapInYear is { } share)
        {
            Rational fees = months[month].Fee, used = 0;
            for (var before = Math.Max(0, month - MonthsOfYear + 1); before < month; before++)
            {
                fees += months[before].Fee;
                used += new Rational(paid[promise, before], 100);
            }

            room = Rational.Min(room, Rational.Max(0, share * fees - used));
        }

        return room;
    }

    /// <summary>Where all together are more than the cap each gets its share; the cents that remain go one each to the largest remainders, of equal ones to the first.</summary>
    private void Share(long[,] paid, int month, long cap)
    {
        long total = 0;
        for (var p = 0; p < promises.Length; p++)
            total += paid[p, month];
        if (total <= cap)
            return;
        var remainders = new List<(long Remainder, int Promise)>();
        var left = cap;
        for (var p = 0; p < promises.Length; p++)
        {
            var product = paid[p, month] * cap;
            paid[p, month] = product / total;
            left -= paid[p, month];
            remainders.Add((product % total, p));
        }

        foreach (var (_, p) in remainders.OrderByDescending(r => r.Remainder).ThenBy(r => r.Promise).Take((int)left))
            paid[p, month]++;
    }
}
