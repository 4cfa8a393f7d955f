using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using NodaTime;

namespace Levelkeeper.Runtime.MonthEnd;

/// <summary>A statement that was just made, with what stands between it and its issue.</summary>
/// <param name="Json">Its text for programs, which is what is kept.</param>
/// <param name="Points">The checklist.</param>
/// <param name="NeedsTwoPeople">The agreement asks for four eyes: who issues it has neither drafted it nor waived a point.</param>
public sealed record StatementDraft(byte[] Json, ImmutableArray<ClosePoint> Points, bool NeedsTwoPeople);

/// <summary>A point of the checklist that somebody waived.</summary>
/// <param name="Point">Its id.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record Waiver(string Point, string Reason, string By, Instant At);

/// <summary>What became of the statement of a period.</summary>
public sealed record StatementLife
{
    /// <summary>The agreement.</summary>
    public required string Agreement { get; init; }

    /// <summary>The period's label: <c>2026-03</c>.</summary>
    public required string Period { get; init; }

    /// <summary>The last step's number.</summary>
    public required int LastStep { get; init; }

    /// <summary>The last revision.</summary>
    public required int Revision { get; init; }

    /// <summary>When it was issued; null for a draft.</summary>
    public Instant? Issued { get; init; }

    /// <summary>By whom it was issued; empty for a draft.</summary>
    public string IssuedBy { get; init; } = "";

    /// <summary>Who made drafts.</summary>
    public ImmutableSortedSet<string> Drafters { get; init; } = [];

    /// <summary>What was waived; the last word on a point counts.</summary>
    public ImmutableArray<Waiver> Waivers { get; init; } = [];
}

/// <summary>The statements of an installation: drafted, looked through, issued. What was issued never changes; what turns out later becomes a line of a later statement.</summary>
public sealed class StatementRegister
{
    private const string Drafted = "drafted";
    private const string Waived = "waived";
    private const string IssuedStep = "issued";

    private readonly Store _store;

    /// <summary>The statements in a store.</summary>
    public StatementRegister(Store store) => _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>What became of a statement; null when there is none yet.</summary>
    public async Task<StatementLife?> LifeAsync(string agreement, string period, CancellationToken cancel = default) =>
        await _store.Statements.StepsAsync(Name(agreement, period), cancel) is { Count: > 0 } steps ? Of(agreement, period, steps) : null;

    /// <summary>The statements of an agreement, by period, ordinal.</summary>
    public async Task<IReadOnlyList<StatementLife>> ListAsync(string agreement, CancellationToken cancel = default)
    {
        var (lives, prefix) = (new List<StatementLife>(), agreement + "/");
        for (var after = prefix; ;)
        {
            var page = await _store.Statements.ListAsync(after, cancel: cancel);
            foreach (var document in page.TakeWhile(d => d.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                if (await LifeAsync(agreement, document.Name[prefix.Length..], cancel) is { } life)
                    lives.Add(life);
            }

            if (page.Count == 0 || !page[^1].Name.StartsWith(prefix, StringComparison.Ordinal))
                return lives;
            after = page[^1].Name;
        }
    }

    /// <summary>The agreements and periods of all statements, by agreement and period, ordinal.</summary>
    /// <param name="after">After this one: <c>agreement/period</c>.</param>
    /// <param name="cancel">Stops.</param>
    public async IAsyncEnumerable<(string Agreement, string Period)> NamesAsync(string after, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (await _store.Statements.NamesAsync(after, cancel: cancel) is { Count: > 0 } page)
        {
            foreach (var name in page)
                yield return (name[..name.IndexOf('/')], name[(name.IndexOf('/') + 1)..]);
            after = page[^1];
        }
    }

    /// <summary>The text of a statement as it was last drafted, or issued; null when there is none.</summary>
    public async Task<byte[]?> TextAsync(string agreement, string period, CancellationToken cancel = default) => (await _store.Statements.FindAsync(Name(agreement, period), cancel: cancel))?.Content;

    /// <summary>The texts of what was issued for an agreement, by period.</summary>
    public async Task<IReadOnlyList<(StatementLife Life, byte[] Text)>> IssuedAsync(string agreement, CancellationToken cancel = default)
    {
        var issued = new List<(StatementLife, byte[])>();
        foreach (var life in (await ListAsync(agreement, cancel)).Where(l => l.Issued is not null))
            issued.Add((life, (await TextAsync(agreement, life.Period, cancel))!));
        return issued;
    }

    /// <summary>Up to when periods of an agreement were archived by an instant; null for none.</summary>
    public async Task<Instant?> ArchivedUntilAsync(string agreement, Instant asOf, CancellationToken cancel = default) => (await new Agreements.AgreementRegister(_store).LifeAsync(agreement, cancel))?.ArchivedUntil(asOf);

    /// <summary>Keeps a draft.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="period">The period's label.</param>
    /// <param name="draft">What was made.</param>
    /// <param name="known">The log's last sequence number that it was made of.</param>
    /// <param name="by">Who drafts.</param>
    /// <param name="diagnostics">Takes <c>LK6310</c> when it is issued already, <c>LK6302</c> when somebody else changed it meanwhile.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<StatementLife?> DraftAsync(string agreement, string period, StatementDraft draft, long known, Act by, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return KeepAsync(agreement, period, draft, Drafted, known, by, _ => { }, diagnostics, cancel);
    }

