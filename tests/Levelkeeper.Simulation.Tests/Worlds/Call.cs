using System.Collections.Immutable;
using Levelkeeper.Storage.Log;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Facts that were sent together, and the answer that their sender waits for.</summary>
internal sealed record Call(ImmutableArray<Arrival> Arrivals, Task<IReadOnlyList<AppendedEntry>> Answer);
