namespace Levelkeeper.Connectors.Channels;

/// <summary>A text that must not be seen: a password, a signing key, an address that lets whoever knows it in. It prints as dots, alone and within a record.</summary>
/// <param name="value">The text.</param>
public sealed class Secret(string value)
{
    private readonly string _value = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>The text itself. Call it where it is sent, and nowhere else.</summary>
    public string Reveal() => _value;

    /// <summary>Dots.</summary>
    public override string ToString() => "•••";
}
