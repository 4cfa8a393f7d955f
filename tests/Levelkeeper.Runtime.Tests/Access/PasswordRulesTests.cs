using Levelkeeper.Runtime.Access;

namespace Levelkeeper.Runtime.Tests.Access;

/// <summary>Which passwords are taken.</summary>
public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("kanapka z serem")]
    [InlineData("gvq7 tm2x k9fd")]
    [InlineData("только длина важна")]
    [InlineData("الجو جميل في تموز")]
    [InlineData("🚲🌧️🧀🎻🐙🌋🥁🧊🛶🎲🪴🧭")]
    [InlineData("password-of-my-cat-Tom")]
    [InlineData("            x y z q w v")]
    public void Length_is_enough_whatever_the_characters(string password) => PasswordRules.Check(password).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("gvq7tm2xk9f")]
    [InlineData("🚲🌧️🧀🎻🐙🌋🥁🧊🛶🎲🪴")]
    public void Fewer_than_twelve_characters_are_too_few(string password) => PasswordRules.Check(password).ShouldBe(PasswordFault.TooShort);

    [Fact]
    public void A_sentence_of_128_characters_is_taken_and_one_more_is_not()
    {
        var sentence = string.Concat(Enumerable.Range(0, 128).Select(static i => (char)('a' + i * i % 23)));
        PasswordRules.Check(sentence).ShouldBeNull();
        PasswordRules.Check(sentence + "z").ShouldBe(PasswordFault.TooLong);
        PasswordRules.MayBe(sentence + "z").ShouldBeFalse();
        PasswordRules.MayBe(new string('\u0301', 5000)).ShouldBeFalse();
    }

    [Fact]
    public void Half_a_character_is_no_text() => PasswordRules.Check("gvq7 tm2x k9fd \ud83d").ShouldBe(PasswordFault.TooLong);

    [Theory]
    [InlineData("123456789012")]
    [InlineData("1234567890123")]
    [InlineData("password1234")]
    [InlineData("Password123!")]
    [InlineData("passwordpassword")]
    [InlineData("P@ssw0rd2024!")]
    [InlineData("qwertyuiop12")]
    [InlineData("qwertyuiop[]")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("kotkotkotkot")]
    [InlineData("Summer2026!!")]
    [InlineData("iloveyou1234")]
    [InlineData("администратор2026", "администратор")]
    [InlineData("Levelkeeper-2026", "Levelkeeper")]
    [InlineData("maria.nowak.1990", "maria.nowak")]
    [InlineData("nowak@example.org", "maria", "nowak@example.org")]
    public void What_everybody_tries_first_is_refused(string password, params string[] own) => PasswordRules.Check(password, own).ShouldBe(PasswordFault.TooCommon);

    [Fact]
    public void A_name_of_two_letters_takes_nothing_out() => PasswordRules.Check("gv gv7 tmk9fd", "gv").ShouldBeNull();
}
