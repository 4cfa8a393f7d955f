using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using HandlebarsDotNet;
using Levelkeeper.Text.Notifications;

namespace Levelkeeper.Connectors.Channels.Templates;

/// <summary>A template of somebody's own, in the part of Handlebars that always ends: <c>{{name}}</c>, <c>{{#if name}}</c>, <c>{{#unless name}}</c>, <c>{{else}}</c>.</summary>
/// <remarks>No loops, partials, helpers and unescaped values: with them a template could run for ever or let a ticket's title become markup.</remarks>
internal sealed partial class OwnTemplate
{
    /// <summary>The longest template, in UTF-16 units.</summary>
    public const int LongestTemplate = 16 * 1024;

    /// <summary>The longest result, in UTF-16 units.</summary>
    public const int LongestResult = 64 * 1024;

    private const int DeepestBlocks = 8;

    private static readonly IHandlebars ForText = Handlebars.Create(new HandlebarsConfiguration { NoEscape = true, ThrowOnUnresolvedBindingExpression = true });
    private static readonly IHandlebars ForHtml = Handlebars.Create(new HandlebarsConfiguration { TextEncoder = new HtmlEncoder(), ThrowOnUnresolvedBindingExpression = true });

    private readonly HandlebarsTemplate<object, object>? _template;

    private OwnTemplate(HandlebarsTemplate<object, object>? template, string problem) => (_template, Problem) = (template, problem);

    /// <summary>What is wrong with it, on one line; empty where nothing is.</summary>
    public string Problem { get; }

    /// <summary>In which line that is, from 1.</summary>
    public int Line => Problem.StartsWith("line ", StringComparison.Ordinal) ? int.Parse(Problem.AsSpan(5, Problem.IndexOf(':') - 5), CultureInfo.InvariantCulture) : 1;

    public static OwnTemplate Read(string source, bool isHtml, ImmutableHashSet<string> names)
    {
        if (ProblemOf(source, names) is { } problem)
            return new OwnTemplate(null, problem);
        try
        {
            return new OwnTemplate((isHtml ? ForHtml : ForText).Compile(source), "");
        }
        catch (HandlebarsException fault)
        {
            return new OwnTemplate(null, NotificationWriter.Line(fault.Message, 200));
        }
    }

    /// <summary>The result.</summary>
    /// <returns>Null where it would be too long or the template has a problem.</returns>
    public string? Write(IReadOnlyDictionary<string, object> values)
    {
        try
        {
            return _template?.Invoke(values) is { Length: <= LongestResult } text ? text : null;
        }
        catch (HandlebarsException)
        {
            return null;
        }
    }

    private static string? ProblemOf(string source, ImmutableHashSet<string> names)
    {
        if (source.Length > LongestTemplate)
            return $"it is longer than {LongestTemplate} signs";
        var blocks = new Stack<string>();
        for (var at = source.IndexOf("{{", StringComparison.Ordinal); at >= 0;)
        {
            var line = 1 + source.AsSpan(0, at).Count('\n');
            // A backslash before a tag makes Handlebars read another one.
            if (Tag().Match(source, at) is not { Success: true } tag || at > 0 && source[at - 1] == '\\')
                return $"line {line}: this is none of {{{{name}}}}, {{{{#if name}}}}, {{{{#unless name}}}}, {{{{else}}}} and their ends";
            if (tag.Groups["name"] is { Success: true, Value: var name } && !names.Contains(name))
                return $"line {line}: there is no '{name}'; there are {string.Join(", ", names.Order(StringComparer.Ordinal))}";
            if (tag.Groups["open"] is { Success: true, Value: var open })
                blocks.Push(open);
            if (tag.Groups["close"] is { Success: true, Value: var close } && (!blocks.TryPop(out var opened) || opened != close))
                return $"line {line}: nothing is open that {{{{/{close}}}}} would end";
            if (tag.Groups["else"].Success && blocks.Count == 0)
                return $"line {line}: {{{{else}}}} stands outside of a block";
            if (blocks.Count > DeepestBlocks)
                return $"line {line}: blocks are more than {DeepestBlocks} deep";
            at = source.IndexOf("{{", at + tag.Length, StringComparison.Ordinal);
        }

        return blocks.Count > 0 ? $"{{{{#{blocks.Peek()}}}}} is not ended" : null;
    }

    [GeneratedRegex(@"\G\{\{(?:(?<else>else)|#(?<open>if|unless) +(?<name>[a-z_]+)|/(?<close>if|unless)| ?(?<name>[a-z_]+) ?)\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
