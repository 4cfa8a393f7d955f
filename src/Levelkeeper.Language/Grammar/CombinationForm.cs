using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;

namespace Levelkeeper.Language.Grammar;

/// <summary>How components make up a service, as people write it: <c>edge and (web-1 or web-2)</c>, <c>db and 2 of (a, b, c)</c>.</summary>
/// <remarks><c>and</c> is series: the service works while all parts do. <c>or</c> is parallel: while any does. <c>and</c> binds closer than <c>or</c>.</remarks>
public static class CombinationForm
{
    /// <summary>The longest rule that is read.</summary>
    public const int Longest = 2_000;

    /// <summary>Reads a rule over components. Each component of the service must stand in it: facts about one that does not would count for nothing.</summary>
    /// <returns>The rule; or null and what is wrong with it.</returns>
    public static (ComponentRule? Rule, string? Problem) Parse(string text, ImmutableArray<string> components)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Longest)
            return (null, $"it is longer than {Longest} characters");
        var reader = new Reader(Words(text), components);
        var rule = reader.Parallel();
        if (rule is null || reader.Rest is not null)
            return (null, reader.Problem ?? $"{Diagnostic.Quote(reader.Rest)} is not expected there");
        var missing = components.FirstOrDefault(c => !rule.Components.Contains(c));
        return missing is null ? (rule, null) : (null, $"the component {Diagnostic.Quote(missing)} is not in it");
    }

    private static List<string> Words(string text)
    {
        foreach (var sign in (ReadOnlySpan<string>)["(", ")", ","])
            text = text.Replace(sign, $" {sign} ", StringComparison.Ordinal);
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    private sealed class Reader(List<string> words, ImmutableArray<string> components) : WordReader(words)
    {
        public ComponentRule? Parallel() => Joined("or", Series, parts => new ComponentRule.AtLeast(1, parts));

        private ComponentRule? Series() => Joined("and", Part, parts => new ComponentRule.AtLeast(parts.Length, parts));

        private ComponentRule? Joined(string word, Func<ComponentRule?> part, Func<ImmutableArray<ComponentRule>, ComponentRule> join)
        {
            var parts = ImmutableArray.CreateBuilder<ComponentRule>();
            do
            {
                if (part() is not { } one)
                    return null;
                parts.Add(one);
            }
            while (Take(word));
            return parts.Count == 1 ? parts[0] : join(parts.DrainToImmutable());
        }

        private ComponentRule? Part()
        {
            if (Take("("))
                return Parallel() is { } inner && Expect(")") ? inner : null;
            if (Rest is { } word && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var needed) && Ahead(1) == "of")
            {
                Skip(2);
                return Some(needed);
            }

            if (Rest is not { } name)
                return Fail("it ends too early");
            if (!components.Contains(name))
                return Fail($"there is no component {Diagnostic.Quote(name)}");
            Skip();
            return new ComponentRule.Component(name);
        }

        private ComponentRule? Some(int needed)
        {
            if (!Expect("("))
                return null;
            var parts = ImmutableArray.CreateBuilder<ComponentRule>();
            do
            {
                if (Parallel() is not { } part)
                    return null;
                parts.Add(part);
            }
            while (Take(","));
            if (!Expect(")"))
                return null;
            return needed >= 1 && needed <= parts.Count ? new ComponentRule.AtLeast(needed, parts.DrainToImmutable()) : Fail($"{needed} of {parts.Count} cannot be");
        }

        private ComponentRule? Fail(string problem)
        {
            Note(problem);
            return null;
        }
    }
}
