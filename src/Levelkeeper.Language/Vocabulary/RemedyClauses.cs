namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>What follows when an objective is missed or exceeded; what is excluded, and how the two sides settle what they disagree on.</summary>
public static class RemedyClauses
{
    /// <summary>A tier.</summary>
    public static readonly Section Tier = new("tier", "An amount for a band of results: from its lower edge on, below its upper edge.",
    [
        new("from", Edge, "The lower edge, which belongs to the band.", "no lower edge"),
        new("below", Edge, "The upper edge, which does not.", "no upper edge"),
        new("pay", Payout, "How much.", Required: true),
    ]);

    /// <summary>How an amount is reckoned.</summary>
    public static readonly Section Amount = new("amount", "How an amount is reckoned.",
    [
        new("of", Base, "What percentages are of.", "the fee of the service for the period"),
        new("pay", Payout, "How much, where there are no tiers."),
        new("tiers", List(Of(Tier)), "How much by the result: a level, the minutes down, a count, or the days late."),
        new("apply", Words("the worst tier reached", "every tier reached"), "Whether the tiers replace each other or add up.", "the worst tier reached"),
        new("started-units", Words("pro rata", "count whole"), "Whether a started unit counts in part or whole, where an amount is per unit.", "pro rata"),
        new("cap-per-event", MoneyOrPercent, "The most for one event.", "no cap"),
        new("cap-per-period", MoneyOrPercent, "The most in a period; a percentage is of the same base.", "100 % for percentages, no cap for amounts"),
        new("cap-per-12-months", MoneyOrPercent, "The most in twelve months.", "no cap"),
        new("capped-by", Words("the failed period", "the invoice"), "On what a cap is measured.", "the failed period"),
        new("smallest", Money, "The smallest amount that is paid out.", "none"),
        new("rounded", Words("half away from zero", "half to even", "up", "down"), "How a payable line is rounded, once, to the currency's minor unit.", "half away from zero"),
    ]);

    /// <summary>A claim.</summary>
    public static readonly Section Claim = new("claim", "Whether and how what is owed must be claimed.",
    [
        new("needed", YesNo, "Whether it must be claimed at all.", "yes, where this section stands"),
        new("within", Time, "How long after the period's end.", "no limit"),
        new("evidence", FreeText, "What must be shown.", "the statement"),
        new("to", FreeText, "Where the claim is sent.", "the other side's contact"),
    ]);

    /// <summary>A remedy.</summary>
    public static readonly Section Remedy = new("remedy", "What follows when an objective is missed or exceeded.",
    [
        new("title", FreeText, "As people read it.", "its name"),
        new("when", Condition, "When it arises.", Required: true),
        new("by", Words("provider", "customer"), "Who owes it.", "provider"),
        new("credit", Of(Amount), "A service credit: taken off what is to be paid."),
        new("discount", Of(Amount), "A discount on future services."),
        new("refund", Of(Amount), "A refund of what was paid."),
        new("fine", Of(Amount), "A contractual fine."),
        new("bonus", Of(Amount), "A bonus for the provider."),
        new("earn-back", Of(Amount), "What the provider earns back of credits that it gave."),
        new("extension", Time, "A free extension of the term."),
        new("entitles", Right, "A right that arises."),
        new("arises", Words("at the end of the period", "at once"), "When what is owed arises.", "at the end of the period"),
        new("paid", Settled, "When it is settled.", "next invoice"),
        new("claim", Any(Words("not needed"), Of(Claim)), "Whether it must be claimed.", "not needed"),
        new("together", Words("the best for the customer", "each pays"), "What one event pays that misses several objectives of one service.", "the best for the customer"),
        new("grace", Time, "How long after go-live nothing is owed; results are still shown.", "none"),
    ]);

    /// <summary>Statements.</summary>
    public static readonly Section Statement = new("statement", "The document of a period's results and amounts.",
    [
        new("within", Time, "How long after the period's end it is issued.", "10 business days"),
        new("to", Names, "Who receives it: people of the agreement.", "both sides' contacts"),
    ]);

    /// <summary>An exclusion by cause.</summary>
    public static readonly Section Exclusion = new("exclusion", "A cause that excuses downtime or delay, and who decides that it was the cause.",
    [
        new("title", FreeText, "As people read it.", "its name"),
        new("definition", FreeText, "What counts as this cause.", "as commonly understood"),
        new("claimed-by", Words("provider", "customer", "either"), "Who may claim it.", "provider"),
        new("claim-within", Time, "How long after it began.", "any time before the statement"),
        new("evidence", Text("a text", "required", "not required", "logs and a report"), "What must be shown.", "required"),
        new("decided-by", Words("customer", "provider", "both", "third party"), "Who decides.", "customer"),
        new("decided-within", Time, "How long after the claim.", "no limit"),
        new("silence", Words("rejects", "approves"), "What it means when nobody decides in time.", "rejects"),
        new("at-most", TimeInPeriod, "How much it may excuse.", "no limit"),
    ]);

    private static readonly Section DisputeStep = new("dispute step", "A step of settling a dispute.",
    [
        new("what", FreeText, "What is done.", Required: true),
        new("who", FreeText, "By whom.", "both sides"),
        new("within", Time, "How long it may take.", "no limit"),
    ]);

    /// <summary>Disputes.</summary>
    public static readonly Section Disputes = new("disputes", "How the two sides settle what they disagree on.",
    [
        new("within", Time, "How long after a statement it can be disputed.", "30 days"),
        new("undisputed-part", Words("is payable", "waits"), "What happens to the part that nobody disputes.", "is payable"),
        new("steps", List(Of(DisputeStep)), "The steps, first to last.", "negotiation, then the courts"),
        new("finality", Time, "How long after a statement nothing moves any more.", "no end"),
        new("law", FreeText, "The law that governs.", "not said"),
        new("venue", FreeText, "Where disputes are decided.", "not said"),
    ]);
}
