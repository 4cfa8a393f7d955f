using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Lint;
using Levelkeeper.Language.Signatures;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using NodaTime;
using NodaTime.Text;

namespace Levelkeeper.Runtime.Agreements;

/// <summary>The agreements of an installation, from the first proposal to the end: proposed, commented, reviewed, signed, in force.</summary>
/// <remarks>
/// A revision stands for good, with the revisions of the files that it names. What changes is a new revision, which somebody proposes and both sides sign: also when only a calendar
/// changed, because what is signed is the expanded agreement. Every step is in the audit trail, in the same transaction.
/// </remarks>
public sealed class AgreementRegister
{
    internal const string Proposed = "proposed";
    internal const string Commented = "commented";
    internal const string Reviewed = "reviewed";
    internal const string Signed = "signed";
    internal const string Activated = "activated";
    internal const string Withdrawn = "withdrawn";
    internal const string Ended = "ended";
    internal const string LetGo = "let-go";

    /// <summary>The file of the keys that count, if there is one.</summary>
    public const string KeyRingFile = "keys.yaml";

    private readonly Store _store;

    /// <summary>The register in a store.</summary>
    public AgreementRegister(Store store) => _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>What became of an agreement; null when there is none of this name.</summary>
    public async Task<AgreementLife?> LifeAsync(string id, CancellationToken cancel = default) => await _store.Agreements.StepsAsync(id, cancel) is { Count: > 0 } steps ? AgreementLife.Of(steps) : null;

    /// <summary>All agreements, by name, ordinal.</summary>
    /// <param name="after">After this name; empty for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<(string Id, AgreementLife Life)>> ListAsync(string after = "", int limit = 1000, CancellationToken cancel = default)
    {
        var all = new List<(string, AgreementLife)>();
        foreach (var document in await _store.Agreements.ListAsync(after, limit, cancel))
        {
            if (await LifeAsync(document.Name, cancel) is { } life)
                all.Add((document.Name, life));
        }

        return all;
    }

    /// <summary>A revision, read; null when there is none.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="revision">Which; null for the one in force, and before any is for the latest.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<RegisteredAgreement?> FindAsync(string id, int? revision = null, CancellationToken cancel = default) =>
        await LifeAsync(id, cancel) is { } life && (revision is null ? life.Active ?? life.Latest : life.Revisions.GetValueOrDefault(revision.Value)) is { } found ? await ReadAsync(id, found, cancel) : null;

    /// <summary>All that are in force, read, by name.</summary>
    public async Task<IReadOnlyList<RegisteredAgreement>> ActiveAsync(CancellationToken cancel = default) => await ActiveAsync(ImmutableDictionary<string, RegisteredAgreement>.Empty, cancel);

