using System.Collections.Immutable;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Retention;
using Levelkeeper.Core.Statements;
using NodaTime;

namespace Levelkeeper.Runtime.Retention;

/// <summary>An agreement as retention looks at it.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="Versions">It with its amendments, as it is or was last in force.</param>
/// <param name="Issued">The statements that were issued.</param>
/// <param name="ArchivedUntil">Up to when periods were archived before; null for none.</param>
public sealed record RetainedAgreement(string Id, AgreementVersions Versions, ImmutableArray<IssuedStatement> Issued, Instant? ArchivedUntil);

/// <summary>What becomes of the facts of an agreement.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Edge">From when on they are needed, and why.</param>
/// <param name="LetGo">How many facts that it might take in can go.</param>
/// <param name="Kept">How many old enough to go are kept.</param>
public sealed record AgreementRetention(string Agreement, RetentionEdge Edge, int LetGo, int Kept);

/// <summary>What retention would erase, and what it keeps back.</summary>
/// <param name="Before">Facts from then on are kept anyhow.</param>
/// <param name="Agreements">Each agreement, by name.</param>
/// <param name="Sequences">The entries of the log whose texts can go, ascending.</param>
/// <param name="Unowned">How many of them no agreement takes in.</param>
public sealed record RetentionPlan(Instant Before, ImmutableArray<AgreementRetention> Agreements, ImmutableArray<long> Sequences, int Unowned);
