using System.Collections.Immutable;
using System.Diagnostics;

namespace Levelkeeper.Reports.Pdf;

/// <summary>Prints a page of HTML as PDF by a Chromium that is installed on the machine, without a window.</summary>
public static class PdfPrinter
{
    /// <summary>The names under which the program is looked for on the path, in order.</summary>
    public static readonly ImmutableArray<string> Programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>The program that prints; null when none is installed.</summary>
    /// <param name="path">The folders to look in, separated as the system separates them; null for those of the environment.</param>
    public static string? Find(string? path = null) =>
        (from name in Programs
         from folder in (path ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let file = Path.Combine(folder, name)
         where File.Exists(file)
         select file).FirstOrDefault();

    /// <summary>Prints.</summary>
    /// <param name="program">What <see cref="Find"/> found.</param>
    /// <param name="page">The page; it must load nothing from elsewhere.</param>
    /// <param name="token">Ends the program.</param>
    /// <returns>The PDF; or null and what went wrong.</returns>
    public static (byte[]? Pdf, string? Problem) Print(string program, string page, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(program);
        var folder = Directory.CreateTempSubdirectory("levelkeeper-").FullName;
        try
        {
            var (html, pdf) = (Path.Combine(folder, "page.html"), Path.Combine(folder, "page.pdf"));
            File.WriteAllText(html, page);
            // Without the sandbox, because root has none; the page is ours, escaped, and forbids itself scripts and the network.
            var start = new ProcessStartInfo(program)
            {
                ArgumentList =
                {
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer",
                    $"--user-data-dir={Path.Combine(folder, "profile")}", $"--print-to-pdf={pdf}", new Uri(html).AbsoluteUri,
                },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start);
            if (process is null)
                return (null, "it cannot be started");
            var error = process.StandardError.ReadToEndAsync(token);
            var output = process.StandardOutput.ReadToEndAsync(token);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(token);
            late.CancelAfter(Longest);
            try
            {
                process.WaitForExitAsync(late.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                token.ThrowIfCancellationRequested();
                return (null, $"it took longer than {Longest.TotalMinutes:0} minutes");
            }

            Task.WaitAll([error, output], token);
            return File.Exists(pdf) ? (File.ReadAllBytes(pdf), null) : (null, $"it ended with {process.ExitCode}: {error.Result.Trim().Split('\n')[^1]}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
