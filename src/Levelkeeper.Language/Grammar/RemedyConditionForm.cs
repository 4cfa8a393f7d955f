using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Periods;
using Levelkeeper.Core.Remedies;

namespace Levelkeeper.Language.Grammar;

/// <summary>
/// When a remedy arises, as people write it: <c>uptime is missed</c>, <c>uptime below 95 %</c>, <c>uptime is missed in 3 of 6 months</c>,
/// <c>average of uptime over 3 months below 99 %</c>, <c>cap of credit is reached</c>, <c>commitment iso lapses</c>; joined by <c>and</c>, <c>or</c> and parentheses.
/// </summary>
/// <remarks><c>and</c> binds closer than <c>or</c>. A condition reads results and changes nothing.</remarks>
public static class RemedyConditionForm
{
    /// <summary>The longest condition that is read.</summary>
    public const int Longest = 1_000;

    /// <summary>The deepest nesting.</summary>
    private const int MostParentheses = 10;

    /// <summary>The longest history that is looked at.</summary>
    private const int MostPeriods = 120;

    private static readonly Dictionary<string, CalendarUnit?> Periods = new(StringComparer.Ordinal)
    {
        ["periods"] = null,
        ["days"] = CalendarUnit.Day,
        ["weeks"] = CalendarUnit.Week,
        ["months"] = CalendarUnit.Month,
        ["quarters"] = CalendarUnit.Quarter,
        ["years"] = CalendarUnit.Year,
    };

    private static readonly (string Words, LevelComparison Meaning)[] Comparisons =
    [
        ("at least", LevelComparison.AtLeast), ("at most", LevelComparison.AtMost), ("more than", LevelComparison.MoreThan), ("less than", LevelComparison.LessThan),
        ("below", LevelComparison.LessThan), ("under", LevelComparison.LessThan), ("above", LevelComparison.MoreThan), ("over", LevelComparison.MoreThan),
    ];

