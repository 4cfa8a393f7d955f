using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;

namespace Levelkeeper.Server.Search;

/// <summary>Finds what a viewer may see by a part of its name. Whose agreements, <see cref="VisibleAgreements"/> says, and what else, the viewer's permissions.</summary>
internal sealed class Searcher(VisibleAgreements visible, LiveService live)
{
    /// <summary>The kinds of things, in the order in which they are found.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["account", "agreement", "service", "statement", "subject", "ticket"];

    /// <summary>Finds, by kind and then by key, ordinal.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="text">The part of a name, in whatever case.</param>
    /// <param name="kind">Only this kind; null for all.</param>
    /// <param name="after">After this one: its kind and its key; null from the first on.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<HitForm>> FindAsync(Viewer viewer, string text, string? kind, (string Kind, string Key)? after, int limit, CancellationToken cancel)
    {
        live.Advance();
        var hits = new List<HitForm>();
        foreach (var next in Kinds.Where(k => (kind is null || k == kind) && (after is not { } last || string.CompareOrdinal(k, last.Kind) >= 0)))
        {
            if (hits.Count < limit)
                hits.AddRange(await OfAsync(next, viewer, text, after?.Kind == next ? after.Value.Key : "", limit - hits.Count, cancel));
        }

        return hits;
    }

    private async Task<IEnumerable<HitForm>> OfAsync(string kind, Viewer viewer, string text, string after, int limit, CancellationToken cancel) => kind switch
    {
        "account" => viewer.May(Permission.ManageAccounts) ? await AccountsAsync(text, after, limit, cancel) : [],
        "agreement" => (await visible.SearchAsync(viewer, text, after, limit, cancel)).Select(a => new HitForm(kind, a.Id, a.Versions.Latest.Title, $"/api/v1/agreements/{Uri.EscapeDataString(a.Id)}")),
        "service" => Services(viewer, text, after, limit),
        "statement" => viewer.May(Permission.ReadStatements) ? await StatementsAsync(viewer, text, after, limit, cancel) : [],
        "subject" => viewer.May(Permission.ReadFacts) ? live.Agreements.SubjectsNamed(text, after, limit).Select(s => new HitForm(kind, s, s, $"/api/v1/facts?subject={Uri.EscapeDataString(s)}")) : [],
        "ticket" => Tickets(viewer, text, after, limit),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown."),
    };

    private async Task<IEnumerable<HitForm>> AccountsAsync(string text, string after, int limit, CancellationToken cancel) =>
        (await visible.Open.Store.Accounts.ListAsync(cancel)).Where(a => Has(a.Name, text) || Has(a.DisplayName, text) || Has(a.Email, text)).OrderBy(a => a.Name, StringComparer.Ordinal)
            .Where(a => string.CompareOrdinal(a.Name, after) > 0).Take(limit).Select(a => new HitForm("account", a.Name, a.DisplayName, "/api/v1/accounts"));

    private IEnumerable<HitForm> Services(Viewer viewer, string text, string after, int limit) =>
        visible.InForce(viewer)
            .SelectMany(a => a.Versions.Latest.Services.SelectMany(s => s.Components.Select(c => (Name: c, Title: $"{s.Title}: {c}")).Prepend((s.Name, s.Title))).DistinctBy(s => s.Name).Select(s => (Agreement: a.Id, s.Name, s.Title)))
            .Where(s => Has(s.Name, text) || Has(s.Title, text))
            .Select(s => new HitForm("service", $"{s.Agreement}/{s.Name}", s.Title, $"/api/v1/agreements/{Uri.EscapeDataString(s.Agreement)}/outages"))
            .OrderBy(h => h.Key, StringComparer.Ordinal).Where(h => string.CompareOrdinal(h.Key, after) > 0).Take(limit);

    private async Task<IEnumerable<HitForm>> StatementsAsync(Viewer viewer, string text, string after, int limit, CancellationToken cancel)
    {
        var (hits, register) = (new List<HitForm>(), new StatementRegister(visible.Open.Store));
        var titles = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var (agreement, period) in register.NamesAsync(after, cancel))
        {
            if (hits.Count == limit)
                break;
            if (!titles.TryGetValue(agreement, out var title))
                titles[agreement] = title = (live.InForce.GetValueOrDefault(agreement) ?? await visible.Register.FindAsync(agreement, cancel: cancel)) is { } known && viewer.Sees(known.Versions.Latest) ? known.Versions.Latest.Title : null;
            if (title is null || !(Has($"{agreement}/{period}", text) || Has(title, text)))
                continue;
            // Others than those who draft see what was issued.
            if (viewer.May(Permission.DraftStatements) || await register.LifeAsync(agreement, period, cancel) is { Issued: not null })
                hits.Add(new HitForm("statement", $"{agreement}/{period}", $"{title}, {period}", $"/api/v1/agreements/{Uri.EscapeDataString(agreement)}/statements/{Uri.EscapeDataString(period)}"));
        }

        return hits;
    }

    private List<HitForm> Tickets(Viewer viewer, string text, string after, int limit)
    {
        var hits = new List<HitForm>();
        // A key is the agreement and the ticket; an agreement's id has no '/'.
        var cut = after.IndexOf('/', StringComparison.Ordinal);
        var (from, ticket) = cut < 0 ? ("", "") : (after[..cut], after[(cut + 1)..]);
        foreach (var agreement in visible.InForce(viewer).Where(a => string.CompareOrdinal(a.Id, from) >= 0))
        {
            if (hits.Count == limit)
                break;
            hits.AddRange(live.Agreements.TicketsNamed(agreement.Id, text, agreement.Id == from ? ticket : "", limit - hits.Count)
                .Select(t => new HitForm("ticket", $"{agreement.Id}/{t}", t, $"/api/v1/agreements/{Uri.EscapeDataString(agreement.Id)}/clocks?ticket={Uri.EscapeDataString(t)}")));
        }

        return hits;
    }

    private static bool Has(string name, string text) => name.Contains(text, StringComparison.OrdinalIgnoreCase);
}
