using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Explanations;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Forms;
using NodaTime;

namespace Levelkeeper.Cli.Output;

/// <summary>What one of two agreements comes to over the facts that both are held against.</summary>
/// <param name="Evaluation">Its results in the span.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="HasRemedies">Whether anything can be owed by it.</param>
/// <param name="ByProvider">What the provider owes by what arises in the span; every claim is taken to be made.</param>
/// <param name="ByCustomer">What the customer owes so.</param>
internal sealed record ComparedResults(AgreementEvaluation Evaluation, string Currency, bool HasRemedies, Rational ByProvider, Rational ByCustomer)
{
    /// <summary>What is owed, for people.</summary>
    public string Owed => ByCustomer.Sign == 0 ? Show(ByProvider) : $"{Show(ByProvider)}; the customer {Show(ByCustomer)}";

    /// <summary>Evaluates an agreement over a span. Caps and histories look back to the start of its term.</summary>
    public static ComparedResults Of(Agreement agreement, EffectiveFacts facts, TickInterval span, Instant asOf)
    {
        var versions = AgreementVersions.Of(agreement);
        var whole = Engine.Evaluate(versions, facts, new TickInterval(Math.Min(span.Start, agreement.TermTime.Start), span.End), asOf);
        var lines = RemedyEvaluator.Evaluate(versions, facts, whole).Lines.Where(l => l.Arises.ToUnixTimeTicks() > span.Start && l.Arises.ToUnixTimeTicks() <= span.End).ToList();
        return new ComparedResults(Engine.Evaluate(versions, facts, span, asOf), agreement.Currency, !agreement.Remedies.IsEmpty, Sum(PartyRole.Provider), Sum(PartyRole.Customer));

        Rational Sum(PartyRole side) => lines.Where(l => l.By == side).Aggregate(Rational.Zero, (sum, l) => sum + l.Amount);
    }

    private string Show(Rational amount) => NumberForm.Show(Quantity.Money(amount, Currency));
}
