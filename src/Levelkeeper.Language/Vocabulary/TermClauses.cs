namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>How long the agreement holds, how it is renewed, ended, reviewed and signed.</summary>
public static class TermClauses
{
    private static readonly Section Action = new("action", "Something that a review found is to be done.",
    [
        new("what", FreeText, "What.", Required: true),
        new("owner", FreeText, "Who sees to it.", "nobody yet"),
        new("due", Date, "By when.", "no date"),
        new("done", Date, "When it was done.", "not yet"),
    ]);

    /// <summary>Renewal.</summary>
    public static readonly Section Renewal = new("renewal", "What happens at the end of the term.",
    [
        new("automatic", Time, "For how long it is renewed when neither side gives notice.", "it is not renewed by itself"),
        new("notice", Time, "How long before the end a side must say that it does not renew.", "none is needed"),
        new("times", Number, "How often it is renewed at most.", "without end"),
    ]);

    /// <summary>Early termination.</summary>
    public static readonly Section Termination = new("termination", "Ending the agreement before its term is over, without a cause.",
    [
        new("by", Words("customer", "provider", "either"), "Who may.", "either"),
        new("notice", Time, "How long before.", Required: true),
        new("not-before", Date, "The first day for which notice can be given.", "from the start"),
        new("fee", MoneyOrPercent, "What it costs: an amount, or a share of the fees for the rest of the term.", "nothing"),
    ]);

    /// <summary>How long the agreement holds, in its zone.</summary>
    public static readonly Section Term = new("term", "How long the agreement holds, in its zone.",
    [
        new("from", Date, "The first day.", Required: true),
        new("until", Date, "The last day.", "it has no end"),
        new("length", Time, "Its length, instead of the last day.", "it has no end"),
        new("renewal", Any(Words("none"), Of(Renewal)), "What happens at its end.", "none"),
        new("termination", Any(Words("only for cause"), Of(Termination)), "Ending it early without a cause.", "only for cause"),
        new("price-lock", Time, "How long prices cannot be raised, from the start.", "prices change as the agreement says"),
    ]);

    /// <summary>A review that was held.</summary>
    public static readonly Section Review = new("review", "A review that was held.",
    [
        new("on", Date, "When.", Required: true),
        new("present", Texts, "Who took part.", "not recorded"),
        new("findings", Texts, "What was found.", "none"),
        new("decisions", Texts, "What was decided.", "none"),
        new("actions", List(Of(Action)), "What is to be done.", "none"),
    ]);

    /// <summary>Reviews of the agreement.</summary>
    public static readonly Section Reviews = new("reviews", "When the agreement is reviewed, and what came of it.",
    [
        new("every", Recurrence, "How often.", Required: true),
        new("with", Names, "Who takes part.", "both sides"),
        new("held", List(Of(Review)), "The reviews that were held.", "none yet"),
    ]);

    /// <summary>The lawyers' review before anybody signs.</summary>
    public static readonly Section LegalReview = new("legal review", "The review by lawyers before anybody signs.",
    [
        new("required", YesNo, "Whether the agreement cannot be signed without it.", "no"),
        new("by", FreeText, "Who reviewed it.", "nobody yet"),
        new("on", Date, "When.", "not yet"),
        new("remark", FreeText, "What they said.", "none"),
    ]);

    /// <summary>A signature on paper.</summary>
    public static readonly Section PaperSignature = new("paper signature", "The record of a signature on paper.",
    [
        new("by", Words("provider", "customer"), "Which side.", Required: true),
        new("name", FreeText, "Who signed.", Required: true),
        new("role", FreeText, "In which role.", "none"),
        new("on", Date, "When.", Required: true),
        new("reference", FreeText, "Where the paper is kept.", "none"),
    ]);

    /// <summary>A suspension.</summary>
    public static readonly Section Suspension = new("suspension", "A time in which the agreement is suspended.",
    [
        new("from", Date, "The first day.", Required: true),
        new("until", Date, "The last day.", "until it is lifted"),
        new("reason", FreeText, "Why.", Required: true),
    ]);
}
