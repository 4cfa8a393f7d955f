using System.Globalization;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Agreements;
using Levelkeeper.Language.Comparison;
using Levelkeeper.Language.Formatting;
using Levelkeeper.Language.Levels;
using Levelkeeper.Language.Lint;
using Levelkeeper.Language.Yaml;
using YamlDotNet.Core;

namespace Levelkeeper.Benchmarks.Language;

/// <summary>Agreements on their way in: a long one linted, formatted and compared, many loaded and expanded, against the YAML parser alone on the same texts.</summary>
internal static class LanguageFigures
{
    private const int Lines = 2_000;
    private const int Agreements = 10_000;

    /// <summary>Measures every row.</summary>
    public static IEnumerable<Figure> Measure()
    {
        yield return Lint();
        yield return Format();
        yield return Compare();
        yield return Load();
    }

    /// <summary>Reading and linting one agreement of 2,000 lines, after start-up.</summary>
    private static Figure Lint()
    {
        var text = Long();
        var lines = text.Split('\n').Length - 1;
        if (lines < Lines)
            throw new InvalidOperationException($"The agreement has only {lines} lines.");
        var found = Linted().Count;
        if (found == 0)
            throw new InvalidOperationException("Lint has nothing to say about an agreement with twice the objectives that people watch.");
        // After start-up: a method is compiled for speed only after some tens of calls, and one call here is a long one.
        for (var i = 0; i < 100; i++)
            Linted();
        var (ours, yaml) = ProcessorTime.Best(1, () => Linted().Count, 1, () => Events(text), 15);
        return new Figure($"lint of an agreement of {lines:N0} lines: read, checked, linted", ours * 1e3, "ms", yaml * 1e3, "YamlDotNet's parser alone, on the same text", Target.AtMost(100, "≤ 100 ms"));

        DiagnosticBag Linted()
        {
            var diagnostics = new DiagnosticBag();
            AgreementLint.Check(Read(text, null, diagnostics), diagnostics);
            return diagnostics;
        }
    }

    /// <summary>The canonical form of the same agreement, with a comment above every service.</summary>
    private static Figure Format()
    {
        var text = Long().Replace("\n  s", "\n  # A service.\n  s", StringComparison.Ordinal);
        if (Formatted(Formatted(text)) != Formatted(text) || Formatted(text).Split("# A service.").Length != 71)
            throw new InvalidOperationException("The canonical form is not one, or comments are lost.");
        for (var i = 0; i < 100; i++)
            Formatted(text);
        var (ours, yaml) = ProcessorTime.Best(1, () => Formatted(text).Length, 1, () => Events(text), 15);
        return new Figure($"format of an agreement of {text.Split('\n').Length - 1:N0} lines, 70 of them comments", ours * 1e3, "ms", yaml * 1e3, "YamlDotNet's parser alone, on the same text", null);

        static string Formatted(string agreement) => AgreementFormat.Format(agreement, "agreement.yaml", new DiagnosticBag()) ?? throw new InvalidOperationException("The agreement cannot be formatted.");
    }

    /// <summary>The same agreement beside an offer in which every target and every lowest tier is another.</summary>
    private static Figure Compare()
    {
        var text = Long();
        var offer = text.Replace("at least 99.9 %", "at least 99.95 %", StringComparison.Ordinal).Replace("pay: 25 %", "pay: 20 %", StringComparison.Ordinal);
        if (Compared().Differences.Length < 140)
            throw new InvalidOperationException("Of 140 clauses that differ not all are found.");
        for (var i = 0; i < 100; i++)
            Compared();
        var (ours, yaml) = ProcessorTime.Best(1, () => Compared().Differences.Length, 1, () => Events(text) + Events(offer), 15);
        return new Figure($"compare of two agreements of {text.Split('\n').Length - 1:N0} lines: read, expanded, 140 clauses weighed", ours * 1e3, "ms", yaml * 1e3, "YamlDotNet's parser alone, on both texts", null);

        AgreementComparison Compared() => AgreementComparison.Of(Effective(text), Effective(offer));

        static YamlNode.Mapping Effective(string agreement) => LevelReader.Read(agreement, "agreement.yaml", null, new DiagnosticBag())!.Effective(null, new DiagnosticBag());
    }

