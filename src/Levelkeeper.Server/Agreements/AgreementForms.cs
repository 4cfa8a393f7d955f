using Levelkeeper.Core.Agreements;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Runtime.Agreements;
using NodaTime.Text;

namespace Levelkeeper.Server.Agreements;

/// <summary>An agreement in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Kind"><c>customer</c>, <c>internal</c>, <c>supplier</c>, <c>commitment</c>, <c>corporate</c>.</param>
/// <param name="Provider">Who delivers.</param>
/// <param name="Customer">Who receives; none for a commitment.</param>
/// <param name="InForce">The revision in force; none before and after.</param>
/// <param name="Latest">The latest revision.</param>
/// <param name="Revisions">What became of each.</param>
public sealed record AgreementForm(string Id, string Title, string Kind, string Provider, string? Customer, int? InForce, int Latest, IReadOnlyList<RevisionForm> Revisions)
{
    internal static AgreementForm Of(RegisteredAgreement agreement, AgreementLife life)
    {
        var latest = agreement.Versions.Latest;
        return new AgreementForm(
            agreement.Id, latest.Title, latest.Kind.ToString().ToLowerInvariant(), latest.Provider.Name, latest.Customer?.Name, life.Active?.Revision, life.Latest.Revision,
            [.. life.Revisions.Values.Select(RevisionForm.Of)]);
    }
}

/// <summary>A page of agreements.</summary>
/// <param name="Agreements">By id.</param>
/// <param name="After">Ask for what comes after this id to read on; none at the end.</param>
public sealed record AgreementPage(IReadOnlyList<AgreementForm> Agreements, string? After);

/// <summary>What became of a revision.</summary>
/// <param name="Revision">From 1.</param>
/// <param name="Stage"><c>proposed</c>, <c>active</c>, <c>replaced</c>, <c>withdrawn</c>, <c>ended</c>.</param>
/// <param name="Hash">Of what is signed.</param>
/// <param name="Proposed">When.</param>
/// <param name="ProposedBy">By which account.</param>
/// <param name="Reviewed">Whether the lawyers reviewed it.</param>
/// <param name="Activated">When it began to run.</param>
/// <param name="WithoutSignatures">Why it runs though a side has not signed it here.</param>
/// <param name="Files">The files that it names, each with its revision.</param>
/// <param name="Signatures">Who signed.</param>
/// <param name="Comments">What was said.</param>
public sealed record RevisionForm(
    int Revision, string Stage, string Hash, string Proposed, string ProposedBy, bool Reviewed, string? Activated, string? WithoutSignatures,
    IReadOnlyDictionary<string, int> Files, IReadOnlyList<SignatureForm> Signatures, IReadOnlyList<CommentForm> Comments)
{
    internal static RevisionForm Of(RevisionLife life) => new(
        life.Revision, life.Stage.ToString().ToLowerInvariant(), life.Hash, InstantPattern.ExtendedIso.Format(life.Proposed), life.ProposedBy, life.IsReviewed,
        life.Activated is { } at ? InstantPattern.ExtendedIso.Format(at) : null, life.WithoutSignatures.Length > 0 ? life.WithoutSignatures : null, life.Files,
        [.. life.Signatures.Select(s => new SignatureForm(Side(s.Side), s.Name, s.Account, InstantPattern.ExtendedIso.Format(s.At), s.Key.Length > 0 ? s.Key : null))],
        [.. life.Comments.Select(c => new CommentForm(c.Clause, c.Text, c.By, InstantPattern.ExtendedIso.Format(c.At)))]);

    internal static string Side(PartyRole side) => side == PartyRole.Customer ? "customer" : "provider";
}

/// <summary>A signature.</summary>
/// <param name="Side"><c>provider</c> or <c>customer</c>.</param>
/// <param name="Name">The person.</param>
/// <param name="Account">Whose sign-in it was.</param>
/// <param name="At">When.</param>
/// <param name="Key">The public key; none where the sign-in is the signature.</param>
public sealed record SignatureForm(string Side, string Name, string Account, string At, string? Key);

/// <summary>A comment on a proposal.</summary>
/// <param name="Clause">The clause that is meant; empty for the whole.</param>
/// <param name="Text">What is said.</param>
/// <param name="By">By which account.</param>
/// <param name="At">When.</param>
public sealed record CommentForm(string Clause, string Text, string By, string At);

/// <summary>What is said with a step: why, or what.</summary>
/// <param name="Text">The words.</param>
/// <param name="Clause">The clause that is meant; empty for the whole.</param>
public sealed record SaidForm(string? Text = null, string? Clause = null);

/// <summary>A signature that is asked for.</summary>
/// <param name="Side"><c>provider</c> or <c>customer</c>; none for the side on which the account stands.</param>
/// <param name="Name">The person; none for the account's own name.</param>
/// <param name="Signatures">The file that <c>levelkeeper sign</c> wrote, to sign by a key too.</param>
public sealed record SigningForm(string? Side = null, string? Name = null, string? Signatures = null);

/// <summary>What was found wrong, or probably not meant, in a text.</summary>
/// <param name="Good">Whether nothing is wrong that stands in the way.</param>
/// <param name="Problems">Each with its place.</param>
public sealed record LintForm(bool Good, IReadOnlyList<Problems.RowProblem> Problems);

/// <summary>What two revisions say differently.</summary>
/// <param name="BetterOff">Who is better off by the second: <c>customer</c>, <c>provider</c>, <c>nobody</c>, <c>unclear</c>.</param>
/// <param name="Differences">Clause by clause.</param>
/// <param name="NotSeenInEither">Clauses of which it is known that they were not seen, so that they may differ.</param>
public sealed record ComparisonForm(string BetterOff, IReadOnlyList<DifferenceForm> Differences, IReadOnlyList<string> NotSeenInEither)
{
    internal static ComparisonForm Of(AgreementComparison comparison) => new(
        Word(comparison.BetterOff), [.. comparison.Differences.Select(d => new DifferenceForm(d.Path, d.FirstText, d.First is not null, d.SecondText, d.Second is not null, Word(d.BetterOff)))], comparison.NeitherSeen);

    private static string Word(Gain gain) => gain switch
    {
        Gain.Customer => "customer",
        Gain.Provider => "provider",
        Gain.Nobody => "nobody",
        Gain.Unclear => "unclear",
        _ => throw new ArgumentOutOfRangeException(nameof(gain), gain, "Unknown."),
    };
}

/// <summary>A clause that two revisions say differently.</summary>
/// <param name="Path">Which clause.</param>
/// <param name="First">What the first says; the default where it says nothing.</param>
/// <param name="FirstStated">Whether it is written there.</param>
/// <param name="Second">What the second says.</param>
/// <param name="SecondStated">Whether it is written there.</param>
/// <param name="BetterOff">Who is better off by the second.</param>
public sealed record DifferenceForm(string Path, string First, bool FirstStated, string Second, bool SecondStated, string BetterOff);

/// <summary>What an agreement says from a day on.</summary>
/// <param name="From">The first day, in its zone.</param>
/// <param name="To">The first day of the next version; none for the last.</param>
/// <param name="Today">Whether it is the one of today.</param>
/// <param name="Amendments">The titles of the amendments that made it.</param>
public sealed record VersionForm(string From, string? To, bool Today, IReadOnlyList<string> Amendments);
