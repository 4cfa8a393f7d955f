using System.Globalization;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Server.Settings;

/// <summary>Something that can be set: by a key in the file, or by a variable of the environment, which goes before the file.</summary>
/// <param name="Key">In the file.</param>
/// <param name="Usual">What holds when nobody sets it, for people.</param>
/// <param name="About">What it is, with unit and bounds.</param>
public sealed record Setting(string Key, string Usual, string About)
{
    /// <summary>The variable: <c>LEVELKEEPER_</c> and the key in capitals, with <c>_</c> for <c>-</c>.</summary>
    public string Variable => $"LEVELKEEPER_{Key.ToUpperInvariant().Replace('-', '_')}";

    /// <summary>What a text makes of the settings; a text that cannot be used gives what is wrong with it.</summary>
    public required Func<ReadSettings, string, (ReadSettings? Settings, string? Wrong)> Apply { get; init; }

    internal static Setting Text(string key, string usual, string about, Func<ReadSettings, string, ReadSettings> apply) => new(key, usual, about) { Apply = (settings, text) => (apply(settings, text), null) };

    internal static Setting Whole(string key, long usual, long least, long most, string about, Func<ServerSettings, long, ServerSettings> apply) =>
        new(key, usual.ToString(CultureInfo.InvariantCulture), $"{about} From {least} to {most}.")
        {
            Apply = (settings, text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? (settings.Change(s => apply(s, number)), null)
                : (null, $"{Diagnostic.Quote(text)} is no whole number from {least} to {most}."),
        };
}

/// <summary>What was read of the settings; those of the store are the caller's to use.</summary>
/// <param name="Changes">Makes the settings out of the usual ones.</param>
public sealed record ReadSettings(Func<ServerSettings, ServerSettings> Changes)
{
    /// <summary>The folder of the store; null when nobody says.</summary>
    public string? Data { get; init; }

    /// <summary>The connection string of the store; null when nobody says. A secret.</summary>
    public string? Store { get; init; }

    internal ReadSettings Channels(Func<Notifications.ChannelSettings, Notifications.ChannelSettings> change) => Change(s => s with { Channels = change(s.Channels) });

    internal ReadSettings Provider(Func<SignIn.ProviderSettings, SignIn.ProviderSettings> change) => Change(s => s with { Provider = change(s.Provider) });

    internal ReadSettings Change(Func<ServerSettings, ServerSettings> change) => this with { Changes = s => change(Changes(s)) };
}
