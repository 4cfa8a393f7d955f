using Levelkeeper.Core.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Comparison;

/// <summary>Which side a section burdens: what makes the provider's burden heavier favours the customer, and the other way round.</summary>
internal static class Burden
{
    /// <summary>1 when it is the provider's, -1 when it is the customer's, 0 when it is both sides'.</summary>
    /// <param name="section">The section.</param>
    /// <param name="stated">What it states.</param>
    /// <param name="agreement">The agreement around it.</param>
    public static int Of(Section section, YamlNode.Mapping stated, YamlNode.Mapping agreement) => section.Name switch
    {
        "clock" => Side(stated, "on"),
        "duty" or "commitment" => Side(stated, "of"),
        "remedy" => Remedy(stated),
        "termination" => Text(stated, "by") switch { "customer" => 1, "provider" => -1, _ => 0 },
        "objective" => Objective(stated, agreement),
        _ => 1,
    };

    private static int Side(YamlNode.Mapping stated, string key) => Text(stated, key) == "customer" ? -1 : 1;

    private static int Remedy(YamlNode.Mapping stated)
    {
        if (Text(stated, "by") is { } by)
            return by == "customer" ? -1 : 1;
        if (Text(stated, "entitles") is { } right)
            return EntitlementForm.Parse(right).Right?.Holder switch { PartyRole.Customer => 1, PartyRole.Provider => -1, _ => 0 };
        return stated.Find("bonus") is not null || stated.Find("earn-back") is not null ? -1 : 1;
    }

    /// <summary>What is measured is somebody's duty, or a clock on somebody.</summary>
    private static int Objective(YamlNode.Mapping stated, YamlNode.Mapping agreement) => Text(stated, "measure") is { } measure ? MeasureForm.Parse(measure).Measure switch
    {
        MeasureForm.Duty duty => Named(agreement, "duties", duty.DutyName) is { } entry ? Side(entry, "of") : 1,
        MeasureForm.Clock clock => Named(agreement, "clocks", clock.ClockName) is { } entry ? Side(entry, "on") : 1,
        _ => 1,
    } : 1;

    private static YamlNode.Mapping? Named(YamlNode.Mapping agreement, string key, string name) =>
        (agreement.Find(key)?.Value as YamlNode.Mapping)?.Find(name)?.Value as YamlNode.Mapping;

    private static string? Text(YamlNode.Mapping mapping, string key) => mapping.Find(key)?.Value is YamlNode.Scalar scalar ? scalar.Text : null;
}
