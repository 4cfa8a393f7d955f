using System.Text;
using Levelkeeper.Cli.Tests.Commands;
using Levelkeeper.Cli.Tests.Design;
using Levelkeeper.Connectors.Calendars.ICalendar;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Clocks;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.ErrorBudgets;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Runtime.Agreements;
using Levelkeeper.Runtime.MonthEnd;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Log;
using Levelkeeper.Storage.Sql;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Levelkeeper.Cli.Tests.Docs;

/// <summary>The samples that no page can show, by code; each gives the codes that it is answered with.</summary>
internal static class UnshowableSamples
{
    private const string Event = """{"specversion":"1.0","id":"1","source":"desk","type":"levelkeeper.ticket.closed.v1","subject":"T-1","time":"2026-03-02T09:00:00Z"}""";

    public static Dictionary<string, Func<Task<IEnumerable<string>>>> All { get; } = new(StringComparer.Ordinal)
    {
        ["LK2002"] = () => Facts(Event.Replace("T-1", new string('x', 2 << 20), StringComparison.Ordinal)),
        ["LK2004"] = () => Facts(Event.Replace("\"T-1\"", $"\"T-1\",\"data\":{{\"fields\":{{{string.Join(',', Enumerable.Range(0, 10_001).Select(static i => $"\"f{i}\":\"x\""))}}}}}", StringComparison.Ordinal)),
        ["LK2005"] = () => Facts(Event.Replace("T-1", "Zażółć", StringComparison.Ordinal), Encoding.Latin1),
        ["LK2506"] = () => Table($"Nr,Art,Zeit\n1,hoch,{new string('x', 2 << 20)}\n", Encoding.UTF8),
        ["LK2507"] = () => Table("Nr,Art,Zeit\n1,höch,02.03.2026 09:00\n", Encoding.Latin1),
        ["LK3202"] = () => Calendar($"BEGIN:VCALENDAR\nX-LONG:{new string('x', 100_000)}\nEND:VCALENDAR"),
        ["LK4002"] = () => Found(static bag => ErrorBudget.Create(Rational.FromPercent(101), 1, 0, bag)),
        ["LK4003"] = () => Found(static bag => ErrorBudget.Create(Rational.FromPercent(99), -1, 0, bag)),
        ["LK4004"] = () => Found(static bag => RequestWindow.From([Window(good: 11, total: 10)], "requests", bag)),
        ["LK4101"] = () => Clocks(Resolve, Resolve),
        ["LK4102"] = () => Clocks([.. Enumerable.Range(0, 65).Select(static i => Resolve with { Name = $"clock-{i}" })]),
        ["LK4103"] = () => Clocks(Resolve with { Lateness = [new LatenessRule("nobody", LatenessEffect.Pauses)] }),
        ["LK5002"] = static async () =>
        {
            using var run = Folder();
            using var locked = new FileStream(Path.Combine(run.Folder, "facts.jsonl"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return await Command(run, "evaluate", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10");
        },
        ["LK5090"] = static async () =>
        {
            using var run = Folder("");
            return await Command(run, "render", "agreement.yaml", "--output", "pdf", "--to", "contract.pdf");
        },
        ["LK5091"] = static async () =>
        {
            using var run = Folder("");
            // A Chromium that starts and prints nothing.
            using var failing = Folder(run.Folder);
            var program = Path.Combine(run.Folder, "chromium");
            File.WriteAllText(program, "#!/bin/sh\nexit 1\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return await Command(failing, "render", "agreement.yaml", "--output", "pdf", "--to", "contract.pdf");
        },
        ["LK5117"] = static async () =>
        {
            using var run = Folder();
            using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
            run.Write("open.pem", key.ExportPkcs8PrivateKeyPem());
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(run.Folder, "open.pem"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
            return await Command(run, "sign", "agreement.yaml", "--key", "open.pem", "--by", "provider", "--name", "J. Kowalska");
        },
        ["LK5130"] = static async () =>
        {
            using var run = Folder();
            using (var zip = System.IO.Compression.ZipFile.Open(Path.Combine(run.Folder, "many.zip"), System.IO.Compression.ZipArchiveMode.Create))
            {
                for (var i = 0; i <= 2_000; i++)
                    zip.CreateEntry($"{i}");
            }

            return await Command(run, "verify", "many.zip");
        },
        ["LK5132"] = static async () =>
        {
            using var run = Folder();
            await Command(run, "bundle", "-a", "agreement.yaml", "-f", "facts.jsonl", "-p", "2025-10", "--as-of", "2025-11-10", "--to", "october.zip");
            using (var zip = System.IO.Compression.ZipFile.Open(Path.Combine(run.Folder, "october.zip"), System.IO.Compression.ZipArchiveMode.Update))
                zip.GetEntry("facts.jsonl")!.Delete();
            return await Command(run, "verify", "october.zip");
        },
        ["LK6012"] = static async () =>
        {
            using var run = Folder();
            var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
            taken.Start();
            var codes = await Command(run, "serve", "--urls", $"http://{taken.LocalEndpoint}", "--data", "data");
            taken.Stop();
            return codes;
        },
        ["LK6013"] = static async () =>
        {
            using var run = Folder();
            run.Write("levelkeeper.yaml", "urls: http://0.0.0.0:0\nproxies: 10.1.0.5\n");
            return await Command(run, "serve", "--config", "levelkeeper.yaml", "--data", "data");
        },
        ["LK6014"] = static async () =>
        {
            using var run = Folder();
            await using (var store = await Levelkeeper.Storage.Store.OpenAsync(new Levelkeeper.Storage.Sql.SqliteDatabase(Path.Combine(run.Folder, "data")), CommandRun.Clock))
            {
                var account = new Levelkeeper.Storage.Accounts.Account { Name = "gone", DisplayName = "Gone", SecurityStamp = "1", IsDisabled = true };
                await store.Accounts.WriteAsync(account, new Levelkeeper.Storage.Documents.Act("test", CommandRun.Clock));
            }

            return await Command(run, "token", "create", "--account", "gone", "--data", "data");
        },
        ["LK5004"] = static async () =>
        {
            using var run = Folder();
            run.Write("agreement.yaml", new string('#', 17 << 20));
            return await Command(run, "lint", "agreement.yaml");
        },
        ["LK5005"] = static async () =>
        {
            using var run = Folder();
            File.WriteAllBytes(Path.Combine(run.Folder, "agreement.yaml"), Encoding.Latin1.GetBytes("title: Lädchen"));
            return await Command(run, "lint", "agreement.yaml");
        },
        ["LK6002"] = static async () =>
        {
            using var run = Folder();
            await using var store = await StoreIn(run);
            await using var owner = await FactLogWriter.TakeAsync(store, run.Folder);
            return await Command(run, "facts", "import", "--facts", "facts.jsonl");
        },
        ["LK6004"] = static async () =>
        {
            using var run = Folder();
            await Command(run, "facts", "import", "--facts", "facts.jsonl");
            Sql(run, "UPDATE schema_version SET version = 1000");
            return await Command(run, "verify", "log");
        },
        ["LK6006"] = static async () =>
        {
            using var run = Folder();
            await Command(run, "facts", "import", "--facts", "facts.jsonl");
            Sql(run, "UPDATE log_segment SET chain = zeroblob(32)");
            return await Command(run, "backup", "--to", "copy");
        },
        ["LK6084"] = static async () =>
        {
            using var run = Folder();
            await Command(run, "agreement", "propose", "agreement.yaml");
            await using var store = await StoreIn(run);
            await using var owner = await FactLogWriter.TakeAsync(store, run.Folder);
            return await Command(run, "ticket", "report", "shop-sla", "--service", "shop", "--wait", "0");
        },
        ["LK6301"] = static () => Register(static async (register, by) => (await register.ProposeAsync("other", 0, Page("agreement.yaml"), 0, by)).Diagnostics),
        ["LK6302"] = static () => Register(static async (register, by) =>
        {
            await register.ProposeAsync(null, 0, Page("agreement.yaml"), 0, by);
            return (await register.ProposeAsync(null, 0, Page("agreement.yaml"), 0, by)).Diagnostics;
        }),
        ["LK6307"] = static () => Register(static async (register, by) =>
            (await register.ProposeAsync(null, 0, Page("agreement.yaml") + "calendars:\n  office: { weekly: { mon-fri: 08:00-18:00 }, closed-by: holidays.ics }\n", 0, by)).Diagnostics),
        ["LK6308"] = static () => InStore(static async (store, by, bag) => await new FileRegister(store).PutAsync("../keys.yaml", 0, "x"u8.ToArray(), by, bag)),
        ["LK6310"] = static () => InStore(static async (store, by, bag) =>
        {
            await new StatementRegister(store).IssueAsync("shop-sla", "2025-10", Draft(), 0, by, bag);
            await new StatementRegister(store).IssueAsync("shop-sla", "2025-10", Draft(), 0, by, bag);
        }),
        ["LK6311"] = static () => InStore(static async (store, by, bag) =>
        {
            await new StatementRegister(store).DraftAsync("shop-sla", "2025-10", Draft(Open), 0, by, bag);
            await new StatementRegister(store).WaiveAsync("shop-sla", "2025-10", Draft(Open), Open.Id, "", 0, by, bag);
        }),
        ["LK6312"] = static () => InStore(static async (store, by, bag) => await new StatementRegister(store).IssueAsync("shop-sla", "2025-10", Draft(Open), 0, by, bag)),
        ["LK6313"] = static () => InStore(static async (store, by, bag) =>
        {
            await new StatementRegister(store).DraftAsync("shop-sla", "2025-10", Draft() with { NeedsTwoPeople = true }, 0, by, bag);
            await new StatementRegister(store).IssueAsync("shop-sla", "2025-10", Draft() with { NeedsTwoPeople = true }, 0, by, bag);
        }),
        ["LK6314"] = static async () =>
        {
            using var run = Folder();
            await Command(run, "agreement", "propose", "agreement.yaml");
            await Command(run, "agreement", "activate", "shop-sla", "--unsigned", "paper");
            await using (var store = await StoreIn(run))
                await new AgreementRegister(store).LetGoAsync("shop-sla", Instant.FromUtc(2025, 6, 1, 0, 0), Instant.FromUtc(2025, 6, 1, 0, 0), 0, new Act("ann", CommandRun.Clock));
            return await Command(run, "statement", "draft", "shop-sla", "2025-03");
        },
    };

    private static ClosePoint Open => new(ClosePointKind.PendingExclusion, "storm", "Nobody has decided.");

    private static StatementDraft Draft(params ClosePoint[] points) => new("{}"u8.ToArray(), [.. points], false);

    private static string Page(string file) => MarkdownBlock.Of(RepositoryRoot.File("docs", "diagnostics.md")).Single(b => b.Info == $"yaml file {file}").Text;

    private static Task<Store> StoreIn(CommandRun run) => Store.OpenAsync(new SqliteDatabase(Path.Combine(run.Folder, "data")), CommandRun.Clock);

    private static void Sql(CommandRun run, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(run.Folder, "data", SqliteDatabase.FileName)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private static async Task<IEnumerable<string>> InStore(Func<Store, Act, DiagnosticBag, Task> act)
    {
        using var run = new CommandRun();
        await using var store = await StoreIn(run);
        var diagnostics = new DiagnosticBag();
        await act(store, new Act("ann", CommandRun.Clock), diagnostics);
        return diagnostics.Select(static d => d.Code);
    }

    private static Task<IEnumerable<string>> Register(Func<AgreementRegister, Act, Task<DiagnosticBag>> act) => InStore(async (store, by, bag) =>
    {
        foreach (var diagnostic in await act(new AgreementRegister(store), by))
            bag.Add(diagnostic);
    });

    private static ClockDefinition Resolve => ClockTemplates.Resolve(ClockSpan.Hours(8));

    private static Fact Window(decimal good, decimal total) => new()
    {
        Source = "probe",
        Id = "1",
        Type = FactTypes.MeasurementWindow,
        Time = Instant.FromUtc(2026, 3, 2, 9, 0),
        Data = new FactData.Aggregated("requests", Instant.FromUtc(2026, 3, 2, 8, 0), good, total, null, []),
        Digest = default,
    };

    private static Task<IEnumerable<string>> Facts(string text, Encoding? encoding = null) => Found(bag => SampleRuns.Facts((encoding ?? Encoding.UTF8).GetBytes(text), bag));

    private static Task<IEnumerable<string>> Table(string csv, Encoding encoding) =>
        Found(bag => SampleRuns.Table(new SampleRuns([.. MarkdownBlock.Of(RepositoryRoot.File("docs", "diagnostics.md"))]).Map(""), encoding.GetBytes(csv), bag));

    private static Task<IEnumerable<string>> Calendar(string text) =>
        Found(bag => ICalendarReader.Read(new StringReader(text), "holidays.ics", new ICalendarOptions { Zone = DateTimeZone.Utc }, bag));

    private static Task<IEnumerable<string>> Clocks(params ClockDefinition[] clocks) => Found(bag => ClockProgram.Compile(clocks, TicketPolicies.Default, bag));

    private static Task<IEnumerable<string>> Found(Action<DiagnosticBag> read)
    {
        var diagnostics = new DiagnosticBag();
        read(diagnostics);
        return Task.FromResult(diagnostics.Select(static d => d.Code));
    }

    private static CommandRun Folder(string? path = null)
    {
        var run = new CommandRun { Path = path };
        foreach (var file in MarkdownBlock.Of(RepositoryRoot.File("docs", "diagnostics.md")).Where(static b => b.Info.Split(' ') is [_, "file", _]))
            run.Write(file.Info.Split(' ')[2], file.Text);
        return run;
    }

    private static async Task<IEnumerable<string>> Command(CommandRun run, params string[] arguments)
    {
        var (_, _, error) = await run.Levelkeeper(arguments);
        return SampleRuns.CodesIn(error);
    }
}
