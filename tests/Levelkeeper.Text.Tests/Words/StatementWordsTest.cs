using Levelkeeper.Core.Availability;
using Levelkeeper.Core.Evaluation;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;

namespace Levelkeeper.Text.Tests.Words;

/// <summary>A statement has words for everything that can stand on it.</summary>
public class StatementWordsTest
{
    public static TheoryData<string, Type> Families => new(
        ("step", typeof(AmountStepKind)), ("state", typeof(OwedState)), ("short", typeof(OwedState)), ("standing", typeof(LineStanding)), ("kind", typeof(StatementLineKind)), ("payment", typeof(PaymentKind)),
        ("verdict", typeof(Verdict)), ("claim", typeof(ExclusionStatus)), ("event", typeof(OwedEventKind)), ("rounding", typeof(MoneyRounding)));

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_member_has_its_words_in_every_language(string family, Type members)
    {
        ArgumentNullException.ThrowIfNull(members);
        foreach (var language in TextLanguage.All)
            Enum.GetNames(members).Where(m => !Phrasebook.Of(language).Has($"{family}.{m}")).ShouldBeEmpty($"{family} in {language}");
    }

    /// <summary>Two states that read alike could not be told apart on paper.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void No_two_members_have_the_same_words(string family, Type members)
    {
        ArgumentNullException.ThrowIfNull(members);
        foreach (var language in TextLanguage.All)
            Enum.GetNames(members).GroupBy(m => Phrasebook.Of(language).Template($"{family}.{m}")).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty($"{family} in {language}");
    }
}
