using System.Collections.Immutable;
using NodaTime;

namespace Levelkeeper.Core.Agreements;

/// <summary>What is delivered.</summary>
public sealed record Service
{
    /// <summary>Its name in the agreement and in facts.</summary>
    public required string Name { get; init; }

    /// <summary>As people read it.</summary>
    public required string Title { get; init; }

    /// <summary>Functions whose loss is downtime and whose return is a workaround; empty when the agreement names none.</summary>
    public ImmutableArray<string> EssentialFunctions { get; init; } = [];

    /// <summary>The parts that are observed each on its own; empty when the service is observed as one.</summary>
    public ImmutableArray<string> Components { get; init; } = [];

    /// <summary>Name of the calendar of operating hours; null means always.</summary>
    public string? OperatingHours { get; init; }

    /// <summary>First day on which its promises hold; null means the start of the term.</summary>
    public LocalDate? GoLive { get; init; }

    /// <summary>Services, here or of suppliers, without which it does not work.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>What it costs; null when it has no fee of its own.</summary>
    public Prices.Fee? Fee { get; init; }

    /// <summary>Where the agreement describes it.</summary>
    public required Clause Clause { get; init; }
}
