using System.Diagnostics;

namespace Levelkeeper.Server.Tests.Metrics;

/// <summary>Prometheus' own checker.</summary>
internal static class Promtool
{
    /// <summary>What it says of a text; empty when all is well. The test is skipped where it is not installed.</summary>
    public static async Task<string> CheckAsync(string text, params string[] arguments)
    {
        const string Program = "/usr/bin/promtool";
        if (!File.Exists(Program))
            Assert.Skip("promtool is not installed (apt-get install prometheus).");
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? "" : said.Length > 0 ? said : $"exit code {process.ExitCode}";
    }
}
