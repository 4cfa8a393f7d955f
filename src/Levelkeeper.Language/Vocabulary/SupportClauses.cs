namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Where help is asked for, in which hours, with which priorities, and who is told when it goes wrong.</summary>
public static class SupportClauses
{
    /// <summary>A channel.</summary>
    public static readonly Section Channel = new("channel", "A way to ask for help.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("contact", FreeText, "The address, number or link.", "none", Favour: Neutral),
        new("hours", Name, "The calendar in which it is staffed.", "always", Favour: BestFirst("always")),
        new("plans", Names, "The plans that include it.", "all", Favour: More.BestIfAbsent),
    ]);

    /// <summary>A priority.</summary>
    public static readonly Section Priority = new("priority", "A priority of tickets.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("definition", FreeText, "When a ticket has it.", "none", Favour: Unclear),
        new("examples", Texts, "Examples.", "none", Favour: Neutral),
    ]);

    /// <summary>Support.</summary>
    public static readonly Section Support = new("support", "Where help is asked for, and with which priorities.",
    [
        new("channels", Map("a name", Of(Channel)), "The channels.", "none is named", Favour: More),
        new("priorities", Map("a name", Of(Priority)), "The priorities, the highest first.", "none is defined", Favour: Unclear),
        new("matrix", Map("an impact", Map("an urgency", Name)), "The priority of each impact and urgency.", "none: the reporter names the priority", Favour: Unclear),
        new("updates", Any(Elapsed, Map("a priority, or 'else'", Elapsed)), "How often the provider reports during an outage ('else') or on an open ticket.", "no rhythm is promised", Favour: Smaller.WorstIfAbsent),
        new("languages", List(FreeText), "The languages in which help is given.", "that of the agreement", Favour: Unclear),
    ]);

    /// <summary>A step of an escalation.</summary>
    public static readonly Section Step = new("escalation step", "Who is told, and when.",
    [
        new("at", EscalationAt, "When.", Required: true, Favour: Unclear),
        new("tell", Names, "Who: people of the agreement.", Required: true, Favour: Unclear),
        new("by", List(Words("email", "phone", "chat", "webhook")), "How.", "email", Favour: Unclear),
        new("repeat", Elapsed, "Again after so long, until somebody acknowledges.", "once", Favour: Unclear),
        new("in-hours-of", Name, "The calendar in which it is sent; outside it waits.", "at once", Favour: Unclear),
    ]);
}
