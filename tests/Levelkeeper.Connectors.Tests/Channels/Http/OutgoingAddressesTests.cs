using System.Net;
using Levelkeeper.Connectors.Channels.Outgoing;

namespace Levelkeeper.Connectors.Tests.Channels.Http;

/// <summary>Where requests may go.</summary>
public class OutgoingAddressesTests
{
    private static readonly OutgoingAddresses Rules = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void What_is_not_of_the_open_internet_is_refused(string address) => Rules.Allows(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("169.253.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("168.63.129.17")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2002:808:808::1")]
    public void What_is_of_the_open_internet_is_allowed(string address) => Rules.Allows(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void A_network_that_is_named_is_allowed_however_the_address_is_written_and_nothing_beside_it()
    {
        var rules = Rules with { Allowed = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd12::/16")] };
        rules.Allows(IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        rules.Allows(IPAddress.Parse("::ffff:10.1.2.3")).ShouldBeTrue();
        rules.Allows(IPAddress.Parse("fd12::1")).ShouldBeTrue();
        rules.Allows(IPAddress.Parse("10.2.0.1")).ShouldBeFalse();
        rules.Allows(IPAddress.Parse("fd13::1")).ShouldBeFalse();
        rules.Allows(IPAddress.Parse("127.0.0.1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://hooks.example.com/x", null)]
    [InlineData("https://hooks.example.com:8443/x", null)]
    [InlineData("http://hooks.example.com/x", "The target is not an address of https.")]
    [InlineData("ftp://hooks.example.com/x", "The target is not an address of https.")]
    [InlineData("https://hooks.example.com:22/x", "The target's port 22 is not among the allowed ones.")]
    [InlineData("https://user:word@hooks.example.com/x", "The target holds a user or a password; they do not belong into an address.")]
    [InlineData("https://2130706433/x", "The target's address 127.0.0.1 is private or reserved, and not among the allowed networks.")]
    [InlineData("https://0x7f.1/x", "The target's address 127.0.0.1 is private or reserved, and not among the allowed networks.")]
    [InlineData("https://[::ffff:169.254.169.254]/x", "The target's address ::ffff:169.254.169.254 is private or reserved, and not among the allowed networks.")]
    [InlineData("https://[fe80::1]/x", "The target's address fe80::1 is private or reserved, and not among the allowed networks.")]
    public void A_target_is_judged_by_its_looks_before_anything_is_sent(string target, string? problem) => Rules.Problem(new Uri(target)).ShouldBe(problem);
}
