using System.Text;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>Writes the vocabulary as the reference of the agreement language. Checked in as <c>docs/agreement-language.md</c>.</summary>
public static class ReferenceWriter
{
    /// <summary>The reference as Markdown.</summary>
    public static string Write(Section root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var text = new StringBuilder();
        text.Append("# The agreement language, v1\n\n")
            .Append("Made from the vocabulary in `src/Levelkeeper.Language/Vocabulary`; do not edit by hand (`LEVELKEEPER_APPROVE=1 ./test` writes it anew).\n\n")
            .Append("A key that has a default, a target, a measure and an amount may be `not seen`: somebody decided it, and the writer of the file did not see how, as with a public agreement of which half is known. ")
            .Append("No default holds then, and what depends on it is not computed. (In quotes the words are a text.)\n\n")
            .Append("A key marked * must be there. What a clause means is in [semantics.md](semantics.md); editors read [agreement.schema.json](agreement.schema.json).\n");
        var written = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<Section>([root]);
        while (waiting.TryDequeue(out var section))
        {
            if (!written.Add(section.Name))
                continue;
            text.Append($"\n## {section.Name}\n\n{section.Summary}\n\n| key | what it decides | value | default | the customer gains |\n|---|---|---|---|---|\n");
            foreach (var key in section.Members)
            {
                text.Append($"| `{key.Name}`{(key.Required ? " *" : "")} | {Cell(key.Summary)} | {Cell(Say(key.Shape))} | {Cell(key.Default ?? "")} | {Cell(key.Favour?.Says ?? "")} |\n");
                foreach (var inner in Sections(key.Shape))
                    waiting.Enqueue(inner);
            }
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Say(ValueShape shape) => shape switch
    {
        ValueShape.Text { Examples.Length: > 0 } text => $"{text.Form}: {string.Join(", ", text.Examples.Select(e => $"`{e}`"))}",
        ValueShape.Text text => text.Form,
        ValueShape.OneOf words => string.Join(", ", words.Words.Select(w => $"`{w}`")),
        ValueShape.ListOf list => $"{Say(list.Item)}; or a list",
        ValueShape.MapOf map => $"by {map.NameOfKey}: {Say(map.Value)}",
        ValueShape.Keys keys => $"see [{keys.Section.Name}](#{keys.Section.Name.Replace(' ', '-')})",
        ValueShape.Either either => string.Join("; or ", either.Shapes.Select(Say)),
        _ => throw new InvalidOperationException("The shapes of a value are closed."),
    };

    private static IEnumerable<Section> Sections(ValueShape shape) => shape switch
    {
        ValueShape.Keys keys => [keys.Section],
        ValueShape.ListOf list => Sections(list.Item),
        ValueShape.MapOf map => Sections(map.Value),
        ValueShape.Either either => either.Shapes.SelectMany(Sections),
        _ => [],
    };
}