    /// <summary>Reads a condition.</summary>
    /// <returns>The condition; or null and what is wrong with it.</returns>
    public static (RemedyCondition? Condition, string? Problem) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > Longest)
            return (null, $"it is longer than {Longest} characters");
        var words = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var reader = new Reader(words);
        var condition = reader.Any(0);
        return condition is null || reader.Rest is not null ? (null, reader.Problem ?? $"{Diagnostic.Quote(reader.Rest)} is not expected there") : (condition, null);
    }

    private sealed class Reader(string[] words) : WordReader(words)
    {
        public RemedyCondition? Any(int depth) => Joined("or", () => All(depth), parts => new RemedyCondition.Any(parts));

        private RemedyCondition? All(int depth) => Joined("and", () => One(depth), parts => new RemedyCondition.All(parts));

        private RemedyCondition? Joined(string word, Func<RemedyCondition?> part, Func<ImmutableArray<RemedyCondition>, RemedyCondition> join)
        {
            var parts = ImmutableArray.CreateBuilder<RemedyCondition>();
            do
            {
                if (part() is not { } one)
                    return null;
                parts.Add(one);
            }
            while (Take(word));
            return parts.Count == 1 ? parts[0] : join(parts.DrainToImmutable());
        }

        private RemedyCondition? One(int depth)
        {
            if (Take("("))
            {
                if (depth >= MostParentheses)
                    return Fail("the parentheses are nested too deep");
                return Any(depth + 1) is { } inner && Expect(")") ? History(inner) : null;
            }

            if (Take("average"))
                return Expect("of") && Name() is { } averaged ? Average(averaged) : null;
            if (Take("cap"))
                return Expect("of") && Name() is { } remedy && Expect("is") && Expect("reached") ? History(new RemedyCondition.CapReached(remedy)) : null;
            if (Take("commitment"))
                return Name() is { } commitment && Expect("lapses") ? new RemedyCondition.Lapsed(commitment) : null;
            if (Name() is not { } objective)
                return null;
            if (Take("is"))
            {
                ObjectiveOutcome? outcome = Take("missed") ? ObjectiveOutcome.Missed : Take("exceeded") ? ObjectiveOutcome.Exceeded : Take("met") ? ObjectiveOutcome.Met : null;
                return outcome is { } has ? History(new RemedyCondition.Has(objective, has)) : Fail("after 'is' comes 'missed', 'met' or 'exceeded'");
            }

            return Limit() is { } limit ? History(new RemedyCondition.Level(objective, limit.Bound, limit.Limit, limit.Kind)) : null;
        }

        private RemedyCondition? Average(string objective)
        {
            if (!Expect("over") || Number(2) is not { } periods || Rest is not { } word || !Periods.TryGetValue(word, out var unit))
                return Fail("an average is 'average of uptime over 3 months below 99 %'");
            Skip();
            return Limit() is { } limit ? new RemedyCondition.Average(objective, periods, limit.Bound, limit.Limit, limit.Kind) { Over = unit } : null;
        }

        /// <summary>A comparison with its limit, by the same words as a target.</summary>
        private TargetForm? Limit()
        {
            foreach (var (phrase, meaning) in Comparisons)
            {
                var parts = phrase.Split(' ');
                if (!parts.Select((part, i) => Ahead(i) == part).All(fits => fits))
                    continue;
                Skip(parts.Length);
                var limit = new List<string>();
                while (Rest is { } word && word is not ("and" or "or" or "in" or ")" or "("))
                {
                    limit.Add(word);
                    Skip();
                }

                var (target, problem) = TargetForm.Parse($"at least {string.Join(' ', limit)}");
                if (target is not { SmallestVolume: 0, Again: null })
                    return FailLimit(problem ?? "a limit is a level with its unit");
                return target with { Bound = meaning };
            }

            return FailLimit("after an objective comes 'is missed', 'is exceeded', or a comparison such as 'below 95 %'");
        }

        private RemedyCondition? History(RemedyCondition of)
        {
            if (Rest is { } first && char.IsAsciiDigit(first[0]) && Number(1) is { } often)
                return Expect("times") && Expect("in") && Span() is { } span && (span.Unit is not null || Fits(often, span.Count)) ? new RemedyCondition.OverHistory(of, often, span.Count, span.Unit, false) { CountsEach = true } : Again();
            if (!Take("in"))
                return of;
            if (Number(1) is not { } times)
                return Again();
            if (Take("consecutive"))
                return Unit() is { } unit ? new RemedyCondition.OverHistory(of, times, times, unit.Of, true) : Again();
            return Expect("of") && Span() is { } all && Fits(times, all.Count) ? new RemedyCondition.OverHistory(of, times, all.Count, all.Unit, false) : Again();

            RemedyCondition? Again() => Fail("over a history it is 'in 3 of 6 months', 'in 2 consecutive months' or '3 times in 12 months'");
        }

        private bool Fits(int times, int periods)
        {
            if (times <= periods)
                return true;
            Fail($"{times} of {periods} cannot be");
            return false;
        }

        private (int Count, CalendarUnit? Unit)? Span() => Number(1) is { } count && Unit() is { } unit ? (count, unit.Of) : null;

        private (CalendarUnit? Of, bool Known)? Unit()
        {
            if (Rest is not { } word || !Periods.TryGetValue(word, out var unit))
                return null;
            Skip();
            return (unit, true);
        }

        private int? Number(int smallest)
        {
            if (Rest is not { } word || !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < smallest || number > MostPeriods)
            {
                Fail($"{(Rest is null ? "it ends too early" : Diagnostic.Quote(Rest) + $" is not a number from {smallest} to {MostPeriods}")}");
                return null;
            }

            Skip();
            return number;
        }

        private string? Name()
        {
            if (Rest is not { } name || name is "(" or ")" or "and" or "or" or "is" or "in")
            {
                Fail(Rest is null ? "it ends too early" : $"{Diagnostic.Quote(Rest)} stands where a name is expected");
                return null;
            }

            Skip();
            return name;
        }

        private RemedyCondition? Fail(string problem)
        {
            Note(problem);
            return null;
        }

        private TargetForm? FailLimit(string problem)
        {
            Note(problem);
            return null;
        }
    }
}
