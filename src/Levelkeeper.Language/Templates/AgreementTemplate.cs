using System.Collections.Immutable;
using System.Reflection;

namespace Levelkeeper.Language.Templates;

/// <summary>Agreements to start from: whole files with comments that explain, each in its canonical form and without a finding of lint.</summary>
/// <remarks>
/// Those named after a provider (<c>aws.s3.standard</c>) state what was seen of its public terms: what was not stays <c>not seen</c>, lint lists it and finds what is
/// broken in the terms themselves, and whoever starts from one checks the provider's page.
/// </remarks>
public static class AgreementTemplate
{
    private const string Folder = "templates/";
    private const string Ending = ".yaml";

    /// <summary>Their names, in ordinal order.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. typeof(AgreementTemplate).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(Ending, StringComparison.Ordinal)).Select(n => n[Folder.Length..^Ending.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a template; null when there is none of that name.</summary>
    public static string? Text(string name)
    {
        using var stream = Names.Contains(name) ? typeof(AgreementTemplate).Assembly.GetManifestResourceStream($"{Folder}{name}{Ending}") : null;
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
