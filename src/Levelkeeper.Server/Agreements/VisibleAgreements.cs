using System.Text;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage;

namespace Levelkeeper.Server.Agreements;

/// <summary>The one door to agreements and all that belongs to one: what a caller may not know of is answered as if it were not there.</summary>
internal sealed class VisibleAgreements(ServedStore served, LiveService live)
{
    /// <summary>The open store.</summary>
    /// <exception cref="ProblemException">It is not open.</exception>
    public OpenStore Open => served.Open ?? throw new ProblemException(ProblemKind.StoreAway, $"Not ready: {served.State}.");

    /// <summary>The log's last sequence number: what is known now.</summary>
    public long Known => Open.Log.Head.Sequence;

    /// <summary>The register in the store.</summary>
    public AgreementRegister Register => new(Open.Store);

    /// <summary>A revision of an agreement; the one in force, or before any is the latest, when none is named.</summary>
    /// <exception cref="ProblemException">There is none that the caller may know of.</exception>
    public async Task<RegisteredAgreement> FindAsync(Viewer viewer, string id, int? revision, CancellationToken cancel)
    {
        var found = revision is null && live.InForce.TryGetValue(id, out var inForce) ? inForce : await Register.FindAsync(id, revision, cancel);
        return found is not null && viewer.Sees(found.Versions.Latest) ? found : throw NotFound(id);
    }

    /// <summary>All that the caller may know of, by name, each in its latest revision that it may know of.</summary>
    /// <param name="viewer">The caller.</param>
    /// <param name="after">After this name.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<(RegisteredAgreement Agreement, AgreementLife Life)>> ListAsync(Viewer viewer, string after, int limit, CancellationToken cancel)
    {
        var (register, all) = (Register, new List<(RegisteredAgreement, AgreementLife)>());
        while (all.Count < limit && await register.ListAsync(after, limit, cancel) is { Count: > 0 } page)
        {
            foreach (var (id, life) in page)
            {
                if (all.Count < limit && await register.FindAsync(id, cancel: cancel) is { } agreement && viewer.Sees(agreement.Versions.Latest))
                    all.Add((agreement, life));
            }

            after = page[^1].Id;
        }

        return all;
    }

    /// <summary>The agreements in force that the caller may know of.</summary>
    public IEnumerable<RegisteredAgreement> InForce(Viewer viewer) => live.InForce.Values.Where(a => viewer.Sees(a.Versions.Latest)).OrderBy(a => a.Id, StringComparer.Ordinal);

    /// <summary>Those in whose id, title or parties a text occurs, in whatever case; by id.</summary>
    /// <param name="viewer">The caller.</param>
    /// <param name="text">The text.</param>
    /// <param name="after">After this id.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<RegisteredAgreement>> SearchAsync(Viewer viewer, string text, string after, int limit, CancellationToken cancel)
    {
        var found = new List<RegisteredAgreement>();
        while (found.Count < limit && await Open.Store.Agreements.NamesAsync(after, cancel: cancel) is { Count: > 0 } page)
        {
            foreach (var id in page.TakeWhile(_ => found.Count < limit))
            {
                // One that is not in force is read only when it may be meant.
                var agreement = live.InForce.TryGetValue(id, out var inForce) ? inForce
                    : await Open.Store.Agreements.FindAsync(id, cancel: cancel) is { } stored && (Has(id) || Has(Encoding.UTF8.GetString(stored.Content))) ? await Register.FindAsync(id, cancel: cancel) : null;
                if (agreement?.Versions.Latest is { } latest && viewer.Sees(latest) && (Has(id) || Has(latest.Title) || Has(latest.Provider.Name) || Has(latest.Customer?.Name ?? "")))
                    found.Add(agreement);
            }

            after = page[^1];
        }

        return found;

        bool Has(string name) => name.Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Takes up at once what was done to agreements.</summary>
    public Task RefreshAsync(CancellationToken cancel) => live.RefreshAsync(Open.Store, cancel);

    /// <summary>What a caller is told of an agreement that is not there, or not theirs.</summary>
    public static ProblemException NotFound(string id) => new(ProblemKind.NotFound, $"There is no agreement {Diagnostic.Quote(id)} here.", "GET /api/v1/agreements lists those that you may see");
}
