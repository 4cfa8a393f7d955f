namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>What follows when an objective is missed or exceeded; what is excluded, and how the two sides settle what they disagree on.</summary>
public static class RemedyClauses
{
    /// <summary>A tier.</summary>
    public static readonly Section Tier = new("tier", "An amount for a band of results: from its lower edge on, below its upper edge; 'above' and 'up-to' state edges the other way round.",
    [
        new("from", Edge, "The lower edge, which belongs to the band.", "no lower edge", Favour: Unclear),
        new("below", Edge, "The upper edge, which does not.", "no upper edge", Favour: Unclear),
        new("above", Edge, "The lower edge, which does not belong to the band.", "no lower edge", Favour: Unclear),
        new("up-to", Edge, "The upper edge, which belongs to the band.", "no upper edge", Favour: Unclear),
        new("pay", Payout, "How much.", Required: true, Favour: Payment),
    ]);

    /// <summary>How an amount is reckoned.</summary>
    public static readonly Section Amount = new("amount", "How an amount is reckoned.",
    [
        new("of", Base, "What percentages are of.", "the fee of the service for the period", Favour: Frame),
        new("pay", Payout, "How much, where there are no tiers.", Favour: Payment),
        new("tiers", List(Of(Tier)), "How much by the result: a level, the minutes down, a count, or the days late.", Favour: Payment),
        new("apply", Words("the worst tier reached", "every tier reached"), "Whether the tiers replace each other or add up.", "the worst tier reached", Favour: BestFirst("every tier reached", "the worst tier reached")),
        new("started-units", Words("pro rata", "count whole"), "Whether a started unit counts in part or whole, where an amount is per unit.", "pro rata", Favour: BestFirst("count whole", "pro rata")),
        new("cap-per-event", MoneyOrPercent, "The most for one event.", "no cap", Favour: Greater.BestIfAbsent),
        new("cap-per-period", MoneyOrPercent, "The most in a period; a percentage is of the same base.", "100 % for percentages, no cap for amounts", Favour: Greater),
        new("cap-per-12-months", MoneyOrPercent, "The most in twelve months.", "no cap", Favour: Greater.BestIfAbsent),
        new("capped-by", Words("the failed period", "the invoice"), "On what a cap is measured.", "the failed period", Favour: Unclear),
        new("smallest", Smallest, "The smallest amount that is paid out.", "none", Favour: Smaller.BestIfAbsent),
        new("reckoned-for", Words("the period", "each event", "each member"), "Whether the period as a whole is reckoned, or each event by itself, or each member or component by its own result.", "the period", Favour: Unclear),
        new("rounded", Words("half away from zero", "half to even", "up", "down"), "How a payable line is rounded, once, to the currency's minor unit.", "half away from zero", Favour: BestFirst("up", "half away from zero", "half to even", "down")),
    ]);

    /// <summary>A claim.</summary>
    public static readonly Section Claim = new("claim", "Whether and how what is owed must be claimed.",
    [
        new("needed", YesNo, "Whether it must be claimed at all.", "yes, where this section stands", Favour: BestFirst("no", "yes")),
        new("within", ClaimWindow, "How long after the period's end.", "no limit", Favour: Greater.BestIfAbsent),
        new("evidence", FreeText, "What must be shown.", "the statement", Favour: Unclear),
        new("to", FreeText, "Where the claim is sent.", "the other side's contact", Favour: Neutral),
    ]);

