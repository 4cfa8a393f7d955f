namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Where help is asked for, in which hours, with which priorities, and who is told when it goes wrong.</summary>
public static class SupportClauses
{
    /// <summary>A channel.</summary>
    public static readonly Section Channel = new("channel", "A way to ask for help.",
    [
        new("title", FreeText, "As people read it.", "its name"),
        new("contact", FreeText, "The address, number or link.", "none"),
        new("hours", Name, "The calendar in which it is staffed.", "always"),
        new("plans", Names, "The plans that include it.", "all"),
    ]);

    /// <summary>A priority.</summary>
    public static readonly Section Priority = new("priority", "A priority of tickets.",
    [
        new("title", FreeText, "As people read it.", "its name"),
        new("definition", FreeText, "When a ticket has it.", "none"),
        new("examples", Texts, "Examples.", "none"),
    ]);

    /// <summary>Support.</summary>
    public static readonly Section Support = new("support", "Where help is asked for, and with which priorities.",
    [
        new("channels", Map("a name", Of(Channel)), "The channels.", "none is named"),
        new("priorities", Map("a name", Of(Priority)), "The priorities, the highest first.", "none is defined"),
        new("matrix", Map("an impact", Map("an urgency", Name)), "The priority of each impact and urgency.", "none: the reporter names the priority"),
        new("updates", Any(Elapsed, Map("a priority, or 'else'", Elapsed)), "How often the provider reports during an outage or on an open ticket.", "no rhythm is promised"),
        new("languages", List(FreeText), "The languages in which help is given.", "that of the agreement"),
    ]);

    /// <summary>A step of an escalation.</summary>
    public static readonly Section Step = new("escalation step", "Who is told, and when.",
    [
        new("at", EscalationAt, "When.", Required: true),
        new("tell", Names, "Who: people of the agreement.", Required: true),
        new("by", List(Words("email", "phone", "chat", "webhook")), "How.", "email"),
        new("repeat", Elapsed, "Again after so long, until somebody acknowledges.", "once"),
        new("in-hours-of", Name, "The calendar in which it is sent; outside it waits.", "at once"),
    ]);
}
