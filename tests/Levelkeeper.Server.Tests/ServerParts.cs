using Levelkeeper.Server.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Tests;

/// <summary>What is inside a server.</summary>
internal static class ServerParts
{
    public static OpenStore Open(this RunningServer running) => running.Server.Services.GetRequiredService<ServedStore>().Open!;
}
