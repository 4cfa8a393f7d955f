using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Levelkeeper.Connectors.Channels.Outgoing;

/// <summary>Which addresses requests may go to: nobody who can name a target may reach this host, its network or its cloud through us.</summary>
/// <remarks>
/// What is refused follows the IANA special-purpose address registries (RFC 6890): loopback, private, shared (CGNAT), link-local, unique-local, multicast,
/// documentation, benchmarking and reserved addresses, in IPv6 everything outside 2000::/3, and the addresses at which clouds answer about their machines.
/// An IPv4 address within an IPv6 one (mapped, NAT64, 6to4) is judged as itself. Immutable.
/// </remarks>
public sealed record OutgoingAddresses
{
    private static readonly ImmutableArray<IPNetwork> Refused =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Where a large cloud answers its machines, in the midst of public addresses.
            "168.63.129.16/32",
            // Within 2000::/3: protocol assignments with Teredo and benchmarking, documentation.
            "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Networks that may be reached although they would be refused.</summary>
    public ImmutableArray<IPNetwork> Allowed { get; init; } = [];

    /// <summary>Whether http is allowed beside https. No unless said otherwise.</summary>
    public bool AllowsHttp { get; init; }

    /// <summary>The ports that may be reached. 443 and 8443 unless said otherwise.</summary>
    public ImmutableArray<int> Ports { get; init; } = [443, 8443];

    /// <summary>Whether a connection to an address may be made.</summary>
    public bool Allows(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        // A zone within the machine names an interface, not a host of the world.
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
        var judged = Inner(plain);
        if (Allowed.Any(network => network.Contains(plain) || network.Contains(judged)))
            return true;
        if (judged.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(judged))
            return false;
        return !Refused.Any(network => network.Contains(judged));
    }

    /// <summary>What is wrong with a target by its looks; null where nothing is. Its addresses are judged when a connection is made.</summary>
    public string? Problem(Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.IsAbsoluteUri || (target.Scheme != Uri.UriSchemeHttps && !(AllowsHttp && target.Scheme == Uri.UriSchemeHttp)))
            return AllowsHttp ? "The target is not an address of https or http." : "The target is not an address of https.";
        if (target.UserInfo.Length > 0)
            return "The target holds a user or a password; they do not belong into an address.";
        if (!Ports.Contains(target.Port))
            return $"The target's port {target.Port} is not among the allowed ones.";
        if (IPAddress.TryParse(target.IdnHost.Trim('[', ']'), out var address) && !Allows(address))
            return $"The target's address {address} is private or reserved, and not among the allowed networks.";
        return null;
    }

    /// <summary>The IPv4 address that an IPv6 one stands for, or the address itself.</summary>
    private static IPAddress Inner(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
            return new IPAddress(bytes.AsSpan(12, 4));
        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4)) : address;
    }
}
