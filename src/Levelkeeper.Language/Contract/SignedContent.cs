using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Vocabulary;
using Levelkeeper.Language.Yaml;
using NodaTime.Text;

namespace Levelkeeper.Language.Contract;

/// <summary>What of an agreement is signed: every clause of every version with the defaults of the edition spelled out, in canonical form, and its hash.</summary>
/// <remarks>
/// <para>
/// Levels, plan and amendments are laid over each other, so that it does not matter in which file a clause stands; comments, layout, the order of keys and quotes
/// are left out. For each version, by its first day: the clauses as written, the defaults where nothing is written, and for calendars a digest of the holidays
/// and closed times within the years of the term.
/// </para>
/// <para>Left out is what says how far the agreement has come, and not what was agreed: state, legal review, signatures, suspensions, reviews held.</para>
/// </remarks>
/// <param name="Canonical">JSON by RFC 8785 in which every value is a text, a list or an object.</param>
public sealed record SignedContent(string Canonical)
{
    /// <summary>The name of the form, which is hashed with it.</summary>
    public const string Form = "levelkeeper agreement 1";

    private static readonly ImmutableHashSet<string> NotSigned = ["extends", "state", "legal-review", "signed-on-paper", "suspensions", "plans", "amendments", "at-least-as-strict"];

    /// <summary>SHA-256 over the UTF-8 of <see cref="Canonical"/>, in lower-case hexadecimal digits.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical)));

    /// <summary>Reads what of an agreement is signed.</summary>
    /// <param name="text">The agreement's text.</param>
    /// <param name="file">Its name, for places.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    /// <param name="folder">Reads the files that it names; null refuses them.</param>
    /// <returns>Null when it cannot be read without an error.</returns>
    public static SignedContent? Read(string text, string file, DiagnosticBag diagnostics, AgreementFolder? folder = null)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (LevelReader.Read(text, file, folder?.Levels, diagnostics) is not { } levels || VersionReader.Read(levels, diagnostics, folder?.Calendars) is not { } versions)
            return null;
        return Of(levels.Versions(new DiagnosticBag()).Select(v => v.Effective), versions);
    }

    private static SignedContent Of(IEnumerable<YamlNode.Mapping> effective, AgreementVersions versions)
    {
        var parts = new List<(string From, YamlNode Content)>();
        var before = "";
        foreach (var (clauses, version) in effective.Zip(versions.All))
        {
            var content = CanonicalText.Object(
                ("calendars", CalendarDigest.Of(version.Agreement)),
                ("clauses", Stated(AgreementVocabulary.Agreement, clauses)),
                ("defaults", Defaults(AgreementVocabulary.Agreement, clauses)));
            // A version that says what the one before says is none.
            var now = CanonicalText.Of(content);
            if (now != before)
                parts.Add((LocalDatePattern.Iso.Format(version.From), content));
            before = now;
        }

        return new SignedContent(CanonicalText.Of(CanonicalText.Object(
            ("form", CanonicalText.Text(Form)),
            ("versions", CanonicalText.Object(parts)))));
    }

    /// <summary>What of a section is written and signed.</summary>
    private static YamlNode.Mapping Stated(Section section, YamlNode.Mapping stated) => stated with
    {
        Entries = [.. section.Members.Where(k => IsSigned(section, k)).Select(k => stated.Find(k.Name)).OfType<YamlEntry>().Select(e => e with { Value = Stated(section.Find(e.Key)!.Shape, e.Value) })],
    };

    private static YamlNode Stated(ValueShape shape, YamlNode value) => (Fitting(shape, value), value) switch
    {
        (ValueShape.Keys keys, YamlNode.Mapping mapping) => Stated(keys.Section, mapping),
        (ValueShape.MapOf map, YamlNode.Mapping names) => names with { Entries = [.. names.Entries.Select(e => e with { Value = Stated(map.Value, e.Value) })] },
        (ValueShape.ListOf list, YamlNode.Sequence items) => items with { Items = [.. items.Items.Select(i => Stated(list.Item, i))] },
        _ => value,
    };

    /// <summary>The defaults of a section that hold because nobody wrote the key: texts, and below the keys that are written what they leave open.</summary>
    /// <param name="section">The section.</param>
    /// <param name="stated">What is written of it.</param>
    public static YamlNode.Mapping Defaults(Section section, YamlNode.Mapping stated)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(stated);
        var measure = ReferenceEquals(section, AgreementVocabulary.Objective) && stated.Find("measure")?.Value is YamlNode.Scalar { Text: var text } ? MeasureForm.Parse(text).Measure : null;
        var entries = new List<(string, YamlNode)>();
        foreach (var key in section.Members.Where(k => IsSigned(section, k)))
        {
            if (stated.Find(key.Name) is { } entry)
            {
                if (Defaults(key.Shape, entry.Value) is { } below)
                    entries.Add((key.Name, below));
            }
            else if (key.Default is { } words && (measure is null || MeasureKeys.Decides(measure, key.Name)))
            {
                entries.Add((key.Name, CanonicalText.Text(words)));
            }
        }

        return CanonicalText.Object(entries);
    }

    private static YamlNode? Defaults(ValueShape shape, YamlNode value)
    {
        switch (Fitting(shape, value), value)
        {
            case (ValueShape.Keys keys, YamlNode.Mapping mapping):
                return Defaults(keys.Section, mapping);
            case (ValueShape.MapOf map, YamlNode.Mapping names):
                var named = names.Entries.Select(e => (e.Key, Below: Defaults(map.Value, e.Value))).Where(e => e.Below is not null).Select(e => (e.Key, e.Below!)).ToList();
                return named.Count == 0 ? null : CanonicalText.Object(named);
            case (ValueShape.ListOf list, YamlNode.Sequence items):
                var listed = items.Items.Select(i => Defaults(list.Item, i)).ToList();
                return listed.Exists(i => i is not null) ? items with { Items = [.. listed.Select(i => i ?? CanonicalText.Text(""))] } : null;
            default:
                return null;
        }
    }

    /// <summary>The one of several shapes that a value has; a value that stands where a list may stand is its only item.</summary>
    private static ValueShape? Fitting(ValueShape? shape, YamlNode value) => shape switch
    {
        ValueShape.Either either => either.Shapes.Select(s => Fitting(s, value)).FirstOrDefault(s => s is not null),
        ValueShape.ListOf list => value is YamlNode.Sequence ? list : Fitting(list.Item, value),
        ValueShape.Keys or ValueShape.MapOf => value is YamlNode.Mapping ? shape : null,
        _ => null,
    };

    private static bool IsSigned(Section section, Key key) =>
        !(ReferenceEquals(section, AgreementVocabulary.Agreement) && NotSigned.Contains(key.Name)) && !(ReferenceEquals(section, TermClauses.Reviews) && key.Name == "held");
}
