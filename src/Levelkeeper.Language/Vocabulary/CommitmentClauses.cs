namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Commitments on security, privacy and the like: nothing measures them continuously, but each has evidence that can lapse.</summary>
public static class CommitmentClauses
{
    /// <summary>A commitment.</summary>
    public static readonly Section Commitment = new("commitment", "A commitment that is shown by evidence: a certificate, a law, a way of working.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("about", Words("certification", "law", "encryption", "authentication", "back-up", "redundancy", "subprocessors", "data location", "other"), "What it is about.", "other", Favour: Neutral),
        new("standard", FreeText, "The standard or law: ISO/IEC 27001, SOC 2, GDPR, HIPAA, PCI DSS.", "none", Favour: Unclear),
        new("of", Words("provider", "customer"), "Who commits.", "provider", Favour: Side),
        new("scope", FreeText, "What it covers.", "all services", Favour: Unclear),
        new("evidence", Text("a text", "certificate", "audit report", "signed statement"), "What shows it.", "a statement on request", Favour: Unclear),
        new("valid-until", Date, "The last day of the evidence at hand.", "it does not lapse", Favour: Greater.BestIfAbsent),
        new("renewed-every", Time, "How often it is renewed.", "when it lapses", Favour: Smaller),
        new("warn-before", Time, "How long before it lapses both sides are told.", "60 days", Favour: Greater),
        new("when-lapsed", Words("both are told", "a breach", "customer may terminate"), "What follows when it lapses.", "both are told", Favour: BestFirst("customer may terminate", "both are told")),
        new("mend-within", Time, "How long after it lapsed it may be mended before that follows.", "at once", Favour: Smaller.BestIfAbsent),
    ]);
}
