using System.Collections.Immutable;
using Levelkeeper.Core.Numbers;
using NodaTime;

namespace Levelkeeper.Reports.Accounting;

/// <summary>A credit note: what the provider credits by an issued statement. Amounts are net; all lines are taxed alike.</summary>
public sealed record CreditNote
{
    /// <summary>Its number.</summary>
    public required string Number { get; init; }

    /// <summary>When it is issued.</summary>
    public required LocalDate Issued { get; init; }

    /// <summary>The statement behind it.</summary>
    public required AccountedStatement Statement { get; init; }

    /// <summary>What the buyer knows it by (BT-10).</summary>
    public required string BuyerReference { get; init; }

    /// <summary>The invoices that it corrects, each with its date where that is known.</summary>
    public required ImmutableArray<(string Number, LocalDate? Issued)> Invoices { get; init; }

    /// <summary>How it is taxed.</summary>
    public required TaxTreatment Tax { get; init; }

    /// <summary>Its subject, in the language of the note.</summary>
    public required string Subject { get; init; }

    /// <summary>How it is settled, in the language of the note.</summary>
    public required string Terms { get; init; }

    /// <summary>Its lines.</summary>
    public required ImmutableArray<CreditNoteLine> Lines { get; init; }

    /// <summary>The sum of its lines.</summary>
    public Rational Net => Lines.Aggregate(Rational.Zero, (sum, l) => sum + l.Amount);

    /// <summary>The tax on it.</summary>
    public Rational TaxAmount => Tax.On(Net);

    /// <summary>Net and tax.</summary>
    public Rational Gross => Net + TaxAmount;
}

/// <summary>A line of a credit note.</summary>
/// <param name="Of">The statement's line.</param>
/// <param name="Description">What it is, in the language of the note.</param>
/// <param name="Amount">Net; negative where it takes something off what was credited.</param>
public sealed record CreditNoteLine(AccountedLine Of, string Description, Rational Amount);
