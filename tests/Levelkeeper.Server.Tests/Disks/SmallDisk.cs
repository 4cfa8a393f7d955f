using System.Diagnostics;

namespace Levelkeeper.Server.Tests.Disks;

/// <summary>A real file system of a few megabytes that can be filled; gone when it is disposed of.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Bytes = 32 << 20;

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Mounts one. Skips the test where that is not allowed.</summary>
    public static async Task<SmallDisk> MountAsync()
    {
        var folder = Directory.CreateTempSubdirectory("levelkeeper-disk-").FullName;
        if (!OperatingSystem.IsLinux() || await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Bytes}", "tmpfs", folder) is var error && error.Length > 0)
        {
            Directory.Delete(folder);
            Assert.Skip("A small file system cannot be mounted here.");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Lays down something else that takes up most of the room, but for so much.</summary>
    public void Fill(int left)
    {
        using var ballast = new FileStream(Ballast, FileMode.Append);
        var free = new DriveInfo(Folder).AvailableFreeSpace - left;
        var block = new byte[64 << 10];
        for (var written = 0L; written < free; written += block.Length)
            ballast.Write(block, 0, (int)Math.Min(block.Length, free - written));
    }

    /// <summary>Makes room.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        (await RunAsync("umount", "-l", Folder)).ShouldBeEmpty();
        Directory.Delete(Folder);
    }

    /// <summary>What a program had to say; empty when all went well.</summary>
    private static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? "" : $"{program} ended with {process.ExitCode}: {errors}";
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
