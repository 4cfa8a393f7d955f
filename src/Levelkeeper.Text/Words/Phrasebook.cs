using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Levelkeeper.Text.Languages;

namespace Levelkeeper.Text.Words;

/// <summary>The words of a language: templates by key, from the word lists that translators edit. Immutable.</summary>
/// <remarks>
/// A line of a list is <c>key = template</c>; <c>{name}</c> stands for a value; <c>key[few] = …</c> is the form of a counted noun;
/// a line that begins with <c>#</c> is a remark. A key that is missing is a fault of the program, and a test looks for them.
/// </remarks>
public sealed class Phrasebook
{
    private static readonly ConcurrentDictionary<string, Phrasebook> Books = new(StringComparer.Ordinal);

    private readonly ImmutableDictionary<string, string> _templates;

    private Phrasebook(TextLanguage language, ImmutableDictionary<string, string> templates) => (Language, _templates) = (language, templates);

    /// <summary>The language.</summary>
    public TextLanguage Language { get; }

    /// <summary>The keys, those of counted nouns with their form in brackets.</summary>
    public IEnumerable<string> Keys => _templates.Keys;

    /// <summary>The words of a language.</summary>
    public static Phrasebook Of(TextLanguage language)
    {
        ArgumentNullException.ThrowIfNull(language);
        return Books.GetOrAdd(language.Code, _ => new Phrasebook(language, Load(language.Code)));
    }

    /// <summary>Whether there is a template.</summary>
    public bool Has(string key) => _templates.ContainsKey(key);

    /// <summary>The template as it stands in the list.</summary>
    /// <exception cref="KeyNotFoundException">The list lacks it.</exception>
    public string Template(string key) =>
        _templates.TryGetValue(key, out var template) ? template : throw new KeyNotFoundException($"The words of '{Language.Code}' lack '{key}'.");

    /// <summary>A template with its values put in. Values stand as they are: whoever formats them isolates what is foreign.</summary>
    /// <exception cref="KeyNotFoundException">The list lacks the key, or the template asks for a value that is not given.</exception>
    public string Say(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var template = Template(key);
        if (!template.Contains('{', StringComparison.Ordinal))
            return template;
        var text = new StringBuilder(template.Length + 32);
        for (var i = 0; i < template.Length;)
        {
            var open = template.IndexOf('{', i);
            if (open < 0)
                return text.Append(template, i, template.Length - i).ToString();
            var close = template.IndexOf('}', open);
            text.Append(template, i, open - i).Append(Value(template[(open + 1)..close], key, values));
            i = close + 1;
        }

        return text.ToString();
    }

    /// <summary>The form of a counted noun that a number asks for, with the number as <c>{n}</c>.</summary>
    /// <param name="key">The key without its form.</param>
    /// <param name="number">What decides the form.</param>
    /// <param name="shown">The number as it is shown.</param>
    public string Count(string key, decimal number, string shown) =>
        Say($"{key}[{PluralRules.WordOf(Language.Plurals.Of(number))}]", ("n", shown));

    private static string Value(string name, string key, ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var (given, value) in values)
        {
            if (given == name)
                return value;
        }

        throw new KeyNotFoundException($"'{key}' asks for '{name}', which is not given.");
    }

    private static ImmutableDictionary<string, string> Load(string code)
    {
        var templates = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var assembly = typeof(Phrasebook).Assembly;
        foreach (var list in assembly.GetManifestResourceNames().Where(n => n.StartsWith(code + ".", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(list)!);
            while (reader.ReadLine() is { } line)
            {
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (line.Split(" = ", 2) is not [var key, var template])
                    throw new InvalidDataException($"'{list}' has a line that is not 'key = template': {line}");
                if (!templates.TryAdd(key.Trim(), template.Trim()))
                    throw new InvalidDataException($"'{list}' has '{key}' twice.");
            }
        }

        return templates.ToImmutable();
    }
}
