namespace Levelkeeper.Core.Agreements;

/// <summary>A supplier's service behind a service of this agreement.</summary>
/// <param name="Name">The name by which services depend on it.</param>
/// <param name="File">The supplier agreement's file, as the agreement writes it.</param>
/// <param name="Service">The service in it; empty for its only one.</param>
/// <param name="Clause">Where it stands.</param>
public sealed record Supplier(string Name, string File, string Service, Clause Clause);
