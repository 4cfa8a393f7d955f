namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Who the agreement is between, who acts for them, and how it stands to other documents.</summary>
public static class PartyClauses
{
    /// <summary>A side of the agreement.</summary>
    public static readonly Section Party = new("party", "A side of the agreement.",
    [
        new("name", FreeText, "Its name.", Required: true),
        new("contact", FreeText, "Where it is reached.", "none"),
        new("address", FreeText, "Its address.", "none"),
        new("registration", FreeText, "Its number in the register of companies.", "none"),
        new("tax-number", FreeText, "Its tax number.", "none"),
        new("represented-by", FreeText, "Who signs for it.", "none"),
        new("also-called", Texts, "Other names under which facts may mention it.", "none"),
    ]);

    /// <summary>The two sides.</summary>
    public static readonly Section Parties = new("parties", "The two sides.",
    [
        new("provider", Of(Party), "Who delivers.", Required: true),
        new("customer", Of(Party), "Who receives; a one-sided commitment has none."),
    ]);

    /// <summary>A person or a team that acts under the agreement.</summary>
    public static readonly Section Person = new("person", "A person, a role or a team that is told, decides or acts.",
    [
        new("name", FreeText, "As people know them.", "the key"),
        new("role", FreeText, "What they do under the agreement.", "none"),
        new("of", Words("provider", "customer"), "Whose side they are on.", "provider"),
        new("email", FreeText, "An e-mail address.", "none"),
        new("phone", FreeText, "A telephone number.", "none"),
        new("chat", FreeText, "A chat address or webhook name.", "none"),
        new("hours", Name, "The calendar in which they are reached.", "always"),
        new("stands-in", Name, "Who is told when they are not reached.", "nobody"),
    ]);

    /// <summary>The document that this agreement belongs to.</summary>
    public static readonly Section Master = new("master agreement", "The contract that this agreement belongs to.",
    [
        new("title", FreeText, "Its title.", Required: true),
        new("reference", FreeText, "Its number.", "none"),
        new("dated", Date, "Its date.", "none"),
        new("prevails", Words("master", "this agreement"), "Which of the two stands where they contradict each other.", "master"),
    ]);

    /// <summary>The languages of the agreement.</summary>
    public static readonly Section Languages = new("languages", "The languages in which the agreement is concluded.",
    [
        new("prevails", Words("en", "pl", "ru", "ar"), "The text that decides where two languages differ.", "en"),
        new("also", List(Words("en", "pl", "ru", "ar")), "Other languages in which it is given.", "none"),
    ]);
}
