using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Server.Access;
using Levelkeeper.Server.Accounts;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Audit;
using Levelkeeper.Server.Calendars;
using Levelkeeper.Server.Desk;
using Levelkeeper.Server.Escalations;
using Levelkeeper.Server.Exclusions;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Forecasts;
using Levelkeeper.Server.Health;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Metrics;
using Levelkeeper.Server.Notifications;
using Levelkeeper.Server.OpenApi;
using Levelkeeper.Server.Problems;
using Levelkeeper.Server.Requests;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Search;
using Levelkeeper.Server.SignIn;
using Levelkeeper.Server.Statements;
using Levelkeeper.Server.Stores;
using Levelkeeper.Server.Telemetry;
using Levelkeeper.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Levelkeeper.Server;

/// <summary>The server, put together: a store, an API over it, and what watches it.</summary>
public sealed class LevelkeeperServer : IAsyncDisposable
{
    private static readonly TimeSpan s_toFinish = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly ServedStore _served;
    private readonly TracerProvider? _traces;

    private LevelkeeperServer(WebApplication app, TracerProvider? traces) => (_app, _served, _traces) = (app, app.Services.GetRequiredService<ServedStore>(), traces);

    /// <summary>Ends when the store is open and its log owned; fails when that cannot be, and then the server ends too.</summary>
    /// <exception cref="Storage.Sql.StoreInUseException">Another process owns the store.</exception>
    /// <exception cref="Storage.Sql.StoreVersionException">A later build made it.</exception>
    /// <exception cref="OpenToAllException">Nobody has an account, and others can reach the addresses.</exception>
    public Task Ready => _served.Opened;

    /// <summary>Is cancelled as soon as it begins to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>The addresses that it listens at, once it is started.</summary>
    public IReadOnlyCollection<string> Urls => [.. _app.Urls];

