namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>What is paid, when and how.</summary>
public static class PriceClauses
{
    /// <summary>A fee that needs more than its amount.</summary>
    public static readonly Section Fee = new("fee", "What is paid for something.",
    [
        new("title", FreeText, "As people read it.", "its name"),
        new("amount", FeeForm, "How much, and for what.", Required: true),
        new("of", Name, "The service that it pays for.", "the agreement as a whole"),
        new("plan", Name, "The plan in which it is due.", "every plan"),
    ]);

    /// <summary>A tax or a public fee.</summary>
    public static readonly Section Levy = new("tax", "A tax or a public fee, named; amounts elsewhere are net.",
    [
        new("name", FreeText, "Its name.", Required: true),
        new("rate", Percent, "Its rate.", "as the law says"),
        new("amount", Money, "Its amount, where it is fixed.", "by its rate"),
    ]);

    /// <summary>A change of prices.</summary>
    public static readonly Section Change = new("price change", "Fees from a date on.",
    [
        new("from", Date, "The first day.", Required: true),
        new("fees", Map("a fee, or a service", FeeForm), "The fees that change.", Required: true),
    ]);

    /// <summary>The price.</summary>
    public static readonly Section Price = new("price", "What is paid, when and how.",
    [
        new("fees", Map("a name", Any(FeeForm, Of(Fee))), "Fees beside those of the services.", "none"),
        new("billed", Billing, "How often, and whether in advance or in arrears.", "month in arrears"),
        new("due", Time, "How long after the invoice it is due.", "30 days"),
        new("method", FreeText, "How it is paid.", "by bank transfer"),
        new("taxes", List(Of(Levy)), "Taxes and public fees that come on top.", "as the law says"),
        new("late-payment", YearlyRate, "What is charged on late payments.", "as the law says"),
        new("changes", List(Of(Change)), "Changes that are agreed already.", "none"),
    ]);
}
