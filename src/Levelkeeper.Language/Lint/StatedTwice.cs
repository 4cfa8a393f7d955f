using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Yaml;

namespace Levelkeeper.Language.Lint;

/// <summary>LK1703: a target is stated as a percentage and as a length of time, and nobody said which prevails.</summary>
internal static class StatedTwice
{
    public static void Ask(SectionReader reader, StatedAgain again, ImmutableArray<decimal> agreeing)
    {
        var when = agreeing.IsEmpty
            ? $"the two agree for no length of a {again.Per}"
            : $"the two agree for a {again.Per} of {string.Join(" or ", agreeing.Select(d => d.ToString("0.####", CultureInfo.InvariantCulture)))} days";
        reader.Warning("LK1703", "target", $"The target is stated twice, as a percentage and as {again}: {when}.", "say which counts: 'stated-twice: the percentage prevails' or 'stated-twice: the time prevails'");
    }
}