    /// <summary>10,000 customers' agreements, each over a corporate one with a plan and an amendment: levels laid over each other, read with their calendars.</summary>
    private static Figure Load()
    {
        var texts = Enumerable.Range(0, Agreements).Select(Customer).ToArray();
        var folder = new AgreementFolder((name, _, _) => name == "corporate.yaml" ? (Corporate, name) : null, null);
        var (ours, yaml) = ProcessorTime.Best(Agreements, All, Agreements, Parsed, 3);
        return new Figure("agreements loaded and expanded: 10,000 over a corporate one, each with a plan and an amendment", 1 / ours, "agreements/s", 1 / yaml, "YamlDotNet's parser alone, on both levels of each", null);

        long All()
        {
            var objectives = 0L;
            for (var i = 0; i < texts.Length; i++)
                objectives += Read(texts[i], folder, new DiagnosticBag()).Objectives.Length;
            return objectives == 3L * texts.Length ? objectives : throw new InvalidOperationException("Not every agreement has the objectives of its levels.");
        }

        long Parsed() => texts.Sum(t => Events(t) + Events(Corporate));
    }

    private static Agreement Read(string text, AgreementFolder? folder, DiagnosticBag diagnostics) =>
        AgreementReader.Read(text, "agreement.yaml", diagnostics, folder) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Take(5)));

    private static long Events(string text)
    {
        var parser = new Parser(new StringReader(text));
        var events = 0L;
        while (parser.MoveNext())
            events++;
        return events;
    }

    /// <summary>Services, each with two objectives, a remedy with tiers and an exclusion, until there are enough lines.</summary>
    private static string Long()
    {
        var (services, objectives, remedies, exclusions) = (new StringBuilder(), new StringBuilder(), new StringBuilder(), new StringBuilder());
        for (var i = 0; i < 70; i++)
        {
            var n = i.ToString(CultureInfo.InvariantCulture);
            services.Append($"  s{n}:\n    title: Service {n}\n    essential: [read, write]\n    hours: office\n    fee: 100.00 per month\n");
            objectives.Append($"""
                  up{n}:
                    title: Availability of service {n}
                    measure: availability
                    of: s{n}
                    target: at least 99.9 %
                    per: month
                    excluding: [cause{n}]
                    fresh-for: 1 min
                  ask{n}:
                    measure: time to respond
                    of: tickets of s{n}
                    within:
                      P1: 30 min
                      else: 4 h
                    calendar: office
                    target: at least 95 % of at least 20 tickets

                """.ReplaceLineEndings("\n"));
            remedies.Append($"""
                  pay{n}:
                    when: up{n} is missed
                    credit:
                      of: fee of s{n}
                      tiers:
                        - {"{"} from: 99 %, below: 99.9 %, pay: 10 % {"}"}
                        - {"{"} below: 99 %, pay: 25 % {"}"}
                    claim:
                      within: 30 days

                """.ReplaceLineEndings("\n"));
            exclusions.Append($"  cause{n}:\n    claimed-by: provider\n    claim-within: 5 business days\n    decided-by: both\n");
        }

        return $"{Head("long")}services:\n{services}objectives:\n{objectives}remedies:\n{remedies}exclusions:\n{exclusions}";
    }

    private static string Customer(int number)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        return $"""
            levelkeeper: v1
            id: customer-{n}
            title: Hosting for customer {n}
            extends: corporate.yaml
            plan: business
            parties:
              customer: {"{"} name: Customer {n}, contact: it@customer-{n}.example {"}"}
            services:
              shop: {"{"} fee: {100 + number % 900}.00 per month {"}"}
            amendments:
              - from: 2026-07-01
                changes:
                  objectives:
                    uptime: {"{"} target: at least 99.95 % {"}"}

            """.ReplaceLineEndings("\n");
    }

    private static string Head(string id) => $"""
        levelkeeper: v1
        id: {id}
        title: An agreement
        parties:
          provider: {"{"} name: Provider {"}"}
          customer: {"{"} name: Customer {"}"}
        term: {"{"} from: 2026-01-01, length: 12 months {"}"}
        zone: Europe/Warsaw
        currency: EUR
        calendars:
          office:
            weekly: {"{"} mon-fri: 08:00-18:00 {"}"}
            holidays: PL

        """.ReplaceLineEndings("\n");

    private static readonly string Corporate = Head("corporate").Replace("title: An agreement", "title: An agreement\nkind: corporate", StringComparison.Ordinal) + """
        services:
          shop: { title: Shop, essential: [browse, order], fee: 100.00 per month }
        objectives:
          uptime: { measure: availability, target: at least 99.5 % }
          answers: { measure: time to respond, of: tickets of shop, within: 8 h, calendar: office, target: at least 90 % of at least 20 tickets }
          speed: { measure: p95 of latency, target: at most 800 ms }
        remedies:
          credit:
            when: uptime is missed
            credit:
              of: fee of shop
              tiers:
                - { from: 99 %, below: 99.5 %, pay: 10 % }
                - { below: 99 %, pay: 25 % }
        plans:
          basic: { objectives: { speed: { target: at most 1200 ms } } }
          business:
            extends: basic
            objectives:
              uptime: { target: at least 99.9 % }
              answers: { within: 4 h }

        """.ReplaceLineEndings("\n");
}
