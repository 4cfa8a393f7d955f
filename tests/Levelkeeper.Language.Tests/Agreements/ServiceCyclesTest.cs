using System.Text;

namespace Levelkeeper.Language.Tests.Agreements;

/// <summary>Services that depend on themselves; LK1461.</summary>
public sealed class ServiceCyclesTest
{
    private static string[] Cyclic(string services) =>
        [.. Sample.Read(Sample.With("services:\n" + services)).Diagnostics.Where(d => d.Code == "LK1461").Select(d => d.Message.Split('\'')[1])];

    private static string Depends(string name, string on) => $"  {name}: {{ title: S, depends-on: [{on}] }}\n";

    [Fact]
    public void Those_of_a_circle_and_no_others_are_named()
    {
        // shop -> a -> b -> c -> a, c -> d: shop leads into the circle, d out of it.
        Cyclic(Depends("shop", "a") + Depends("a", "b") + Depends("b", "c") + Depends("c", "a, d") + Depends("d", "")).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void Two_circles_that_one_service_joins_are_one() =>
        Cyclic(Depends("shop", "a") + Depends("a", "b, c") + Depends("b", "a") + Depends("c", "a")).ShouldBe(["a", "b", "c"]);

    [Fact]
    public void A_service_may_be_its_own_circle() => Cyclic(Depends("shop", "shop")).ShouldBe(["shop"]);

    [Fact]
    public void A_service_that_is_needed_twice_is_no_circle() =>
        Cyclic(Depends("shop", "a, b") + Depends("a", "c") + Depends("b", "c") + Depends("c", "")).ShouldBeEmpty();

    [Fact]
    public void A_chain_of_thousands_costs_little()
    {
        const int length = 5_000;
        var services = new StringBuilder("  shop: { title: Shop }\n");
        for (var i = 0; i < length; i++)
            services.Append(Depends($"s{i}", $"s{(i + 1) % length}"));
        Cyclic(services.ToString()).Length.ShouldBe(length);
    }
}
