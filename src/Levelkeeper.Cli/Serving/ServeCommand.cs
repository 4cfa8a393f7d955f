using System.CommandLine;
using Levelkeeper.Cli.Commands;
using Levelkeeper.Cli.Host;
using Levelkeeper.Cli.Stores;
using Levelkeeper.Connectors.Channels.Templates;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Server;
using Levelkeeper.Server.Settings;
using Levelkeeper.Server.Stores;
using Levelkeeper.Server.Telemetry;
using Microsoft.Extensions.Logging;

namespace Levelkeeper.Cli.Serving;

/// <summary><c>levelkeeper serve</c>: the server, until it is told to stop.</summary>
internal sealed class ServeCommand : Verb
{
    private readonly StoreOptions _store;
    private readonly Option<string[]> _urls = new("--urls") { Description = "The addresses to listen at. Default: http://127.0.0.1:8400.", HelpName = "URL", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _config = new("--config") { Description = "A file of settings (YAML or JSON). Variables LEVELKEEPER_… go before it, options before both.", HelpName = "FILE" };

    public ServeCommand(Terminal terminal)
        : base(terminal, "serve", "Serve the API: facts in, results out. Stops on SIGTERM or Ctrl-C, after it has finished what has begun. Until there is a token, only this machine can reach it: see 'levelkeeper token create'.",
            "levelkeeper serve --data data",
            "levelkeeper serve --config levelkeeper.yaml --urls http://127.0.0.1:8400",
            "LEVELKEEPER_STORE='Host=db;Database=levelkeeper' levelkeeper serve")
    {
        _store = new StoreOptions(terminal, this);
        Add(_urls);
        Add(_config);
    }

    protected override int Run(ParseResult parsed, CancellationToken token)
    {
        var diagnostics = new DiagnosticBag();
        if (Settings(parsed, diagnostics) is { } settings)
            StoreOptions.Report(settings.Database.Name, diagnostics, () => ServeAsync(settings, diagnostics, token));
        return Finish(diagnostics);
    }

    private ServerSettings? Settings(ParseResult parsed, DiagnosticBag diagnostics)
    {
        var (text, file) = ((string?)null, parsed.GetValue(_config) ?? "");
        if (file.Length > 0 && (text = InputFile.One(file, Terminal, diagnostics)?.ReadText(diagnostics)) is null)
            return null;
        if (SettingsReader.Read(text, file, Terminal.Variable, diagnostics) is not { } read)
            return null;
        if (parsed.GetValue(_urls) is { Length: > 0 } urls)
        {
            // As if it stood in the environment, and checked as that is.
            if (SettingsReader.Read(null, "", name => name == "LEVELKEEPER_URLS" ? string.Join(' ', urls) : null, diagnostics) is not { } named)
                return null;
            var before = read.Changes;
            read = read with { Changes = s => named.Changes(before(s)) };
        }

        if (_store.Database(parsed, mayBeNew: true, diagnostics, read.Store, read.Data) is not { } database)
            return null;
        var settings = read.Changes(new ServerSettings { Database = database, CacheFolder = Path.Combine(_store.Folder(parsed, read.Data), "cache") });
        foreach (var problem in settings.Problems())
            diagnostics.Error("LK6011", new Place(file), problem);
        if (settings.Channels.TextsFolder.Length > 0)
            settings = settings with { Channels = settings.Channels with { Texts = OwnTextFolder.Read(Path.GetFullPath(Path.Combine(Terminal.Folder, settings.Channels.TextsFolder)), diagnostics) } };
        return diagnostics.HasErrors ? null : settings;
    }

    private async Task ServeAsync(ServerSettings settings, DiagnosticBag diagnostics, CancellationToken token)
    {
        await using var server = LevelkeeperServer.Build(settings, TimeProvider.System, logging => logging.AddProvider(new LineLog(Terminal.Error, TimeProvider.System)));
        try
        {
            await server.StartAsync(token);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or System.Security.Cryptography.CryptographicException or System.Net.Sockets.SocketException)
        {
            diagnostics.Error("LK6012", new Place("--urls"), $"The server cannot listen: {e.Message.ReplaceLineEndings(" ")}", "another program may listen there; or the certificate cannot be read");
            return;
        }

        using var manager = new ServiceManager(Terminal.Variable, TimeProvider.System);
        using var stopping = server.Stopping.Register(() => manager.Tell("STOPPING=1\nSTATUS=Finishing what has begun."));
        // It is up when it answers; a database that is not there yet is waited for.
        manager.Tell("READY=1\nSTATUS=Listening; the store is being opened.");
        _ = TellReadyAsync(server.Ready, manager);
        try
        {
            await server.WaitAsync(token);
        }
        catch (OpenToAllException e)
        {
            diagnostics.Error("LK6013", new Place("--urls"), e.Message, "make a token first: levelkeeper token create; or listen at http://127.0.0.1:8400");
        }
    }

    private static async Task TellReadyAsync(Task ready, ServiceManager manager)
    {
        try
        {
            await ready;
            manager.Tell("STATUS=Ready.");
        }
        catch (Exception)
        {
            // Whoever waits for the server is told why.
        }
    }
}
