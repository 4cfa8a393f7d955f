namespace Levelkeeper.Connectors.CloudEvents;

/// <summary>How much of a hostile input is read before it is refused. Whatever the input, memory stays within a small multiple of <see cref="EventBytes"/>.</summary>
/// <param name="EventBytes">The longest event in bytes of UTF-8; a longer one is skipped with a diagnostic. At least 1 KiB.</param>
/// <param name="Depth">How deep objects and arrays may be nested; 1 to 256.</param>
/// <param name="Fields">How many members and array elements one event may have in all.</param>
public sealed record CloudEventLimits(int EventBytes = 1 << 20, int Depth = 64, int Fields = 10_000)
{
    /// <summary>1 MiB, 64 levels, 10,000 members and elements.</summary>
    public static CloudEventLimits Default { get; } = new();
}
