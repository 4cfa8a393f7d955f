using System.Collections.Immutable;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Language.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Levelkeeper.Language.Formatting;

/// <summary>The comments of a file, each with what it stands at: above an entry or an item, behind it, or below the last one of a section.</summary>
internal sealed class Remarks
{
    private readonly Dictionary<object, List<string>> _above = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, List<string>> _behind = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, List<string>> _below = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, int> _firstAbove = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _afterBlank = new(ReferenceEqualityComparer.Instance);

    private Remarks()
    {
    }

    /// <summary>No comments.</summary>
    public static Remarks None { get; } = new();

    /// <summary>What stands above the first key and apart from it.</summary>
    public ImmutableArray<string> Head { get; private set; } = [];

    /// <summary>The lines above an entry or an item; an empty one separates two remarks.</summary>
    public IReadOnlyList<string> Above(object part) => _above.GetValueOrDefault(part) ?? [];

    /// <summary>What stands behind it on its line.</summary>
    public IReadOnlyList<string> Behind(object part) => _behind.GetValueOrDefault(part) ?? [];

    /// <summary>What stands below the last entry or item of a collection, indented like it.</summary>
    public IReadOnlyList<string> Below(object collection) => _below.GetValueOrDefault(collection) ?? [];

    /// <summary>Whether an empty line stood before it.</summary>
    public bool IsAfterBlank(object part) => _afterBlank.Contains(part);

    /// <summary>Whether any remark stands within a value, so that it cannot be written on one line.</summary>
    public bool IsWithin(YamlNode value) => _below.ContainsKey(value) || value switch
    {
        YamlNode.Mapping mapping => mapping.Entries.Any(e => Has(e) || IsWithin(e.Value)),
        YamlNode.Sequence list => list.Items.Any(i => Has(i) || IsWithin(i)),
        _ => false,
    };

    private bool Has(object part) => _above.ContainsKey(part) || _behind.ContainsKey(part);

    /// <summary>A part takes the place of another one, and its comments.</summary>
    public void Move(object from, object to)
    {
        foreach (var at in new[] { _above, _behind, _below })
        {
            if (at.Remove(from, out var list))
                at[to] = list;
        }

        if (_afterBlank.Remove(from))
            _afterBlank.Add(to);
    }

    /// <summary>Finds the comments of a text that has been read.</summary>
    /// <param name="text">The text, with line feeds and without a byte order mark.</param>
    /// <param name="root">What was read from it.</param>
    public static Remarks Of(string text, YamlNode.Mapping root)
    {
        var lines = text.Split('\n');
        var anchors = new List<Anchor>();
        Collect(root, root, null, anchors);
        var remarks = new Remarks();
        var comments = Comments(text, lines);
        var own = comments.Where(c => c.IsOwn).Select(c => c.Line).ToHashSet();
        foreach (var comment in comments)
            remarks.Attach(comment, anchors, lines, root);
        remarks.FindHead(anchors, lines, own);
        foreach (var anchor in anchors.DistinctBy(a => a.Place.Line))
        {
            // Before what stands above it, where something does.
            var line = remarks._firstAbove.GetValueOrDefault(anchor.Part, anchor.Place.Line) - 1;
            if (line >= 1 && IsBlank(lines[line - 1]))
                remarks._afterBlank.Add(anchor.Part);
        }

        return remarks;
    }

    /// <summary>How many comments there are, to see that none is lost.</summary>
    public static int Count(string text) => Comments(text, text.Split('\n')).Count;

