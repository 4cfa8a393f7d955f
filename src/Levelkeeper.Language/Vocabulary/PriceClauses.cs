namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>What is paid, when and how.</summary>
public static class PriceClauses
{
    /// <summary>A fee that needs more than its amount.</summary>
    public static readonly Section Fee = new("fee", "What is paid for something.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("amount", FeeForm, "How much, and for what.", Required: true, Favour: Smaller),
        new("of", Name, "The service that it pays for.", "the agreement as a whole", Favour: Unclear),
        new("plan", Name, "The plan in which it is due.", "every plan", Favour: Unclear),
    ]);

    /// <summary>A tax or a public fee.</summary>
    public static readonly Section Levy = new("tax", "A tax or a public fee, named; amounts elsewhere are net.",
    [
        new("name", FreeText, "Its name.", Required: true, Favour: Neutral),
        new("rate", Percent, "Its rate.", "as the law says", Favour: Unclear),
        new("amount", Money, "Its amount, where it is fixed.", "by its rate", Favour: Unclear),
    ]);

    /// <summary>A change of prices.</summary>
    public static readonly Section Change = new("price change", "Fees from a date on.",
    [
        new("from", Date, "The first day.", Required: true, Favour: Unclear),
        new("fees", Map("a fee, or a service", FeeForm), "The fees that change.", Required: true, Favour: Unclear),
    ]);

    /// <summary>The price.</summary>
    public static readonly Section Price = new("price", "What is paid, when and how.",
    [
        new("fees", Map("a name", Any(FeeForm, Of(Fee))), "Fees beside those of the services.", "none", Favour: Smaller.BestIfAbsent.OpenIfAbsent),
        new("billed", Billing, "How often, and whether in advance or in arrears.", "month in arrears", Favour: Unclear),
        new("due", Time, "How long after the invoice it is due.", "30 days", Favour: Greater),
        new("method", FreeText, "How it is paid.", "by bank transfer", Favour: Neutral),
        new("taxes", List(Of(Levy)), "Taxes and public fees that come on top.", "as the law says", Favour: Unclear),
        new("late-payment", YearlyRate, "What is charged on late payments.", "as the law says", Favour: Smaller),
        new("changes", List(Of(Change)), "Changes that are agreed already.", "none", Favour: Unclear),
    ]);
}
