using System.Reflection;
using System.Text.RegularExpressions;
using Levelkeeper.Core.Numbers;

namespace Levelkeeper.Cli.Tests.Design;

/// <summary>The rules of the design that a compiler does not check. Each test lists all offenders.</summary>
public class DesignRules
{
    /// <summary>What a project may refer to, from the table in docs/decisions/0001-shape.md.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Levelkeeper.Core"] = ["NodaTime"],
        ["Levelkeeper.Text"] = ["Levelkeeper.Core", "NodaTime"],
        ["Levelkeeper.Language"] = ["Levelkeeper.Core", "Levelkeeper.Text", "YamlDotNet", "NodaTime"],
        ["Levelkeeper.Connectors"] = ["Levelkeeper.Core", "Levelkeeper.Text", "YamlDotNet", "NodaTime", "Handlebars"],
        ["Levelkeeper.Storage"] = ["Levelkeeper.Core", "NodaTime", "Microsoft.Data.Sqlite", "Npgsql", "SQLitePCLRaw.core", "SQLitePCLRaw.batteries_v2"],
        ["Levelkeeper.Runtime"] = ["Levelkeeper.Core", "Levelkeeper.Text", "Levelkeeper.Language", "Levelkeeper.Connectors", "Levelkeeper.Storage", "NodaTime"],
        ["Levelkeeper.Reports"] = ["Levelkeeper.Core", "Levelkeeper.Text", "NodaTime", "DocumentFormat.OpenXml"],
    };

    [Fact]
    public void Projects_refer_only_to_what_the_shape_allows()
    {
        var offenders = new List<string>();
        foreach (var (name, allowed) in Allowed)
        {
            foreach (var reference in Assembly.Load(name).GetReferencedAssemblies())
            {
                if (!reference.Name!.StartsWith("System", StringComparison.Ordinal) && reference.Name != "netstandard" && !allowed.Contains(reference.Name))
                    offenders.Add($"{name} -> {reference.Name}");
            }
        }

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void The_core_does_no_input_or_output()
    {
        // Embedded data and text builders over memory are fine; files, sockets, processes and the environment are not.
        string[] banned = ["System.IO.FileSystem", "System.Net.Sockets", "System.Net.Http", "System.Diagnostics.Process", "System.Console", "Microsoft.Extensions.Configuration"];
        Assembly.Load("Levelkeeper.Core").GetReferencedAssemblies().Select(a => a.Name!).Intersect(banned).ShouldBeEmpty();
    }

    [Fact]
    public void The_core_offers_no_binary_floating_point()
    {
        var offenders = Assembly.Load("Levelkeeper.Core").GetExportedTypes()
            .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(m => (Type: t, Member: m)))
            .Where(m => m.Member switch
            {
                PropertyInfo p => IsFloating(p.PropertyType),
                FieldInfo f => IsFloating(f.FieldType),
                MethodInfo f => IsFloating(f.ReturnType) || f.GetParameters().Any(p => IsFloating(p.ParameterType)),
                _ => false,
            })
            .Select(m => $"{m.Type.Name}.{m.Member.Name}")
            .Except([$"{nameof(Rational)}.{nameof(Rational.ToDouble)}"]);
        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Folders_are_concepts_of_the_field_not_kinds_of_class()
    {
        string[] banned = ["Helpers", "Utils", "Utilities", "Models", "Interfaces", "Managers", "Extensions", "Common", "Misc", "Enums", "Dtos"];
        Directory.EnumerateDirectories(RepositoryRoot.File("src"), "*", SearchOption.AllDirectories)
            .Where(d => banned.Contains(Path.GetFileName(d)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_source_file_outgrows_its_concept() =>
        Directory.EnumerateFiles(RepositoryRoot.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Count() > 600)
            .Select(Path.GetFileName)
            .ShouldBeEmpty();

    [Fact]
    public void Enums_are_not_switched_with_a_silent_default()
    {
        // A new member must fail loudly: a discard arm may only throw.
        var arm = new Regex(@"^\s*_\s*=>(?!\s*throw)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        var enumSwitch = new Regex(@"^\s*(\w+\.)+\w+\s*=>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        var offenders = new List<string>();
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.File("src", "Levelkeeper.Core"), "*.cs", SearchOption.AllDirectories))
        {
            var lines = File.ReadAllLines(file);
            for (var i = 1; i < lines.Length; i++)
            {
                if (arm.IsMatch(lines[i]) && enumSwitch.IsMatch(lines[i - 1]) && !lines[i - 1].Contains(" when ", StringComparison.Ordinal) && Regex.IsMatch(lines[i - 1], @"^\s*(Verdict|Rounding|Bound|ServiceState|Actor|QuantityUnit|Derivation)\.", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
                    offenders.Add($"{Path.GetFileName(file)}:{i + 1}");
            }
        }

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void No_path_of_a_machine_is_in_a_tracked_text()
    {
        var path = new Regex(@"(^|[^A-Za-z0-9_.])/(work|root|home/\w+|tmp/\w+)/", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        string[] endings = [".cs", ".md", ".yaml", ".json", ".csproj", ".props", ".sh", ".jsonl"];
        var offenders = new[] { "src", "tests", "docs", "samples", "benchmarks", "eng" }
            .Select(f => RepositoryRoot.File(f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Where(f => endings.Contains(Path.GetExtension(f)) && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal) && !f.EndsWith("DesignRules.cs", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Any(path.IsMatch))
            .Select(f => Path.GetRelativePath(RepositoryRoot.Path, f));
        offenders.ShouldBeEmpty();
    }

    private static bool IsFloating(Type type) => type == typeof(double) || type == typeof(float) || type == typeof(double?) || type == typeof(float?);
}