    private static List<Comment> Comments(string text, string[] lines)
    {
        var comments = new List<Comment>();
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is not YamlDotNet.Core.Tokens.Comment comment)
                continue;
            var (line, column) = ((int)comment.Start.Line, (int)comment.Start.Column);
            var whole = lines[line - 1];
            comments.Add(new Comment(line, column, whole[(column - 1)..].TrimEnd(), IsBlank(whole[..(column - 1)])));
        }

        return comments;
    }

    private static bool IsBlank(string line) => line.AsSpan().Trim().IsEmpty;

    /// <summary>The parts in the order of the file, each with the collections around it.</summary>
    private static void Collect(YamlNode node, object? owner, Anchor? around, List<Anchor> anchors)
    {
        switch (node)
        {
            case YamlNode.Mapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    var anchor = new Anchor(entry, entry.Place, mapping, mapping.InBraces, entry.Place.Column, around);
                    anchors.Add(anchor);
                    Collect(entry.Value, entry, anchor, anchors);
                }

                break;
            case YamlNode.Sequence list:
                foreach (var item in list.Items)
                {
                    // The dash stands before the item; how far is the writer's choice, so anything from the parent's own column on is the list's.
                    var anchor = new Anchor(item, item.Place, list, list.InBrackets, (around?.Column ?? 0) + (list.InBrackets ? 0 : 1), around);
                    anchors.Add(anchor);
                    Collect(item, item, anchor, anchors);
                }

                break;
            default:
                break;
        }
    }

    private void Attach(Comment comment, List<Anchor> anchors, string[] lines, YamlNode.Mapping root)
    {
        if (!comment.IsOwn)
        {
            Add(_behind, Behind(comment, anchors)?.Part ?? root, comment.Text);
            return;
        }

        var next = anchors.FirstOrDefault(a => a.Place.Line > comment.Line);
        var before = anchors.LastOrDefault(a => a.Place.Line < comment.Line);
        if (next is not null && (next.InFlow || before is null || comment.Column <= next.Column || Around(before, comment) is not { } closed || IsWithin(next, closed)))
        {
            _firstAbove.TryAdd(next.Part, comment.Line);
            Separate(_above, next.Part, comment, lines);
            Add(_above, next.Part, comment.Text);
            return;
        }

        var collection = before is null ? root : Around(before, comment) ?? root;
        Separate(_below, collection, comment, lines);
        Add(_below, collection, comment.Text);
    }

    /// <summary>A comment that followed an empty line and other comments of the same part stays apart from them.</summary>
    private static void Separate(Dictionary<object, List<string>> at, object part, Comment comment, string[] lines)
    {
        if (at.ContainsKey(part) && comment.Line > 1 && IsBlank(lines[comment.Line - 2]))
            Add(at, part, "");
    }

    /// <summary>The part whose line a comment ends: the innermost that starts there, but not what stands in braces that start there too.</summary>
    private static Anchor? Behind(Comment comment, List<Anchor> anchors)
    {
        var before = anchors.Where(a => a.Place.Line < comment.Line || (a.Place.Line == comment.Line && a.Place.Column < comment.Column)).ToList();
        if (before.Count == 0)
            return null;
        var line = before[^1].Place.Line;
        var anchor = before[^1];
        while (anchor.InFlow && anchor.Around is { } around && around.Place.Line == line)
            anchor = around;
        return anchor;
    }

    /// <summary>The innermost collection before a comment that its column allows; null for the document.</summary>
    private static object? Around(Anchor before, Comment comment)
    {
        for (var anchor = before; anchor is not null; anchor = anchor.Around)
        {
            if (!anchor.InFlow && anchor.Column <= comment.Column)
                return anchor.Collection;
        }

        return null;
    }

    private static bool IsWithin(Anchor anchor, object collection)
    {
        for (var around = anchor; around is not null; around = around.Around)
        {
            if (ReferenceEquals(around.Collection, collection))
                return true;
        }

        return false;
    }

    /// <summary>What stands at the top and is followed by an empty line is about the file, not about its first key.</summary>
    private void FindHead(List<Anchor> anchors, string[] lines, HashSet<int> own)
    {
        if (anchors is not [var first, ..] || !_above.TryGetValue(first.Part, out var above))
            return;
        var line = first.Place.Line - 1;
        var near = 0;
        while (own.Contains(line))
        {
            line--;
            near++;
        }

        if (line < 1 || near == above.Count)
            return;
        var head = above.Take(above.Count - near).ToList();
        while (head is [.., ""])
            head.RemoveAt(head.Count - 1);
        Head = [.. head];
        if (near == 0)
            _above.Remove(first.Part);
        else
            _above[first.Part] = [.. above.Skip(above.Count - near)];
    }

    private static void Add(Dictionary<object, List<string>> at, object part, string text)
    {
        if (!at.TryGetValue(part, out var list))
            at[part] = list = [];
        list.Add(text);
    }

    private sealed record Comment(int Line, int Column, string Text, bool IsOwn);

    /// <summary>An entry or an item.</summary>
    /// <param name="Part">It.</param>
    /// <param name="Place">Where it starts.</param>
    /// <param name="Collection">The collection that it is in.</param>
    /// <param name="InFlow">Whether that stands in braces or brackets.</param>
    /// <param name="Column">The smallest column of a comment that belongs to that collection.</param>
    /// <param name="Around">What the collection is the value of; null at the top.</param>
    private sealed record Anchor(object Part, Place Place, object Collection, bool InFlow, int Column, Anchor? Around);
}
