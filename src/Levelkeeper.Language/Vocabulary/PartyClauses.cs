namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Who the agreement is between, who acts for them, and how it stands to other documents.</summary>
public static class PartyClauses
{
    // Keys without a default decide nothing where nobody wrote them, so they are in no hash of an agreement that does not use them.
    /// <summary>A side of the agreement.</summary>
    public static readonly Section Party = new("party", "A side of the agreement.",
    [
        new("name", FreeText, "Its name.", Required: true, Favour: Neutral),
        new("contact", FreeText, "Where it is reached.", "none", Favour: Neutral),
        new("address", FreeText, "Its address.", "none", Favour: Neutral),
        new("post-code", FreeText, "The post code of its address.", Favour: Neutral),
        new("city", FreeText, "The city of its address.", Favour: Neutral),
        new("country", Country, "The country of its address.", Favour: Neutral),
        new("registration", FreeText, "Its number in the register of companies.", "none", Favour: Neutral),
        new("tax-number", FreeText, "Its tax number.", "none", Favour: Neutral),
        new("vat-id", VatId, "Its VAT identification number.", Favour: Neutral),
        new("endpoint", Endpoint, "Where electronic invoices and credit notes reach it.", Favour: Neutral),
        new("represented-by", FreeText, "Who signs for it.", "none", Favour: Neutral),
        new("also-called", Texts, "Other names under which facts may mention it.", "none", Favour: Neutral),
    ]);

    /// <summary>The two sides.</summary>
    public static readonly Section Parties = new("parties", "The two sides.",
    [
        new("provider", Of(Party), "Who delivers.", Required: true, Favour: Parts),
        new("customer", Of(Party), "Who receives; a one-sided commitment has none.", Favour: Parts),
    ]);

    /// <summary>A person or a team that acts under the agreement.</summary>
    public static readonly Section Person = new("person", "A person, a role or a team that is told, decides or acts.",
    [
        new("name", FreeText, "As people know them.", "the key", Favour: Neutral),
        new("role", FreeText, "What they do under the agreement.", "none", Favour: Neutral),
        new("of", Words("provider", "customer"), "Whose side they are on.", "provider", Favour: Neutral),
        new("email", FreeText, "An e-mail address.", "none", Favour: Neutral),
        new("phone", FreeText, "A telephone number.", "none", Favour: Neutral),
        new("chat", FreeText, "A chat address or webhook name.", "none", Favour: Neutral),
        new("hours", Name, "The calendar in which they are reached.", "always", Favour: Neutral),
        new("stands-in", Name, "Who is told when they are not reached.", "nobody", Favour: Neutral),
        new("language", Words("en", "pl", "ru", "ar"), "In which language they are told; else in the one in which the agreement prevails.", Favour: Neutral),
    ]);

    /// <summary>The document that this agreement belongs to.</summary>
    public static readonly Section Master = new("master agreement", "The contract that this agreement belongs to.",
    [
        new("title", FreeText, "Its title.", Required: true, Favour: Neutral),
        new("reference", FreeText, "Its number.", "none", Favour: Neutral),
        new("dated", Date, "Its date.", "none", Favour: Neutral),
        new("prevails", Words("master", "this agreement"), "Which of the two stands where they contradict each other.", "master", Favour: Unclear),
    ]);

    /// <summary>The languages of the agreement.</summary>
    public static readonly Section Languages = new("languages", "The languages in which the agreement is concluded.",
    [
        new("prevails", Words("en", "pl", "ru", "ar"), "The text that decides where two languages differ.", "en", Favour: Unclear),
        new("also", List(Words("en", "pl", "ru", "ar")), "Other languages in which it is given.", "none", Favour: Neutral),
    ]);
}
