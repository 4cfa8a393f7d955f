using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Lint;

namespace Levelkeeper.Language.Tests;

/// <summary>A smallest agreement without a fault, and texts made of it.</summary>
internal static class Sample
{
    public const string Base = """
        levelkeeper: v1
        id: sample
        title: A sample
        parties:
          provider: { name: Northhost }
          customer: { name: Acme }
        term:
          from: 2026-01-01
        zone: Europe/Warsaw
        services:
          shop: { title: Shop }
        objectives:
          uptime:
            measure: availability
            target: at least 99.9 %
            degraded: shown apart

        """;

    /// <summary>The base with the top-level sections of a fragment in place of its own; a section whose value is <c>~</c> is taken out.</summary>
    public static string With(string fragment)
    {
        var own = Sections(Base);
        foreach (var (key, text) in Sections(fragment))
            own[key] = text;
        return string.Concat(own.Values.Where(t => !t.TrimEnd().EndsWith(": ~", StringComparison.Ordinal)));
    }

    /// <summary>The base with one objective that has these lines.</summary>
    public static string Objective(string lines) => With("objectives:\n  it:\n" + Indented(lines, "    "));

    /// <summary>The base with an availability objective that has these lines beside measure and target.</summary>
    public static string Uptime(string lines) => Objective("measure: availability\ntarget: at least 99.9 %\n" + lines);

    public static (Agreement? Agreement, DiagnosticBag Diagnostics) Read(string text, bool lint = false, AgreementFolder? folder = null, IReadOnlyDictionary<string, Agreement>? suppliers = null)
    {
        var diagnostics = new DiagnosticBag();
        var agreement = AgreementReader.Read(text, "a.yaml", diagnostics, folder);
        if (lint && agreement is not null)
            AgreementLint.Check(agreement, diagnostics, suppliers);
        return (agreement, diagnostics);
    }

    public static Agreement Good(string text)
    {
        var (agreement, diagnostics) = Read(text);
        diagnostics.ShouldBeEmpty();
        return agreement.ShouldNotBeNull();
    }

    /// <summary>The indicator of the single objective.</summary>
    public static T Indicator<T>(string text)
        where T : Indicator => Good(text).Objectives.ShouldHaveSingleItem().Indicator.ShouldBeOfType<T>();

    private static Dictionary<string, string> Sections(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var section = new StringBuilder();
        var name = "";
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            if (line.Length > 0 && line[0] is not (' ' or '#'))
            {
                Close();
                name = line.Split(':')[0];
            }

            section.Append(line).Append('\n');
        }

        Close();
        return result;

        void Close()
        {
            if (section.Length > 0)
                result[name] = section.ToString();
            section.Clear();
        }
    }

    private static string Indented(string lines, string by) => string.Concat(lines.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(l => by + l + "\n"));
}
