using Levelkeeper.Server.Access;
using Levelkeeper.Server.Stores;
using Levelkeeper.Storage.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Levelkeeper.Server.Requests;

/// <summary>Who does what a request asks for, for the audit trail.</summary>
internal static class Acts
{
    /// <summary>The caller, now.</summary>
    public static Act By(HttpContext context, string detail = "") => new(context.Viewer().Name, context.RequestServices.GetRequiredService<ServedStore>().Now, detail);
}