    /// <summary>As the other; those of which the revision in force is known already are not read again.</summary>
    /// <param name="known">By id.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<RegisteredAgreement>> ActiveAsync(IReadOnlyDictionary<string, RegisteredAgreement> known, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(known);
        var active = new List<RegisteredAgreement>();
        for (var after = ""; ;)
        {
            var page = await ListAsync(after, cancel: cancel);
            if (page.Count == 0)
                return active;
            foreach (var (id, life) in page)
            {
                if (life.Active is { } revision)
                    active.Add(known.TryGetValue(id, out var read) && read.Life.Revision == revision.Revision ? read : await ReadAsync(id, revision, cancel));
            }

            after = page[^1].Id;
        }
    }

    /// <summary>Checks a text without keeping it: what is wrong, and what is probably not meant.</summary>
    public async Task<DiagnosticBag> LintAsync(string text, string file, CancellationToken cancel = default)
    {
        var diagnostics = new DiagnosticBag();
        Read(text, file, await StoredFiles.LatestAsync(_store, cancel), diagnostics);
        return diagnostics;
    }

    /// <summary>Proposes an agreement, or a change of one. Nothing is kept of a text that cannot be used.</summary>
    /// <param name="id">The agreement; null to take the one that the text names.</param>
    /// <param name="from">The revision that the text was made from; 0 for a new agreement.</param>
    /// <param name="text">YAML.</param>
    /// <param name="known">The log's last sequence number.</param>
    /// <param name="by">Who proposes it.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AgreementOutcome> ProposeAsync(string? id, int from, string text, long known, Act by, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(by);
        var (diagnostics, files) = (new DiagnosticBag(), await StoredFiles.LatestAsync(_store, cancel));
        var file = id is null ? "agreement.yaml" : RegisteredAgreement.FileOf(id);
        if (Read(text, file, files, diagnostics) is not var (versions, content))
            return new AgreementOutcome(null, diagnostics);
        if (id is not null && versions.Latest.Id != id)
        {
            diagnostics.Error("LK6301", new Place(file), $"This is the agreement {Diagnostic.Quote(versions.Latest.Id)}, not {Diagnostic.Quote(id)}.", "propose it under its own id");
            return new AgreementOutcome(null, diagnostics);
        }

        id = versions.Latest.Id;
        var detail = new StepDetail { Hash = content.Hash, Files = files.Named };
        try
        {
            await _store.Agreements.AddAsync(id, from, Encoding.UTF8.GetBytes(text), Convert.FromHexString(content.Hash), Proposed, known, detail.ToJson(), by, cancel);
        }
        catch (DocumentChangedException e)
        {
            return Meanwhile(diagnostics, id, e);
        }

        return new AgreementOutcome(await FindAsync(id, from + 1, cancel), diagnostics);
    }

    /// <summary>Notes that retention lets go of facts of an agreement, before it does.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="factsFrom">Facts before may be gone.</param>
    /// <param name="archivedUntil">Up to when periods are archived.</param>
    /// <param name="known">The log's last sequence number.</param>
    /// <param name="by">Who lets go.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="DocumentChangedException">Somebody changed the agreement meanwhile.</exception>
    public async Task LetGoAsync(string id, Instant factsFrom, Instant archivedUntil, long known, Act by, CancellationToken cancel = default)
    {
        var life = await LifeAsync(id, cancel) ?? throw new ArgumentException($"There is no agreement '{id}'.", nameof(id));
        var detail = new StepDetail { FactsFromTicks = factsFrom.ToUnixTimeTicks(), ArchivedUntilTicks = archivedUntil.ToUnixTimeTicks() };
        await _store.Agreements.TakeAsync(id, life.LastStep, life.Latest.Revision, LetGo, known, detail.ToJson(), by, cancel);
    }

    /// <summary>Comments a proposal.</summary>
    public Task<AgreementOutcome> CommentAsync(string id, int revision, string clause, string text, long known, Act by, CancellationToken cancel = default) =>
        StepAsync(id, revision, Commented, AgreementStage.Proposed, known, by, (_, _) => new StepDetail { Clause = clause, Text = text }, cancel);

    /// <summary>Records the lawyers' review of a proposal.</summary>
    public Task<AgreementOutcome> ReviewAsync(string id, int revision, string remark, long known, Act by, CancellationToken cancel = default) =>
        StepAsync(id, revision, Reviewed, AgreementStage.Proposed, known, by, (_, _) => new StepDetail { Text = remark }, cancel);

    /// <summary>Signs a proposal for a side: by the sign-in itself, or by a key too.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="revision">Which revision.</param>
    /// <param name="side">For which side.</param>
    /// <param name="name">The person.</param>
    /// <param name="signature">The signature by a key, as <c>levelkeeper sign</c> makes it; null for the sign-in alone.</param>
    /// <param name="known">The log's last sequence number.</param>
    /// <param name="by">Whose sign-in it is.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AgreementOutcome> SignAsync(string id, int revision, PartyRole side, string name, AgreementSignature? signature, long known, Act by, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(by);
        // Whose keys count is asked on the day of the signature, whatever was known when the agreement was proposed.
        var ring = await _store.Files.FindAsync(KeyRingFile, cancel: cancel);
        return await StepAsync(id, revision, Signed, AgreementStage.Proposed, known, by, (agreement, diagnostics) =>
        {
            var (place, latest) = (new Place(agreement.File), agreement.Versions.Latest);
            if (side == PartyRole.Customer && latest.Customer is null)
                diagnostics.Error("LK6305", place, "This agreement has no customer: it is a commitment of the provider alone.", "sign for the provider");
            if (agreement.Life.Signatures.Any(s => s.Side != side && s.Account == by.Actor))
                diagnostics.Error("LK6305", place, "The same account has signed for the other side.", "each side signs with an account of its own");
            if (latest.LegalReview.IsMissing(by.At.InZone(latest.Zone).Date) && !agreement.Life.IsReviewed)
                diagnostics.Error("LK6304", latest.LegalReview.Clause.Place, "The agreement cannot be signed before the lawyers' review that it requires.", "record the review first");
            if (signature is not null)
                Check(signature, side, agreement, ring is null ? null : Encoding.UTF8.GetString(ring.Content), diagnostics);
            return new StepDetail { Hash = agreement.Content.Hash, Side = side, Name = name, Key = signature?.Key, Signature = signature?.Signature, SignedAt = signature is null ? null : InstantPattern.ExtendedIso.Format(signature.At) };
        }, cancel);
    }

    /// <summary>Puts a proposal in force; the revision before it is replaced.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="revision">Which revision.</param>
    /// <param name="withoutSignatures">Why it runs though a side has not signed here; empty to require the signatures. Signatures on paper that the agreement records count.</param>
    /// <param name="known">The log's last sequence number.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<AgreementOutcome> ActivateAsync(string id, int revision, string withoutSignatures, long known, Act by, CancellationToken cancel = default) =>
        StepAsync(id, revision, Activated, AgreementStage.Proposed, known, by, (agreement, diagnostics) =>
        {
            var latest = agreement.Versions.Latest;
            var signed = agreement.Life.Signatures.Select(s => s.Side).Concat(latest.PaperSignatures.Select(p => p.By)).ToHashSet();
            foreach (var side in (PartyRole[])[PartyRole.Provider, .. latest.Customer is null ? (PartyRole[])[] : [PartyRole.Customer]])
            {
                if (!signed.Contains(side) && withoutSignatures.Length == 0)
                    diagnostics.Error("LK6306", new Place(agreement.File), $"The {(side == PartyRole.Provider ? "provider" : "customer")} has not signed revision {revision}.", "sign it, record the paper under signed-on-paper, or say why it runs without");
            }

            return new StepDetail { Text = withoutSignatures.Length == 0 ? null : withoutSignatures };
        }, cancel);

    /// <summary>Takes a proposal back.</summary>
    public Task<AgreementOutcome> WithdrawAsync(string id, int revision, string reason, long known, Act by, CancellationToken cancel = default) =>
        StepAsync(id, revision, Withdrawn, AgreementStage.Proposed, known, by, (_, _) => new StepDetail { Text = reason }, cancel);

    /// <summary>Ends an agreement that is in force: facts are judged by it no more. What it came to by then stays.</summary>
    public Task<AgreementOutcome> EndAsync(string id, int revision, string reason, long known, Act by, CancellationToken cancel = default) =>
        StepAsync(id, revision, Ended, AgreementStage.Active, known, by, (_, _) => new StepDetail { Text = reason }, cancel);

    private static (AgreementVersions Versions, SignedContent Content)? Read(string text, string file, StoredFiles files, DiagnosticBag diagnostics)
    {
        if (AgreementReader.ReadVersions(text, file, diagnostics, files.Folder) is not { } versions || SignedContent.Read(text, file, new DiagnosticBag(), files.Folder) is not { } content)
            return null;
        var told = new HashSet<Diagnostic>();
        foreach (var version in versions.All)
        {
            var own = new DiagnosticBag();
            AgreementLint.Check(version.Agreement, own, Suppliers(version.Agreement, files, own));
            foreach (var diagnostic in own.Where(told.Add))
                diagnostics.Add(diagnostic);
        }

        return diagnostics.HasErrors ? null : (versions, content);
    }

    /// <summary>The supplier agreements behind an agreement, by the supplier's name; what cannot be read is reported.</summary>
    private static Dictionary<string, Agreement> Suppliers(Agreement agreement, StoredFiles files, DiagnosticBag diagnostics)
    {
        var found = new Dictionary<string, Agreement>(StringComparer.Ordinal);
        foreach (var supplier in agreement.Suppliers)
        {
            if (files.Folder.Levels!(supplier.File, supplier.Clause.Place, diagnostics) is { } file && AgreementReader.ReadVersions(file.Text, file.File, diagnostics, files.Folder) is { } read)
                found[supplier.Name] = read.Latest;
        }

        return found;
    }

    private static void Check(AgreementSignature signature, PartyRole side, RegisteredAgreement agreement, string? keys, DiagnosticBag diagnostics)
    {
        var ring = keys is null ? null : KeyRing.Read(keys, KeyRingFile, diagnostics);
        var verdict = Verification.Of(agreement.Versions.Latest, agreement.Content, SignatureFile.Empty.Add(signature, agreement.Content), ring).Signatures[0].Verdict;
        var why = verdict switch
        {
            SignatureVerdict.Holds => signature.By == side ? null : "It is for the other side.",
            SignatureVerdict.OtherContent => "It is over another content than this revision.",
            SignatureVerdict.NotGenuine => "It is not genuine.",
            SignatureVerdict.SharedKey => "Its key signed for the other side.",
            SignatureVerdict.UnknownKey => "Its key is none that the key ring knows for this side.",
            SignatureVerdict.RevokedKey => "By the key ring, its key did not count on that day.",
            _ => throw new InvalidOperationException("Unknown verdict."),
        };
        if (why is not null || agreement.Life.Signatures.Any(s => s.Side != side && s.Key == signature.Key))
            diagnostics.Error("LK6305", new Place(agreement.File), $"This signature does not count. {why ?? "Its key signed for the other side."}", "sign this revision with a key of this side: levelkeeper sign");
    }

    private static AgreementOutcome Meanwhile(DiagnosticBag diagnostics, string id, DocumentChangedException e)
    {
        diagnostics.Error("LK6302", new Place(RegisteredAgreement.FileOf(id)), e.Message, "look at it again, and decide anew");
        return new AgreementOutcome(null, diagnostics, Changed: true);
    }

    private static string Word(AgreementStage stage) => stage switch
    {
        AgreementStage.Proposed => "proposed",
        AgreementStage.Active => "in force",
        AgreementStage.Replaced => "replaced",
        AgreementStage.Withdrawn => "withdrawn",
        AgreementStage.Ended => "ended",
        _ => throw new InvalidOperationException("Unknown stage."),
    };

    private async Task<RegisteredAgreement> ReadAsync(string id, RevisionLife life, CancellationToken cancel)
    {
        var document = await _store.Agreements.FindAsync(id, life.Revision, cancel) ?? throw new InvalidOperationException($"Revision {life.Revision} of '{id}' is missing in the store.");
        var (text, files) = (Encoding.UTF8.GetString(document.Content), await StoredFiles.OfAsync(_store, life.Files, cancel));
        var diagnostics = new DiagnosticBag();
        return AgreementReader.ReadVersions(text, RegisteredAgreement.FileOf(id), diagnostics, files.Folder) is { } versions && SignedContent.Read(text, RegisteredAgreement.FileOf(id), new DiagnosticBag(), files.Folder) is { } content
            ? new RegisteredAgreement(id, life, text, files, versions, content)
            : throw new InvalidOperationException($"Revision {life.Revision} of '{id}' could be read once and cannot any more: {diagnostics.FirstOrDefault()}");
    }

    private async Task<AgreementOutcome> StepAsync(
        string id, int revision, string step, AgreementStage stage, long known, Act by, Func<RegisteredAgreement, DiagnosticBag, StepDetail> check, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(by);
        var diagnostics = new DiagnosticBag();
        var life = await LifeAsync(id, cancel);
        if (life?.Revisions.GetValueOrDefault(revision) is not { } found)
        {
            diagnostics.Error("LK6303", new Place(RegisteredAgreement.FileOf(id)), $"There is no revision {revision} of an agreement {Diagnostic.Quote(id)}.", "list the agreements");
            return new AgreementOutcome(null, diagnostics);
        }

        if (found.Stage != stage || (stage == AgreementStage.Proposed && revision != life.Latest.Revision))
        {
            var now = found.Stage == AgreementStage.Proposed ? $"behind revision {life.Latest.Revision}" : Word(found.Stage);
            diagnostics.Error("LK6303", new Place(RegisteredAgreement.FileOf(id)), $"Revision {revision} is {now}: it cannot be {step}.", "propose a new revision");
            return new AgreementOutcome(null, diagnostics);
        }

        var agreement = await ReadAsync(id, found, cancel);
        var detail = check(agreement, diagnostics);
        if (diagnostics.HasErrors)
            return new AgreementOutcome(null, diagnostics);
        try
        {
            await _store.Agreements.TakeAsync(id, life.LastStep, revision, step, known, detail.ToJson(), by, cancel);
        }
        catch (DocumentChangedException e)
        {
            return Meanwhile(diagnostics, id, e);
        }

        return new AgreementOutcome(await FindAsync(id, revision, cancel), diagnostics);
    }
}
