using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Core.Statements;

/// <summary>What was paid on the lines of statements, or waived, which is as good as paid. A payment that names no event pays the lines of its remedy and period one after the other, each as far as it is open, so that no money counts twice.</summary>
internal sealed class Payments
{
    private readonly List<(EffectiveFact Fact, LineName Line, Rational Left)> _paid;

    /// <param name="paid">What was paid; in order of time.</param>
    /// <param name="waived">What was waived; in order of time.</param>
    public Payments(IEnumerable<(EffectiveFact Fact, FactData.AmountPaid Data)> paid, IEnumerable<(EffectiveFact Fact, FactData.AmountWaived Data)> waived) => _paid =
    [
        .. paid.Select(p => (p.Fact, p.Data.Line, Rational.From(p.Data.Amount)))
            .Concat(waived.Select(w => (w.Fact, w.Data.Line, Rational.From(w.Data.Amount ?? decimal.MaxValue))))
            .OrderBy(p => p.Fact.Fact.Time),
    ];

    /// <summary>Takes what was paid on a line; lines are asked in the order in which they are paid.</summary>
    /// <param name="line">The line.</param>
    /// <param name="payable">What is to be paid on it.</param>
    public List<(EffectiveFact Fact, Rational Amount)> Take(LineName line, Rational payable)
    {
        var taken = new List<(EffectiveFact, Rational)>();
        var open = payable;
        // What names the line itself comes first: it cannot pay another.
        foreach (var named in (bool[])[true, false])
        {
            for (var i = 0; i < _paid.Count && open.Sign > 0; i++)
            {
                var (fact, paid, left) = _paid[i];
                if (left.Sign <= 0 || (named ? paid != line : paid == line || paid.Event.Length > 0 || paid.Remedy != line.Remedy || paid.Period != line.Period))
                    continue;
                var amount = Rational.Min(left, open);
                taken.Add((fact, amount));
                (_paid[i], open) = ((fact, paid, left - amount), open - amount);
            }
        }

        return taken;
    }
}
