using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Server.Settings;

/// <summary>Reads the settings of a server from a file (YAML or JSON) and from the environment.</summary>
public static class SettingsReader
{
    /// <summary>All that can be set.</summary>
    public static ImmutableArray<Setting> All { get; } =
    [
        Setting.Text("data", "data", "The folder of the store (SQLite), and of caches also where the store is PostgreSQL.", static (s, text) => s with { Data = text }),
        Setting.Text("store", "none", "A PostgreSQL store instead: its connection string. A secret.", static (s, text) => s with { Store = text }),
        new Setting("store-file", "none", "A file with that connection string, as secrets are mounted into containers.") { Apply = static (s, text) => ReadSecret(text) is (var secret, null) ? (s with { Store = secret }, null) : (null, "This file cannot be read.") },
        new Setting("urls", "http://127.0.0.1:8400", "The addresses that it listens at, with blanks between them.") { Apply = Urls },
        Setting.Text("certificate", "none", "A certificate (PEM) for addresses that begin with https.", static (s, text) => s.Change(t => t with { Certificate = text })),
        Setting.Text("certificate-key", "none", "Its private key (PEM).", static (s, text) => s.Change(t => t with { CertificateKey = text })),
        Setting.Whole("request-bytes", 8 << 20, 1024, 1 << 30, "The longest body of a request in bytes, streams of lines apart; so much memory may be taken for each request on its way.", static (s, n) => s with { RequestBytes = (int)n }),
        Setting.Whole("request-seconds", 30, 1, 3600, "How long a request may take, in seconds, streams of lines apart.", static (s, n) => s with { RequestTime = TimeSpan.FromSeconds(n) }),
        Setting.Whole("stream-bytes", 4L << 30, 1024, 1L << 50, "The longest stream of lines in bytes.", static (s, n) => s with { StreamBytes = n }),
        Setting.Whole("stream-seconds", 3600, 1, 7 * 86400, "How long a stream of lines may take, in seconds.", static (s, n) => s with { StreamTime = TimeSpan.FromSeconds(n) }),
        Setting.Whole("event-bytes", 1 << 20, 1024, 1 << 28, "The longest event in bytes.", static (s, n) => s with { Events = s.Events with { EventBytes = (int)n } }),
        Setting.Whole("event-depth", 64, 1, 256, "How deep objects and arrays of an event may be nested.", static (s, n) => s with { Events = s.Events with { Depth = (int)n } }),
        Setting.Whole("queued-facts", 1 << 17, 1, 1 << 24, "How many facts may wait for their commit before senders are told to come again.", static (s, n) => s with { QueuedFacts = (int)n }),
        Setting.Whole("connections", 2_000, 1, 100_000, "How many connections may be open at a time.", static (s, n) => s with { Connections = (int)n }),
        Setting.Whole("requests-per-second", 1_000, 1, 1_000_000, "How many requests a second an account may make, on average; ten seconds' worth at once.", static (s, n) => s with { RequestsPerSecond = (int)n }),
        Setting.Whole("strangers-per-minute", 60, 1, 1_000_000, "How many requests without a good token an address may make in a minute.", static (s, n) => s with { StrangersPerMinute = (int)n }),
        new Setting("traces-to", "nowhere", "Where OpenTelemetry traces are sent (OTLP over HTTP), as http://collector:4318.")
        {
            Apply = static (s, text) => Uri.TryCreate(text, UriKind.Absolute, out var to) && to.Scheme is "http" or "https" ? (s.Change(t => t with { TracesTo = to }), null) : (null, $"{Diagnostic.Quote(text)} is no address that begins with http."),
        },
    ];

    /// <summary>Reads the settings. Every mistake is reported; null when there is one.</summary>
    /// <param name="text">The file; null for none.</param>
    /// <param name="file">The name that diagnostics carry.</param>
    /// <param name="variable">A variable of the environment; null when it is not set.</param>
    /// <param name="diagnostics">What is wrong goes here: LK6010, LK6011, and what is wrong with the YAML.</param>
    public static ReadSettings? Read(string? text, string file, Func<string, string?> variable, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var (settings, errors) = (new ReadSettings(static s => s), diagnostics.Errors);
        foreach (var (key, place, value) in text is null ? [] : Entries(text, file, diagnostics))
        {
            if (All.FirstOrDefault(s => s.Key == key) is not { } setting)
                diagnostics.Error("LK6010", place, $"There is no setting {Diagnostic.Quote(key)}.", Suggestion.Closest(key, All.Select(static s => s.Key)) is { } meant ? $"did you mean '{meant}'?" : "docs/operations.md lists them");
            else
                settings = Apply(setting, settings, value, place, diagnostics);
        }

        foreach (var setting in All)
        {
            if (variable(setting.Variable) is { Length: > 0 } value)
                settings = Apply(setting, settings, value, new Place(setting.Variable), diagnostics);
        }

        return diagnostics.Errors > errors ? null : settings;
    }

    private static IEnumerable<(string Key, Place Place, string Value)> Entries(string text, string file, DiagnosticBag diagnostics)
    {
        var node = YamlReader.Read(text, file, diagnostics);
        if (node is null)
            yield break;
        if (node is not YamlNode.Mapping mapping)
        {
            diagnostics.Error("LK6011", node.Place, $"The settings are keys with values, not {node.Kind}.");
            yield break;
        }

        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is YamlNode.Scalar scalar)
                yield return (entry.Key, entry.Place, scalar.Text);
            else if (entry.Value is YamlNode.Sequence { Items: var items } && items.All(static i => i is YamlNode.Scalar))
                yield return (entry.Key, entry.Place, string.Join(' ', items.OfType<YamlNode.Scalar>().Select(static i => i.Text)));
            else
                diagnostics.Error("LK6011", entry.Value.Place, $"'{entry.Key}' has one value, not {entry.Value.Kind}.");
        }
    }

    private static ReadSettings Apply(Setting setting, ReadSettings settings, string value, Place place, DiagnosticBag diagnostics)
    {
        var (changed, wrong) = setting.Apply(settings, value);
        if (wrong is not null)
            diagnostics.Error("LK6011", place, $"'{setting.Key}': {wrong}");
        return changed ?? settings;
    }

    private static (ReadSettings? Settings, string? Wrong) Urls(ReadSettings settings, string text)
    {
        var urls = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in urls)
        {
            // '*' and '+' stand for all addresses.
            if (!Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/" && !url.Contains("://unix:", StringComparison.Ordinal))
                return (null, $"{Diagnostic.Quote(url)} is no address to listen at, such as http://127.0.0.1:8400.");
        }

        return urls.Length == 0 ? (null, "No address is named.") : (settings.Change(s => s with { Urls = urls }), null);
    }

    private static (string? Secret, string? Wrong) ReadSecret(string file)
    {
        try
        {
            return (File.ReadAllText(file).Trim(), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, exception.Message);
        }
    }
}
