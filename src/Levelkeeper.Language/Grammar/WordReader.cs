using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Language.Grammar;

/// <summary>Steps through the words of a text and keeps the first thing that is wrong: what every small grammar of conditions needs.</summary>
internal abstract class WordReader(IReadOnlyList<string> words)
{
    private int _at;

    /// <summary>The first thing that was wrong; null when nothing was.</summary>
    public string? Problem { get; private set; }

    /// <summary>The next word; null at the end.</summary>
    public string? Rest => Ahead(0);

    /// <summary>A word further on; null beyond the end.</summary>
    protected string? Ahead(int by) => _at + by < words.Count ? words[_at + by] : null;

    /// <summary>Goes on by so many words.</summary>
    protected void Skip(int by = 1) => _at += by;

    /// <summary>Goes on when the next word is this one.</summary>
    protected bool Take(string word)
    {
        if (Rest != word)
            return false;
        Skip();
        return true;
    }

    /// <summary>Goes on when the next word is this one; it is a problem when it is not.</summary>
    protected bool Expect(string word)
    {
        if (Take(word))
            return true;
        Note($"'{word}' is missing before {(Rest is null ? "its end" : Diagnostic.Quote(Rest))}");
        return false;
    }

    /// <summary>Keeps a problem, unless there is one already: the first explains the others.</summary>
    protected void Note(string problem) => Problem ??= problem;
}
