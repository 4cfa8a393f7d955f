using System.Xml.Linq;
using Levelkeeper.Server.Stores;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Levelkeeper.Server.SignIn;

/// <summary>Keeps the keys that ASP.NET Core protects short-lived texts with in the store, so that a restart changes nothing for browsers, and several servers on one database have the same.</summary>
internal sealed class StoredProtectionKeys(ServedStore served) : IXmlRepository
{
    // The framework asks without waiting, once at first use and then once a day.
    public IReadOnlyCollection<XElement> GetAllElements() => [.. Open.Store.ProtectionKeys.ListAsync().GetAwaiter().GetResult().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        Open.Store.ProtectionKeys.AddAsync(friendlyName, element.ToString(SaveOptions.DisableFormatting)).GetAwaiter().GetResult();
    }

    private OpenStore Open => served.Open ?? throw new InvalidOperationException("Nobody signs in before the store is open.");
}