    /// <summary>A remedy.</summary>
    public static readonly Section Remedy = new("remedy", "What follows when an objective is missed or exceeded.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("when", Condition, "When it arises.", Required: true, Favour: MoreOften),
        new("by", Words("provider", "customer"), "Who owes it.", "provider", Favour: Side),
        new("credit", Of(Amount), "A service credit: taken off what is to be paid.", Favour: More),
        new("discount", Of(Amount), "A discount on future services.", Favour: More),
        new("refund", Of(Amount), "A refund of what was paid.", Favour: More),
        new("fine", Of(Amount), "A contractual fine.", Favour: More),
        new("bonus", Of(Amount), "A bonus for the provider.", Favour: More),
        new("earn-back", Of(Amount), "What the provider earns back of credits that it gave.", Favour: More),
        new("extension", Time, "A free extension of the term.", Favour: Greater.WorstIfAbsent),
        new("entitles", Right, "A right that arises.", Favour: WiderRight),
        new("arises", Words("at the end of the period", "at once"), "When what is owed arises.", "at the end of the period", Favour: BestFirst("at once", "at the end of the period")),
        new("paid", Settled, "When it is settled.", "next invoice", Favour: Unclear),
        new("claim", Any(Words("not needed"), Of(Claim)), "Whether it must be claimed.", "not needed", Favour: Fewer),
        new("together", Words("the best for the customer", "each pays"), "What one event pays that misses several objectives of one service.", "the best for the customer", Favour: BestFirst("each pays", "the best for the customer")),
        new("grace", Time, "How long after go-live nothing is owed; results are still shown.", "none", Favour: Smaller.BestIfAbsent),
    ]);

    /// <summary>Caps on everything.</summary>
    public static readonly Section Cap = new("cap", "The most that the provider owes by all remedies together; a percentage is of all fees of the agreement for the same time.",
    [
        new("per-billing-period", MoneyOrPercent, "The most in one billing period.", "no cap", Favour: Greater.BestIfAbsent),
        new("per-12-months", MoneyOrPercent, "The most in twelve months.", "no cap", Favour: Greater.BestIfAbsent),
    ]);

    /// <summary>Statements.</summary>
    public static readonly Section Statement = new("statement", "The document of a period's results and amounts.",
    [
        new("within", Time, "How long after the period's end it is issued.", "10 business days", Favour: Smaller),
        new("to", Names, "Who receives it: people of the agreement.", "both sides' contacts", Favour: Neutral),
        new("approved-by", Words("one person", "two people"), "Who must approve it before it is issued: one person may draft, check and issue it; of two people, who issues it has neither drafted nor checked it.", "one person", Favour: BestFirst("two people", "one person")),
    ]);

    /// <summary>An exclusion by cause.</summary>
    public static readonly Section Exclusion = new("exclusion", "A cause that excuses downtime or delay, and who decides that it was the cause.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("definition", FreeText, "What counts as this cause.", "as commonly understood", Favour: Unclear),
        new("claimed-by", Words("provider", "customer", "either"), "Who may claim it.", "provider", Favour: Unclear),
        new("claim-within", Time, "How long after it began it must be claimed, reckoned from when the claim was recorded.", "any time before the statement", Favour: Smaller.WorstIfAbsent),
        new("evidence", Text("a text", "required", "not required", "logs and a report"), "What must be shown.", "required", Favour: BestFirst("required", "not required")),
        new("decided-by", Words("customer", "provider", "both", "third party"), "Who decides.", "customer", Favour: BestFirst("customer", "both", "third party", "provider")),
        new("decided-within", Time, "How long after the claim was recorded.", "no limit", Favour: Unclear),
        new("silence", Words("rejects", "approves"), "What it means when nobody decides in time.", "rejects", Favour: BestFirst("rejects", "approves")),
        new("at-most", TimeInPeriod, "How much downtime it may excuse, in the objective's own period where none is named; used up in order of time.", "no limit", Favour: Smaller.WorstIfAbsent),
    ]);

    private static readonly Section DisputeStep = new("dispute step", "A step of settling a dispute.",
    [
        new("what", FreeText, "What is done.", Required: true, Favour: Unclear),
        new("who", FreeText, "By whom.", "both sides", Favour: Unclear),
        new("within", Time, "How long it may take.", "no limit", Favour: Unclear),
    ]);

    /// <summary>Disputes.</summary>
    public static readonly Section Disputes = new("disputes", "How the two sides settle what they disagree on.",
    [
        new("within", Time, "How long after a statement it can be disputed.", "30 days", Favour: Greater),
        new("undisputed-part", Words("is payable", "waits"), "What happens to the part that nobody disputes.", "is payable", Favour: BestFirst("is payable", "waits")),
        new("steps", List(Of(DisputeStep)), "The steps, first to last.", "negotiation, then the courts", Favour: Unclear),
        new("finality", Time, "How long after a statement nothing moves any more.", "no end", Favour: Unclear),
        new("law", FreeText, "The law that governs.", "not said", Favour: Unclear),
        new("venue", FreeText, "Where disputes are decided.", "not said", Favour: Unclear),
    ]);
}
