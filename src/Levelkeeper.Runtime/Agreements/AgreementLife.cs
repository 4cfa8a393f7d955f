using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>How far a revision of an agreement has come.</summary>
public enum AgreementStage
{
    /// <summary>It is proposed, and can be commented, reviewed and signed.</summary>
    Proposed,

    /// <summary>It runs: facts are judged by it.</summary>
    Active,

    /// <summary>It ran, and another revision took its place.</summary>
    Replaced,

    /// <summary>It was taken back before it ran.</summary>
    Withdrawn,

    /// <summary>It ran, and was ended.</summary>
    Ended,
}

/// <summary>A signature in the register.</summary>
/// <param name="Side">For which side.</param>
/// <param name="Name">Who signed.</param>
/// <param name="Account">Whose sign-in it was.</param>
/// <param name="At">When the register took it.</param>
/// <param name="Key">The public key; empty where the sign-in is the signature.</param>
public sealed record RegisteredSignature(PartyRole Side, string Name, string Account, Instant At, string Key);

/// <summary>A comment on a proposal.</summary>
/// <param name="Clause">The clause that it is about; empty for the whole.</param>
/// <param name="Text">What it says.</param>
/// <param name="By">By which account.</param>
/// <param name="At">When.</param>
public sealed record ClauseComment(string Clause, string Text, string By, Instant At);

/// <summary>Facts of an agreement that retention let go of.</summary>
/// <param name="At">When.</param>
/// <param name="By">By which account.</param>
/// <param name="FactsFrom">Facts before may be gone.</param>
/// <param name="ArchivedUntil">Up to when periods are archived.</param>
public sealed record LetGo(Instant At, string By, Instant FactsFrom, Instant ArchivedUntil);

/// <summary>What became of one revision.</summary>
public sealed record RevisionLife
{
    /// <summary>Which.</summary>
    public required int Revision { get; init; }

    /// <summary>How far it has come.</summary>
    public AgreementStage Stage { get; init; }

    /// <summary>When it was proposed.</summary>
    public required Instant Proposed { get; init; }

    /// <summary>By which account.</summary>
    public required string ProposedBy { get; init; }

    /// <summary>The hash of what is signed.</summary>
    public required string Hash { get; init; }

    /// <summary>The files that it names, each with the revision that it was proposed with.</summary>
    public required ImmutableSortedDictionary<string, int> Files { get; init; }

    /// <summary>Signatures, in order.</summary>
    public ImmutableArray<RegisteredSignature> Signatures { get; init; } = [];

    /// <summary>Comments, in order.</summary>
    public ImmutableArray<ClauseComment> Comments { get; init; } = [];

    /// <summary>Whether the lawyers reviewed it.</summary>
    public bool IsReviewed { get; init; }

    /// <summary>When it began to run; null when it never did.</summary>
    public Instant? Activated { get; init; }

    /// <summary>What was known then: the log's last sequence number.</summary>
    public long ActivatedKnowing { get; init; }

    /// <summary>Why it runs without a signature of each side; empty when it has them.</summary>
    public string WithoutSignatures { get; init; } = "";
}

/// <summary>What became of an agreement: its revisions and their steps. A pure function of the steps.</summary>
public sealed record AgreementLife
{
    /// <summary>Revisions by number, ascending.</summary>
    public required ImmutableSortedDictionary<int, RevisionLife> Revisions { get; init; }

    /// <summary>What retention let go of, in order.</summary>
    public ImmutableArray<LetGo> LetGo { get; init; } = [];

    /// <summary>Up to when periods were archived by an instant; null for none: see <see cref="Core.Retention.RetentionEdge"/>.</summary>
    public Instant? ArchivedUntil(Instant asOf) => LetGo.Where(l => l.At <= asOf).Select(l => (Instant?)l.ArchivedUntil).Max();

    /// <summary>From when on the facts are whole; null when nothing was let go.</summary>
    public Instant? FactsFrom => LetGo.Select(l => (Instant?)l.FactsFrom).Max();

    /// <summary>The number of the last step; the next one follows it.</summary>
    public required int LastStep { get; init; }

    /// <summary>The revision that runs; null for none.</summary>
    public RevisionLife? Active => Revisions.Values.FirstOrDefault(r => r.Stage == AgreementStage.Active);

    /// <summary>The latest revision.</summary>
    public RevisionLife Latest => Revisions[Revisions.Keys.Max()];

    /// <summary>The revision that ran when the log ended at a sequence number; null when none had run by then.</summary>
    public RevisionLife? RanAt(long sequence) => Revisions.Values.Where(r => r.Activated is not null && r.ActivatedKnowing <= sequence).MaxBy(r => r.Activated);

    /// <summary>Reads steps.</summary>
    /// <param name="steps">All of one agreement, in order.</param>
    public static AgreementLife Of(IReadOnlyList<DocumentStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var revisions = ImmutableSortedDictionary.CreateBuilder<int, RevisionLife>();
        var letGo = ImmutableArray.CreateBuilder<LetGo>();
        foreach (var step in steps)
        {
            var detail = StepDetail.Read(step.Detail);
            if (step.Step == AgreementRegister.Proposed)
            {
                revisions[step.Revision] = new RevisionLife
                {
                    Revision = step.Revision,
                    Proposed = step.At,
                    ProposedBy = step.By,
                    Hash = detail.Hash ?? "",
                    Files = detail.Files ?? ImmutableSortedDictionary<string, int>.Empty,
                };
                continue;
            }

            if (step.Step == AgreementRegister.LetGo)
            {
                letGo.Add(new LetGo(step.At, step.By, detail.FactsFrom!.Value, detail.ArchivedUntil!.Value));
                continue;
            }

            var revision = revisions[step.Revision];
            if (step.Step == AgreementRegister.Activated)
            {
                foreach (var (number, other) in revisions.Where(r => r.Value.Stage == AgreementStage.Active).ToList())
                    revisions[number] = other with { Stage = AgreementStage.Replaced };
            }

            revisions[step.Revision] = step.Step switch
            {
                AgreementRegister.Commented => revision with { Comments = revision.Comments.Add(new ClauseComment(detail.Clause ?? "", detail.Text ?? "", step.By, step.At)) },
                AgreementRegister.Reviewed => revision with { IsReviewed = true },
                AgreementRegister.Signed => revision with { Signatures = revision.Signatures.Add(new RegisteredSignature(detail.Side!.Value, detail.Name ?? "", step.By, step.At, detail.Key ?? "")) },
                AgreementRegister.Activated => revision with { Stage = AgreementStage.Active, Activated = step.At, ActivatedKnowing = step.Known, WithoutSignatures = detail.Text ?? "" },
                AgreementRegister.Withdrawn => revision with { Stage = AgreementStage.Withdrawn },
                AgreementRegister.Ended => revision with { Stage = AgreementStage.Ended },
                // A step of a later build: what it means is not known, so nothing is made of it.
                _ => revision,
            };
        }

        return new AgreementLife { Revisions = revisions.ToImmutable(), LetGo = letGo.ToImmutable(), LastStep = steps.Count == 0 ? 0 : steps[^1].Number };
    }
}
