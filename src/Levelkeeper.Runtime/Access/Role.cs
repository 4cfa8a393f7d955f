namespace Levelkeeper.Runtime.Access;

/// <summary>What somebody is to the installation. An account may have several; what it may do is what any of them may.</summary>
public enum Role
{
    /// <summary>Runs the installation: accounts, tokens, sources, the store. Decides nothing of an agreement.</summary>
    Operator,

    /// <summary>Answers for the agreements on the provider's side.</summary>
    Manager,

    /// <summary>Works on tickets.</summary>
    Agent,

    /// <summary>Reviews agreements before they are signed.</summary>
    Legal,

    /// <summary>Issues statements, settles and pays.</summary>
    Finance,

    /// <summary>Signs for a side.</summary>
    Signatory,

    /// <summary>The other side: sees its own agreements only.</summary>
    Customer,

    /// <summary>Reads everything and changes nothing.</summary>
    Auditor,
}

/// <summary>Something that can be done.</summary>
public enum Permission
{
    /// <summary>Read agreements and contract texts, results, clocks, outages.</summary>
    ReadAgreements,

    /// <summary>Read statements.</summary>
    ReadStatements,

    /// <summary>Read facts as they came, what was set aside, what matched nothing.</summary>
    ReadFacts,

    /// <summary>Read the audit trail, the outbox and the state of sources.</summary>
    ReadAudit,

    /// <summary>Append facts, as a source.</summary>
    AppendFacts,

    /// <summary>Report a fault, answer, rate.</summary>
    ReportTickets,

    /// <summary>Acknowledge, reply, work around, resolve.</summary>
    WorkTickets,

    /// <summary>Claim that time is excluded.</summary>
    ClaimExclusions,

    /// <summary>Approve or reject what the other side claims.</summary>
    DecideExclusions,

    /// <summary>State cause, owner and comment of a breach.</summary>
    CommentBreaches,

    /// <summary>Propose agreements and files, withdraw proposals.</summary>
    ProposeAgreements,

    /// <summary>Read and put the files that agreements name.</summary>
    ManageFiles,

    /// <summary>Comment a proposal.</summary>
    CommentAgreements,

    /// <summary>Record the lawyers' review.</summary>
    ReviewAgreements,

    /// <summary>Sign.</summary>
    SignAgreements,

    /// <summary>Put in force, and end.</summary>
    ActivateAgreements,

    /// <summary>Draft statements, waive points of the month-end checklist.</summary>
    DraftStatements,

    /// <summary>Issue statements.</summary>
    IssueStatements,

    /// <summary>Dispute lines, claim what is to be claimed, accept adjustments.</summary>
    DisputeStatements,

    /// <summary>Settle disputes, record payment.</summary>
    SettleStatements,

    /// <summary>Accounts and tokens.</summary>
    ManageAccounts,

    /// <summary>Send dead letters again, erase texts, back up.</summary>
    ManageStore,
}

/// <summary>Which role may do what: the whole table, in one place.</summary>
public static class RolePermissions
{
    private static readonly Permission[] s_readAll = [Permission.ReadAgreements, Permission.ReadStatements, Permission.ReadFacts, Permission.ReadAudit];

    /// <summary>What a role may do.</summary>
    public static IReadOnlySet<Permission> Of(Role role) => s_table[role];

    /// <summary>What shows or changes things of every party at once, and so is only for those who see all agreements.</summary>
    public static IReadOnlySet<Permission> OfTheWhole { get; } = new HashSet<Permission> { Permission.ReadFacts, Permission.ReadAudit, Permission.ManageFiles, Permission.ManageAccounts, Permission.ManageStore };

    private static readonly Dictionary<Role, HashSet<Permission>> s_table = new()
    {
        [Role.Operator] = [.. s_readAll, Permission.AppendFacts, Permission.ManageAccounts, Permission.ManageStore],
        [Role.Manager] =
        [
            .. s_readAll, Permission.ReportTickets, Permission.WorkTickets, Permission.ClaimExclusions, Permission.DecideExclusions, Permission.CommentBreaches, Permission.ProposeAgreements, Permission.ManageFiles, Permission.CommentAgreements,
            Permission.ActivateAgreements, Permission.DraftStatements, Permission.DisputeStatements,
        ],
        [Role.Agent] = [Permission.ReadAgreements, Permission.ReadFacts, Permission.ReportTickets, Permission.WorkTickets, Permission.CommentBreaches, Permission.ClaimExclusions],
        [Role.Legal] = [Permission.ReadAgreements, Permission.ReadStatements, Permission.CommentAgreements, Permission.ReviewAgreements],
        [Role.Finance] = [Permission.ReadAgreements, Permission.ReadStatements, Permission.DraftStatements, Permission.IssueStatements, Permission.SettleStatements],
        [Role.Signatory] = [Permission.ReadAgreements, Permission.ReadStatements, Permission.CommentAgreements, Permission.SignAgreements],
        [Role.Customer] =
        [
            Permission.ReadAgreements, Permission.ReadStatements, Permission.ReportTickets, Permission.ClaimExclusions, Permission.DecideExclusions, Permission.CommentBreaches, Permission.CommentAgreements,
            Permission.DisputeStatements,
        ],
        [Role.Auditor] = [.. s_readAll],
    };

    /// <summary>The name of a role in the store and in the API.</summary>
    public static string NameOf(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>A role by its name; null when there is none.</summary>
    public static Role? Parse(string name) => Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(r => NameOf(r!.Value) == name);
}
