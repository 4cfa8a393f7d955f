using System.Collections.Frozen;

namespace Levelkeeper.Runtime.Access;

/// <summary>What passwords are made of that everybody tries first: the passwords used most, and the words, names, rows of keys and years that most others are put together from.</summary>
internal static class CommonWords
{
    /// <summary>The shortest of them.</summary>
    public const int Shortest = 3;

    /// <summary>In lower case.</summary>
    public static readonly FrozenSet<string> All = Rows().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The longest of them.</summary>
    public static readonly int Longest = All.Max(static w => w.Length);

    private const string Words = """
        password passwort passw0rd p@ssword p@ssw0rd pa55word pass word parola haslo hasło пароль secret geheim tajne letmein openme opensesame welcome willkommen witaj changeme change default
        admin administrator root user guest test tester testing demo login logon signin access system server service support manager master operator office company business internet computer laptop
        account customer provider agreement helpdesk monitoring oracle cisco windows microsoft google apple android samsung facebook instagram linkedin youtube amazon netflix adobe photoshop
        qwerty qwertz azerty qwertyuiop qwertyui qwerasdf asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx qazwsxedc 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx qwe asd zxc poiuy lkjhg mnbvc йцукен фывапр
        123 1234 12345 123456 1234567 12345678 123456789 1234567890 0123456789 123123 123321 112233 121212 123654 147258 159753 159357 789456 987654 987654321 9876543210 654321 54321 4321 321 696969 101010
        abc abcd abcde abcdef abcdefg abcdefgh abc123 a1b2c3 xyz
        love iloveyou loveyou lovely forever sunshine princess prince monkey dragon shadow superman batman spiderman starwars pokemon naruto football baseball basketball hockey soccer golf tennis
        michael jordan jennifer jessica ashley michelle daniel thomas andrew robert charlie george matthew joshua anthony william maria anna katarzyna agnieszka piotr marcin natasha natalia sergey alexander
        mohamed mohammed ahmed fatima hello hola bonjour privet whatever trustno1 nothing killer hunter ranger soldier warrior phoenix eagle tiger lion panther mustang ferrari porsche mercedes harley yamaha honda toyota
        summer winter spring autumn lato zima january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday
        london paris berlin warsaw warszawa krakow moscow moskva cairo america poland polska germany england russia chelsea arsenal liverpool barcelona juventus
        flower cookie pepper ginger chocolate banana orange cheese coffee biteme freedom heaven angel jesus god money lucky happy smile hottie baby mother father family friend friends purple silver golden diamond
        computer1 matrix cowboy merlin maverick corvette scooter buster tigger snoopy maggie bailey chester coconut mickey minnie donald
        """;

    private static IEnumerable<string> Rows()
    {
        foreach (var word in Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            yield return word;
        // Years that people were born in, or live in.
        for (var year = 1940; year <= 2049; year++)
            yield return year.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
