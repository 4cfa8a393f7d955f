using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Runtime.Access;
using Levelkeeper.Runtime.Assertions;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Stores;
using NodaTime.Text;

namespace Levelkeeper.Server.Facts;

/// <summary>Facts that people assert through the server: what somebody decides, reports or does becomes a fact like any other, and nothing else changes.</summary>
internal sealed class RecordedFacts(VisibleAgreements visible, ServedStore served, LiveService live)
{
    /// <summary>Appends a fact, and waits until it is durable and all results know of it.</summary>
    /// <param name="viewer">Who asserts it.</param>
    /// <param name="fact">What.</param>
    /// <param name="key">By which a request that is sent again is known: the id of the fact; null for a new one.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="ProblemException">It is no fact that can be kept, or the id was used for another.</exception>
    public async Task<RecordedFact> AppendAsync(Viewer viewer, AssertedFact fact, string? key, CancellationToken cancel)
    {
        var open = visible.Open;
        var id = AssertedFact.IdOf(viewer.Name, key, served.Now);
        // Sent again without a time, it happened when it was sent first.
        var at = fact.Time ?? (key is null ? null : live.Agreements.Find(FactKey.Of(AssertedFact.Source, id))?.Fact.Time) ?? served.Now;
        var diagnostics = new DiagnosticBag();
        var entry = fact.ToEntry(id, at, diagnostics);
        Answers.ThrowIfWrong(diagnostics);
        if (!open.Queue.TryAppend([entry!.Value], out var appending))
            throw new ProblemException(ProblemKind.QueueFull, $"{open.Queue.Facts:N0} facts wait.");
        var outcome = (await appending.WaitAsync(cancel))[0];
        if (outcome.Outcome == AppendOutcome.Conflict)
            throw new ProblemException(ProblemKind.Changed, "Another fact was recorded under this key; this one was set aside.", "use another key");
        if (outcome.Outcome == AppendOutcome.Appended)
            await open.Store.Audit.WriteAsync(new Storage.Audit.Action(served.Now, viewer.Name, "asserted", $"fact/{outcome.Sequence}", $"{fact.Type} {fact.Subject}"), CancellationToken.None);
        live.Advance();
        return new RecordedFact(AssertedFact.Source, id, outcome.Sequence, InstantPattern.ExtendedIso.Format(outcome.Recorded));
    }
}

/// <summary>A fact that was recorded.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Id">Its id within the source.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Recorded">When it was appended.</param>
public sealed record RecordedFact(string Source, string Id, long Sequence, string Recorded);
