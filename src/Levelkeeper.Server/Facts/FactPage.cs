using System.Text.Json;

namespace Levelkeeper.Server.Facts;

/// <summary>A part of the log.</summary>
/// <param name="Facts">In the order in which they were appended.</param>
/// <param name="After">Ask for what comes after this sequence number to read on, now or later.</param>
/// <param name="More">Whether there is more now.</param>
public sealed record FactPage(IReadOnlyList<LoggedFact> Facts, long After, bool More);

/// <summary>A fact of the log.</summary>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Recorded">When it was appended, in UTC, to 100 ns.</param>
/// <param name="Event">The CloudEvent; none where its text was erased.</param>
public sealed record LoggedFact(long Sequence, string Recorded, JsonElement? Event = null);