    /// <summary>Waives a point of the checklist.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="period">The period's label.</param>
    /// <param name="now">The statement as it would be now.</param>
    /// <param name="point">The point's id.</param>
    /// <param name="reason">Why; not empty.</param>
    /// <param name="known">The log's last sequence number.</param>
    /// <param name="by">Who waives.</param>
    /// <param name="diagnostics">Takes <c>LK6311</c> for a point that is not on the list or cannot be waived, or without a reason.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<StatementLife?> WaiveAsync(string agreement, string period, StatementDraft now, string point, string reason, long known, Act by, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var (place, life) = (new Place(Name(agreement, period)), await LifeAsync(agreement, period, cancel));
        if (life is null)
            diagnostics.Error("LK6310", place, "There is no draft of this statement.", "draft it first");
        if (now.Points.FirstOrDefault(p => p.Id == point) is not { } found)
            diagnostics.Error("LK6311", place, $"{Diagnostic.Quote(point)} is no point of the checklist now.", "read the checklist again");
        else if (!found.CanBeWaived)
            diagnostics.Error("LK6311", place, "This point cannot be waived.", "wait for the end of the period");
        if (string.IsNullOrWhiteSpace(reason))
            diagnostics.Error("LK6311", place, "A waiver needs a reason.", "say why it does not matter");
        RefuseIssued(life, place, diagnostics);
        return diagnostics.HasErrors ? null : await TakeAsync(life!, Waived, known, new WaiverDetail(point, reason), by, diagnostics, cancel);
    }

    /// <summary>Issues a statement: it is kept as made now, for good.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="period">The period's label.</param>
    /// <param name="draft">What was made now.</param>
    /// <param name="known">The log's last sequence number that it was made of.</param>
    /// <param name="by">Who issues.</param>
    /// <param name="diagnostics">Takes <c>LK6312</c> for each point that is neither settled nor waived, <c>LK6313</c> where four eyes are asked for and these are two.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<StatementLife?> IssueAsync(string agreement, string period, StatementDraft draft, long known, Act by, DiagnosticBag diagnostics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(by);
        return KeepAsync(agreement, period, draft, IssuedStep, known, by, Check, diagnostics, cancel);

        void Check(StatementLife? life)
        {
            var place = new Place(Name(agreement, period));
            var waived = life?.Waivers.Select(w => w.Point).ToHashSet(StringComparer.Ordinal) ?? [];
            foreach (var point in draft.Points.Where(p => !p.CanBeWaived || !waived.Contains(p.Id)))
                diagnostics.Error("LK6312", place, $"{point.Text} [{point.Id}]", point.CanBeWaived ? "settle it, or waive it with a reason" : null);
            if (!draft.NeedsTwoPeople)
                return;
            if (life is null || life.Drafters.IsEmpty)
                diagnostics.Error("LK6313", place, "The agreement asks for two people, and nobody has drafted this statement.", "let one person draft it and another issue it");
            else if (life.Drafters.Contains(by.Actor) || life.Waivers.Any(w => w.By == by.Actor))
                diagnostics.Error("LK6313", place, $"The agreement asks for two people, and {by.Actor} has drafted this statement or waived a point of it.", "let another person issue it");
        }
    }

    private static StatementLife Of(string agreement, string period, IReadOnlyList<DocumentStep> steps)
    {
        var issued = steps.FirstOrDefault(s => s.Step == IssuedStep);
        return new StatementLife
        {
            Agreement = agreement,
            Period = period,
            LastStep = steps[^1].Number,
            Revision = steps.Max(s => s.Revision),
            Issued = issued?.At,
            IssuedBy = issued?.By ?? "",
            Drafters = [.. steps.Where(s => s.Step == Drafted).Select(s => s.By)],
            Waivers = [.. steps.Where(s => s.Step == Waived).Select(s => (Step: s, Detail: JsonSerializer.Deserialize(s.Detail, WaiverJson.Default.WaiverDetail)!)).Select(w => new Waiver(w.Detail.Point, w.Detail.Reason, w.Step.By, w.Step.At))],
        };
    }

    private static string Name(string agreement, string period) => $"{agreement}/{period}";

    private static void RefuseIssued(StatementLife? life, Place place, DiagnosticBag diagnostics)
    {
        if (life?.Issued is not null)
            diagnostics.Error("LK6310", place, $"This statement was issued by {life.IssuedBy} and never changes.", "what turns out later becomes an adjustment in the next statement");
    }

    private async Task<StatementLife?> KeepAsync(
        string agreement, string period, StatementDraft draft, string step, long known, Act by, Action<StatementLife?> check, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var (name, life) = (Name(agreement, period), await LifeAsync(agreement, period, cancel));
        RefuseIssued(life, new Place(name), diagnostics);
        if (!diagnostics.HasErrors)
            check(life);
        if (diagnostics.HasErrors)
            return null;
        try
        {
            await _store.Statements.AddAsync(name, life?.Revision ?? 0, draft.Json, SHA256.HashData(draft.Json), step, known, [], by, cancel);
        }
        catch (DocumentChangedException e)
        {
            return Meanwhile(name, e, diagnostics);
        }

        return await LifeAsync(agreement, period, cancel);
    }

    private async Task<StatementLife?> TakeAsync(StatementLife life, string step, long known, WaiverDetail detail, Act by, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var name = Name(life.Agreement, life.Period);
        try
        {
            await _store.Statements.TakeAsync(name, life.LastStep, life.Revision, step, known, JsonSerializer.SerializeToUtf8Bytes(detail, WaiverJson.Default.WaiverDetail), by with { Detail = $"{detail.Point}: {detail.Reason}" }, cancel);
        }
        catch (DocumentChangedException e)
        {
            return Meanwhile(name, e, diagnostics);
        }

        return await LifeAsync(life.Agreement, life.Period, cancel);
    }

    private static StatementLife? Meanwhile(string name, DocumentChangedException e, DiagnosticBag diagnostics)
    {
        diagnostics.Error("LK6302", new Place(name), e.Message, "look at it again, and decide anew");
        return null;
    }
}

/// <summary>What belongs to a waiver in the store.</summary>
internal sealed record WaiverDetail(string Point, string Reason);

/// <summary>Its form.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[JsonSerializable(typeof(WaiverDetail))]
internal sealed partial class WaiverJson : JsonSerializerContext;
