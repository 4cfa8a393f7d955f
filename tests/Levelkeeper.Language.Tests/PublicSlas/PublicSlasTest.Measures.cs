using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Tests.PublicSlas;

// How each is measured, over which periods, what does not count, and what percentages are of.
public partial class PublicSlasTest
{
    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_periods_are_those_that_were_seen(string id, string text)
    {
        var expected = Facts[id].GetProperty("period").GetString() switch
        {
            "calendar month" => "month",
            "monthly billing cycle" or "billing period" => "agreement month",
            "calendar quarter" => "quarter",
            "30 days" or "trailing 30 days" => "rolling 30 days",
            "service year (365 days)" => "rolling 365 days",
            "year" => "year",
            "day" => "day",
            null or "installation" => "not seen",
            // By events, each of which is reckoned by itself.
            var other => other == "per incident" ? "month" : throw new InvalidOperationException(other),
        };
        var stated = Scalars(YamlReader.Read(text, id, new DiagnosticBag())!, "").Where(s => s.Path.EndsWith(".per", StringComparison.Ordinal)).Select(s => s.Text).Distinct().ToList();
        if (id == "sim_networks")
            stated.ShouldBe([expected, "month"]);
        else if (id == "cogent")
            stated.ShouldBe([expected, "not seen"]);
        else
            stated.ShouldBe([expected]);
        if (id == "schnellno")
            Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).ShouldContain(m => Text(m, "reckoned-for") == "each event");
    }

    /// <summary>What the facts say of how it is measured, each in its key.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_measured_as_was_seen(string id, string text)
    {
        if (Facts[id].GetProperty("metric") is not { ValueKind: JsonValueKind.Object } metric)
        {
            All("measure").ShouldAllBe(m => m == "not seen");
            return;
        }

        if (Of("slice") is { } slice)
            All("of").Where(o => o != "" && char.IsAsciiDigit(o[0])).Distinct().ShouldBe([Length(slice.Replace("5-minute periods", "5 min", StringComparison.Ordinal))]);
        var shortest = All("shortest-outage").Distinct().ToList();
        if (Of("min_outage") is { } least)
        {
            var length = shortest.ShouldHaveSingleItem();
            length.StartsWith("more than", StringComparison.Ordinal).ShouldBe(least.StartsWith("more than", StringComparison.Ordinal));
            Numbers(length)[0].ShouldBe(Numbers(least)[0]);
            length.Contains("within", StringComparison.Ordinal).ShouldBe(least.Contains("within", StringComparison.Ordinal));
            if (length.Contains("within", StringComparison.Ordinal))
                Numbers(length)[1].ShouldBe(24 * Numbers(least)[1]);
            All("full-units").Any().ShouldBe(least.Contains("partial minutes", StringComparison.Ordinal));
        }
        else
        {
            shortest.ShouldBeEmpty();
        }

        if (Of("no_traffic") is not null)
            All("without-requests").ShouldBe(["good"]);
        else if (id != "github.enterprise")
            All("without-requests").ShouldAllBe(w => w == "not seen");
        var joined = Of("partial_period") is { } partial && partial.StartsWith("assumed 100%", StringComparison.Ordinal) ? "rest is well"
            : Facts[id].TryGetProperty("quirks", out var quirks) && quirks.EnumerateArray().Any(q => q.GetString() == "prorated for a partial month") ? "in proportion"
            : "not seen";
        All("joined-late").ShouldAllBe(j => j == joined);
        if (joined != "not seen")
            All("joined-late").ShouldNotBeEmpty();
        All("downtime-begins").Any().ShouldBe(Of("clock_start") is not null || Of("packet_loss")?.Contains("after notification", StringComparison.Ordinal) == true);
        var each = Of("scope") is { } scope && new[] { "per instance", "or per instance", "per cluster", "each server", "per region" }.Any(w => scope.Contains(w, StringComparison.Ordinal)) || Of("features") is not null || id == "dekopon";
        All("each").Any().ShouldBe(each);

        string? Of(string name) => metric.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        IEnumerable<string> All(string key) => Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).Select(m => Text(m, key)).OfType<string>();
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_exclusions_are_as_many_as_were_seen(string id, string text)
    {
        var root = YamlReader.Read(text, id, new DiagnosticBag()).ShouldBeOfType<YamlNode.Mapping>();
        var excluding = Mappings(root).Select(m => m.Find("excluding")?.Value).OfType<YamlNode.Sequence>().Select(e => e.Items.Length).DefaultIfEmpty(0).Max();
        if (Facts[id].GetProperty("exclusions") is { ValueKind: JsonValueKind.Array } seen)
            excluding.ShouldBe(seen.GetArrayLength());
        else if (Facts[id].GetProperty("metric") is { ValueKind: JsonValueKind.Object } metric && metric.TryGetProperty("exclude", out var exclude))
            excluding.ShouldBe(exclude.GetString()!.Split(", ").Length);
        else
            excluding.ShouldBe(0);
        // Where no list was seen, the others are not known to be none.
        (Text(root, "exclusions") == "not seen").ShouldBe(Facts[id].GetProperty("exclusions").ValueKind != JsonValueKind.Array);
    }

    /// <summary>What percentages are of, where the facts say it.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void Its_amounts_are_of_what_was_seen(string id, string text)
    {
        var bases = Mappings(YamlReader.Read(text, id, new DiagnosticBag())!).Where(m => m.Find("pay") is not null || m.Find("tiers") is not null).Where(m => m.Find("from") is null && m.Find("below") is null && m.Find("above") is null).Select(m => Text(m, "of")).OfType<string>().Distinct().ToList();
        if (Facts[id].GetProperty("credits") is not { ValueKind: JsonValueKind.Object } credits)
        {
            bases.ShouldBeEmpty();
            return;
        }

        // The formulas of these two name the price; that of a third does not.
        var isSeen = new[] { "base", "credit", "credit_percents_of_installation" }.Any(k => credits.TryGetProperty(k, out _)) || id is "algolia" or "digitalocean.droplet";
        bases.ShouldAllBe(b => b == "not seen" != isSeen);
        if (credits.TryGetProperty("base", out var words) && new[] { "that cluster", "single affected item", "affected region", "service feature" }.Any(w => words.GetString()!.Contains(w, StringComparison.Ordinal)))
            bases.ShouldContain("fee of the affected");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void With_every_plan_it_is_read_too(string id, string text)
    {
        var plans = (YamlReader.Read(text, id, new DiagnosticBag()) as YamlNode.Mapping)?.Find("plans")?.Value as YamlNode.Mapping;
        foreach (var plan in plans?.Entries.Select(e => e.Key) ?? [])
            Sample.Good(text.Replace("\nkind: ", $"\nplan: {plan}\nkind: ", StringComparison.Ordinal)).Plan.ShouldBe(plan);
        if (id == "algolia")
            Sample.Good(text.Replace("\nkind: ", "\nplan: premium\nkind: ", StringComparison.Ordinal)).Objectives.ShouldHaveSingleItem().TargetText.ShouldBe("at least 99.999 %");
    }
}
