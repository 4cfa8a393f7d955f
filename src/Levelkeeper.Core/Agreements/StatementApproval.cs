namespace Levelkeeper.Core.Agreements;

/// <summary>How many people it takes to issue a statement. It decides who may issue it, and nothing of what it says.</summary>
public enum StatementApproval
{
    /// <summary>One: who drafts and checks a statement may issue it. The default.</summary>
    OnePerson,

    /// <summary>Two, the four-eyes principle: who issues a statement has neither drafted nor checked it.</summary>
    TwoPeople,
}
