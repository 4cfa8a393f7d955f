namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>How long the agreement holds, how it is renewed, ended, reviewed and signed.</summary>
public static class TermClauses
{
    private static readonly Section Action = new("action", "Something that a review found is to be done.",
    [
        new("what", FreeText, "What.", Required: true, Favour: Neutral),
        new("owner", FreeText, "Who sees to it.", "nobody yet", Favour: Neutral),
        new("due", Date, "By when.", "no date", Favour: Neutral),
        new("done", Date, "When it was done.", "not yet", Favour: Neutral),
    ]);

    /// <summary>Renewal.</summary>
    public static readonly Section Renewal = new("renewal", "What happens at the end of the term.",
    [
        new("automatic", Time, "For how long it is renewed when neither side gives notice.", "it is not renewed by itself", Favour: Unclear),
        new("notice", Time, "How long before the end a side must say that it does not renew.", "none is needed", Favour: Unclear),
        new("times", Number, "How often it is renewed at most.", "without end", Favour: Unclear),
    ]);

    /// <summary>Early termination.</summary>
    public static readonly Section Termination = new("termination", "Ending the agreement before its term is over, without a cause.",
    [
        new("by", Words("customer", "provider", "either"), "Who may.", "either", Favour: BestFirst("customer", "either", "provider")),
        new("notice", Time, "How long before.", Required: true, Favour: Smaller),
        new("not-before", Date, "The first day for which notice can be given.", "from the start", Favour: Smaller.BestIfAbsent),
        new("fee", MoneyOrPercent, "What it costs: an amount, or a share of the fees for the rest of the term.", "nothing", Favour: Smaller.BestIfAbsent),
    ]);

    /// <summary>How long the agreement holds, in its zone.</summary>
    public static readonly Section Term = new("term", "How long the agreement holds, in its zone.",
    [
        new("from", Date, "The first day.", Required: true, Favour: Unclear.OpenIfAbsent),
        new("until", Date, "The last day.", "it has no end", Favour: Unclear),
        new("length", Time, "Its length, instead of the last day.", "it has no end", Favour: Unclear),
        new("renewal", Any(Words("none"), Of(Renewal)), "What happens at its end.", "none", Favour: Unclear),
        new("termination", Any(Words("only for cause"), Of(Termination)), "Ending it early without a cause.", "only for cause", Favour: Unclear),
        new("price-lock", Time, "How long prices cannot be raised, from the start.", "prices change as the agreement says", Favour: Greater.WorstIfAbsent),
    ]);

    /// <summary>A review that was held.</summary>
    public static readonly Section Review = new("review", "A review that was held.",
    [
        new("on", Date, "When.", Required: true, Favour: Neutral),
        new("present", Texts, "Who took part.", "not recorded", Favour: Neutral),
        new("findings", Texts, "What was found.", "none", Favour: Neutral),
        new("decisions", Texts, "What was decided.", "none", Favour: Neutral),
        new("actions", List(Of(Action)), "What is to be done.", "none", Favour: Neutral),
    ]);

    /// <summary>Reviews of the agreement.</summary>
    public static readonly Section Reviews = new("reviews", "When the agreement is reviewed, and what came of it.",
    [
        new("every", Recurrence, "How often.", Required: true, Favour: Unclear),
        new("with", Names, "Who takes part.", "both sides", Favour: Neutral),
        new("held", List(Of(Review)), "The reviews that were held.", "none yet", Favour: Neutral),
    ]);

    /// <summary>The lawyers' review before anybody signs.</summary>
    public static readonly Section LegalReview = new("legal review", "The review by lawyers before anybody signs.",
    [
        new("required", YesNo, "Whether the agreement cannot be signed without it.", "no", Favour: Neutral),
        new("by", FreeText, "Who reviewed it.", "nobody yet", Favour: Neutral),
        new("on", Date, "When.", "not yet", Favour: Neutral),
        new("remark", FreeText, "What they said.", "none", Favour: Neutral),
    ]);

    /// <summary>A signature on paper.</summary>
    public static readonly Section PaperSignature = new("paper signature", "The record of a signature on paper.",
    [
        new("by", Words("provider", "customer"), "Which side.", Required: true, Favour: Neutral),
        new("name", FreeText, "Who signed.", Required: true, Favour: Neutral),
        new("role", FreeText, "In which role.", "none", Favour: Neutral),
        new("on", Date, "When.", Required: true, Favour: Neutral),
        new("reference", FreeText, "Where the paper is kept.", "none", Favour: Neutral),
    ]);

    /// <summary>A suspension.</summary>
    public static readonly Section Suspension = new("suspension", "A time in which the agreement is suspended.",
    [
        new("from", Date, "The first day.", Required: true, Favour: Unclear),
        new("until", Date, "The last day.", "until it is lifted", Favour: Unclear),
        new("reason", FreeText, "Why.", Required: true, Favour: Neutral),
    ]);
}
