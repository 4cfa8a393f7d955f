using Levelkeeper.Language.Vocabulary;

namespace Levelkeeper.Language.Tests.Vocabulary;

public class FavourTest
{
    /// <summary>Every section that can be reached from the document, each once.</summary>
    private static IEnumerable<Section> Sections()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<Section>([AgreementVocabulary.Agreement]);
        while (waiting.TryDequeue(out var section))
        {
            if (!seen.Add(section.Name))
                continue;
            yield return section;
            foreach (var inner in section.Members.SelectMany(k => Inside(k.Shape)))
                waiting.Enqueue(inner);
        }

        static IEnumerable<Section> Inside(ValueShape shape) => shape switch
        {
            ValueShape.Keys keys => [keys.Section],
            ValueShape.ListOf list => Inside(list.Item),
            ValueShape.MapOf map => Inside(map.Value),
            ValueShape.Either either => either.Shapes.SelectMany(Inside),
            _ => [],
        };
    }

    [Fact]
    public void Every_key_says_what_the_customer_gains_by() =>
        Sections().SelectMany(s => s.Members.Where(k => k.Favour is null).Select(k => $"{s.Name}.{k.Name}")).ShouldBeEmpty();

    [Fact]
    public void The_words_of_an_order_are_words_of_the_key()
    {
        foreach (var (section, key) in Sections().SelectMany(s => s.Members.Select(k => (s, k))))
        {
            if (key.Favour is not Favour.ByOrder { Order: var order } || Words(key.Shape) is not { Count: > 0 } words)
                continue;
            order.Where(w => !words.Contains(w)).ShouldBeEmpty($"{section.Name}.{key.Name}");
        }

        static List<string> Words(ValueShape shape) => shape switch
        {
            ValueShape.OneOf words => [.. words.Words],
            ValueShape.Either either => [.. either.Shapes.SelectMany(Words)],
            _ => [],
        };
    }
}
