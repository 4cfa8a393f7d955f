using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Time;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Text.Tests.Forms;

/// <summary>Numbers, money, dates and lengths of time as each language writes them. N is a no-break space, [ and ] the isolates around signs read from left to right.</summary>
public class ValueFormsTest
{
    private static ValueForms In(string code) => new(Phrasebook.Of(TextLanguage.Of(code)!));

    private static string Seen(string text) => text.Replace('\u00A0', 'N').Replace('\u2066', '[').Replace('\u2069', ']').Replace('\u2068', '(');

    [Theory]
    [InlineData("en", "4,000", "1,234,567.5", "99.95%", "PLNN10,000.00")]
    [InlineData("pl", "4000", "1N234N567,5", "99,95%", "10N000,00NPLN")]
    [InlineData("ru", "4N000", "1N234N567,5", "99,95N%", "10N000,00NPLN")]
    [InlineData("ar", "4,000", "1,234,567.5", "99.95%", "[10,000.00NPLN]")]
    public void Numbers_are_grouped_as_the_language_does(string code, string thousands, string millions, string percent, string money)
    {
        var forms = In(code);
        Seen(forms.Number(4000m)).ShouldBe(thousands);
        Seen(forms.Number(1234567.50m)).ShouldBe(millions);
        Seen(forms.Percent(new Rational(9995, 10000))).ShouldBe(percent);
        Seen(forms.Money(10000m, "PLN")).ShouldBe(money);
    }

    [Fact]
    public void No_digit_is_lost_and_none_is_made_up()
    {
        In("en").Percent(new Rational(99_99999, 100_00000)).ShouldBe("99.99999%");
        In("en").Percent(new Rational(1, 3)).ShouldBe("100/3%");
        In("en").Number(0.0000000000000000000000000001m).ShouldBe("0.0000000000000000000000000001");
        Seen(In("en").Money(0.125m, "EUR")).ShouldBe("EURN0.125");
    }

    /// <summary>The sign is no digit: it makes no group of its own.</summary>
    [Fact]
    public void What_is_below_nothing_has_a_minus_before_its_digits()
    {
        Seen(In("en").Money(-123m, "EUR")).ShouldBe("EURN−123.00");
        Seen(In("ar").Money(-1234.5m, "EUR")).ShouldBe("[[−1,234.50]NEUR]");
        Seen(In("ar").Number(-1.85m)).ShouldBe("[−1.85]");
        In("pl").Number(-0.5m).ShouldBe("−0,5");
    }

    [Theory]
    [InlineData("JPY", "500")]
    [InlineData("EUR", "500.00")]
    [InlineData("KWD", "500.000")]
    public void Money_has_at_least_the_decimals_of_its_minor_unit(string currency, string amount) => Seen(In("en").Money(500m, currency)).ShouldBe($"{currency}N{amount}");

    [Theory]
    [InlineData("en", "31 January 2026")]
    [InlineData("pl", "31 stycznia 2026 r.")]
    [InlineData("ru", "31 января 2026 г.")]
    [InlineData("ar", "31 يناير 2026")]
    public void Dates_name_the_month(string code, string date) => In(code).Date(new LocalDate(2026, 1, 31)).ShouldBe(date);

    [Theory]
    [InlineData("en", "1 hour 30 minutes", "2 business days", "12 months", "1 month and 21 days")]
    [InlineData("pl", "1 godzina 30 minut", "2 dni robocze", "12 miesięcy", "1 miesiąc i 21 dni")]
    [InlineData("ru", "1 час 30 минут", "2 рабочих дня", "12 месяцев", "1 месяц и 21 день")]
    [InlineData("ar", "ساعة واحدة و30 دقيقة", "يوما عمل", "12 شهرًا", "شهر واحد و21 يومًا")]
    public void Lengths_of_time_agree_with_their_numbers(string code, string elapsed, string business, string months, string both)
    {
        var forms = In(code);
        forms.Time(new TimeAmount.Elapsed(Duration.FromMinutes(90))).ShouldBe(elapsed);
        forms.Time(new TimeAmount.BusinessDays(2)).ShouldBe(business);
        forms.Time(new TimeAmount.CalendarUnits(12, 0)).ShouldBe(months);
        forms.Time(new TimeAmount.CalendarUnits(1, 21)).ShouldBe(both);
    }

    [Fact]
    public void Fractions_of_a_millisecond_take_the_form_of_a_fraction()
    {
        In("pl").Time(Duration.FromTicks(15_000)).ShouldBe("1,5 milisekundy");
        In("ru").Time(Duration.FromTicks(15_000)).ShouldBe("1,5 миллисекунды");
    }

    [Fact]
    public void A_foreign_name_cannot_turn_what_stands_around_it()
    {
        Seen(In("ar").Name("Acme Inc.")).ShouldBe("(Acme Inc.]");
        Seen(In("ar").Name("+48 22 000")).ShouldBe("[+48 22 000]");
        Seen(In("en").Name("Acme Inc.")).ShouldBe("Acme Inc.");
        Seen(In("en").Name("شركة")).ShouldBe("(شركة]");
        // A right-to-left override inside a name would reverse the text after it.
        In("en").Name("Acme\u202E99").ShouldBe("Acme99");
        Seen(In("ar").Hours("08:00", "18:00")).ShouldBe("[08:00–18:00]");
    }
}