    /// <summary>Its parts, for tests.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Puts a server together; nothing is opened yet.</summary>
    /// <param name="settings">What it is started with.</param>
    /// <param name="time">The time: of commits, tokens, budgets and limits.</param>
    /// <param name="logging">Where it logs to; nowhere when null.</param>
    public static LevelkeeperServer Build(ServerSettings settings, TimeProvider time, Action<ILoggingBuilder>? logging = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        // An empty builder reads no file and no variable of its own: what configures the server is in one place.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(LevelkeeperServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls([.. settings.Urls]).ConfigureKestrel(kestrel =>
        {
            Limit(kestrel.Limits, settings);
            kestrel.AddServerHeader = false;
            if (settings.Certificate is { } file)
                kestrel.ConfigureHttpsDefaults(new ServerCertificate(file, settings.CertificateKey).Serve);
        });
        // Why it could not start, whoever starts it is told.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging?.Invoke(builder.Logging);
        AddServices(builder.Services, settings, time);
        var app = builder.Build();
        // The framework would put its authentication before everything else. Nothing is for it to decide: the one address that a provider's handler answers at is an endpoint.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        if (settings.TracesTo is not null)
            app.Use(Traces.Name);
        Proxies.Use(app, settings);
        app.Use(app.Services.GetRequiredService<RequestMetrics>().CountAsync);
        app.Use(SecureHeaders.Add);
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<BodyBudget>();
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        MapAll(app, settings);
        return new LevelkeeperServer(app, settings.TracesTo is { } to ? Traces.SendTo(to) : null);
    }

    /// <summary>Starts to listen and to open the store; does not wait for the latter.</summary>
    /// <exception cref="IOException">An address cannot be listened at.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        try
        {
            await _app.StartAsync(cancel);
        }
        catch (OperationCanceledException) when (Ready.IsFaulted)
        {
            // What the store refused ended the start; WaitAsync tells.
        }
    }

    /// <summary>Serves until the process is told to stop, or the store cannot be opened or is taken over.</summary>
    public async Task WaitAsync(CancellationToken cancel = default)
    {
        var log = Services.GetRequiredService<ILogger<LevelkeeperServer>>();
        foreach (var url in Urls)
            ServerLog.Listening(log, url);
        await _app.WaitForShutdownAsync(cancel);
        if (Ready.IsFaulted)
            await Ready;
    }

    /// <summary>Stops: requests on their way are finished, then the store is let go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _traces?.Dispose();
    }

    /// <summary>Every group of endpoints, one file each.</summary>
    private static void MapAll(IEndpointRouteBuilder routes, ServerSettings settings)
    {
        StartPage.Map(routes);
        SignInEndpoints.Map(routes);
        ProviderSignIn.Map(routes, settings.Provider);
        HealthEndpoints.Map(routes);
        MetricsEndpoint.Map(routes);
        ApiDocument.Map(routes);
        var api = routes.MapGroup("/api/v1");
        FactEndpoints.Map(api);
        AgreementEndpoints.Map(api);
        FileEndpoints.Map(api);
        ResultEndpoints.Map(api);
        SimulationEndpoints.Map(api);
        ForecastEndpoints.Map(api);
        SearchEndpoint.Map(api);
        CalendarEndpoints.Map(api);
        ExclusionEndpoints.Map(api);
        StatementEndpoints.Map(api);
        EventEndpoints.Map(api);
        DoctorEndpoint.Map(api);
        TicketEndpoints.Map(api);
        AccountEndpoints.Map(api);
        OwnAccountEndpoints.Map(api);
        AuditEndpoints.Map(api);
        AcknowledgementEndpoints.Map(api);
        OutageUpdateEndpoint.Map(api);
    }

    private static void AddServices(IServiceCollection services, ServerSettings settings, TimeProvider time)
    {
        services.AddRoutingCore();
        services.Configure<RouteOptions>(static o => o.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        services.Configure<JsonOptions>(static o =>
        {
            o.SerializerOptions.TypeInfoResolverChain.Insert(0, PlainJson.Types);
            o.SerializerOptions.TypeInfoResolverChain.Insert(1, ApiJson.Default);
            o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower;
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.RespectRequiredConstructorParameters = true;
            o.SerializerOptions.RespectNullableAnnotations = true;
            // A number is a number, not a text that looks like one.
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        services.Configure<RouteHandlerOptions>(static o => o.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(static o => o.ShutdownTimeout = s_toFinish);
        ApiDocument.Add(services);
        services.AddSingleton(settings).AddSingleton(time);
        services.AddSingleton<StoreMetrics>().AddSingleton<FactMetrics>().AddSingleton<LogMetrics>().AddSingleton<AgreementMetrics>().AddSingleton<RequestMetrics>();
        services.AddSingleton<IMetricSource>(static s => s.GetRequiredService<FactMetrics>()).AddSingleton<IMetricSource>(static s => s.GetRequiredService<StoreMetrics>())
            .AddSingleton<IMetricSource>(static s => s.GetRequiredService<LogMetrics>())
            .AddSingleton<IMetricSource>(static s => s.GetRequiredService<AgreementMetrics>()).AddSingleton<IMetricSource>(static s => s.GetRequiredService<RequestMetrics>());
        services.AddSingleton<LiveFeed>().AddSingleton<LiveService>().AddSingleton<NotificationService>().AddSingleton<VisibleAgreements>().AddSingleton<AgreementResults>().AddSingleton<BoundedWork>().AddSingleton<Searcher>().AddSingleton<RecordedFacts>().AddSingleton<HandedFacts>().AddSingleton<StatementDesk>().AddSingleton<TicketDesk>();
        services.AddSingleton<ServedStore>().AddHostedService(static s => s.GetRequiredService<ServedStore>());
        services.AddSingleton<FaultReports>().AddSingleton<FactIntake>().AddSingleton<TokenGuard>();
        services.AddDataProtection(static o => o.ApplicationDiscriminator = "levelkeeper");
        services.AddSingleton<StoredProtectionKeys>().AddOptions<KeyManagementOptions>().Configure<StoredProtectionKeys>(static (o, keys) => o.XmlRepository = keys);
        services.AddSingleton<SessionGuard>().AddSingleton<PasswordHashes>().AddSingleton<KnownBrowsers>().AddSingleton<SignInDesk>();
        ProviderSignIn.Add(services, settings.Provider, time);
        // The framework would read its keys as the host starts, when the store that holds them is not open yet.
        services.Remove(services.Single(static s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly));
    }

    private static void Limit(KestrelServerLimits limits, ServerSettings settings)
    {
        limits.MaxConcurrentConnections = settings.Connections;
        limits.MaxRequestBodySize = settings.RequestBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
