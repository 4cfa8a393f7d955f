using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Time;
using Levelkeeper.Language.Grammar;
using Levelkeeper.Language.Yaml;
using NodaTime;

namespace Levelkeeper.Language.Vocabulary;

/// <summary>The forms of text that keys take, each described once.</summary>
internal static class Forms
{
    public static readonly ValueShape Name = Form("a name", "^[A-Za-z0-9][A-Za-z0-9._-]*$", ProblemOfName, "shop");
    public static readonly ValueShape FreeText = Form("a text", null, null);
    public static readonly ValueShape Date = Form("a date", @"^\d{4}-\d{2}-\d{2}$", t => SectionReader.DateFrom(t) is null ? "dates are written year-month-day, for example 2026-01-31" : null, "2026-01-01");
    public static readonly ValueShape Zone = Form("an IANA time zone", null, t => DateTimeZoneProviders.Tzdb.GetZoneOrNull(t) is null ? "there is no such zone" : null, "Europe/Warsaw", "UTC");
    public static readonly ValueShape Elapsed = Form("a length of elapsed time", null, ProblemOfElapsed, "30 min", "72 h");
    public static readonly ValueShape Time = Form("a length of time: elapsed, business days or calendar units", null, t => TimeAmountForm.Parse(t).Problem, "30 min", "2 business days", "1 month");
    public static readonly ValueShape Percent = Form("a percentage", @"^\d+(\.\d+)?\s*%$", t => PercentForm.Parse(t) is null ? "a percentage is from 0 % to 100 %" : null, "99.9 %");
    public static readonly ValueShape Money = Form("an amount of money", null, t => MoneyForm.Parse(t).Problem, "500.00", "500.00 EUR");
    public static readonly ValueShape FeeForm = Form("a fee", null, t => MoneyForm.ParseFee(t).Problem, "4000.00 per month", "5.00 per user per month", "200.00 once");
    public static readonly ValueShape MoneyOrPercent = Form("an amount of money or a percentage", null, t => MoneyForm.ParseCap(t).Problem, "500.00", "30 %", "the price of 30 days");
    public static readonly ValueShape Smallest = Form("an amount of money", null, t => MoneyForm.ParseSmallest(t).Problem, "5.00", "more than 1.00 USD");
    public static readonly ValueShape ClaimWindow = Form(
        "a length of time, from the period's end or from elsewhere, or a billing cycle", null, t => ClaimWindowForm.Parse(t).Problem,
        "30 days", "30 days after the incident", "24 h after becoming aware", "the end of the 2nd billing cycle after the incident");
    public static readonly ValueShape YearlyRate = Form("a yearly rate", null, t => MoneyForm.ParseYearlyRate(t).Problem, "8 % a year");
    public static readonly ValueShape Currency = Form("an ISO 4217 code", "^[A-Z]{3}$", t => MoneyForm.IsCode(t) ? null : "a currency's code is three capital letters", "EUR", "PLN");
    public static readonly ValueShape Country = Form("an ISO 3166-1 code of two letters", "^[A-Z]{2}$", t => t.Length == 2 && t.All(char.IsAsciiLetterUpper) ? null : "a country's code is two capital letters", "PL", "DE");
    public static readonly ValueShape VatId = Form("a VAT identification number with its country's prefix", "^[A-Z]{2}[0-9A-Z+*]{2,13}$", ProblemOfVatId, "PL5260001246", "DE123456789");
    public static readonly ValueShape Endpoint = Form("an electronic address: the scheme's code of the Peppol list, a colon, the identifier", @"^[0-9A-Z]{2,4}:\S+$", ProblemOfEndpoint, "9945:PL5260001246", "0088:7300010000001");
    public static readonly ValueShape Payout = Form(
        "a payment", null, t => PayoutForm.Parse(t, UnitCounting.ProRata).Problem,
        "10 %", "500.00", "50.00 per started hour", "5 % per hour beyond the target", "5 % per ticket", "2 % per 0.1 % missed", "10 times the price of the lost time", "the price of the lost time", "1 day free per hour", "the affected share");
    public static readonly ValueShape Edge = Form("an edge: a level, a length of time, a count, or days late", null, t => TierEdgeForm.Parse(t).Problem, "99.9 %", "43 min 12 s", "3", "10 days");
    public static readonly ValueShape Condition = Form(
        "a condition on objectives", null, t => RemedyConditionForm.Parse(t).Problem,
        "uptime is missed", "uptime below 95 %", "uptime is missed in 3 of 6 months", "average of uptime over 3 months below 99 %", "backups is missed and uptime is missed", "leads is exceeded");
    public static readonly ValueShape Right = Form("a right", null, t => EntitlementForm.Parse(t).Problem, "customer to terminate without fee, notice 30 days", "either to renegotiate");
    public static readonly ValueShape Settled = Form("when it is settled", null, t => SettlementForm.Parse(t).Problem, "next invoice", "within 15 days", "on request");
    public static readonly ValueShape Base = Form("what percentages are of", null, t => AmountBaseForm.Parse(t).Problem, "fee of shop", "fee of the agreement", "fee of the affected users", "price of delivery", "invoice", "what uptime-credit gave");
    public static readonly ValueShape Billing = Form("how often", null, t => BillingForm.Parse(t).Problem, "month in advance", "month in arrears", "quarter in advance", "year in advance");
    public static readonly ValueShape EscalationAt = Form(
        "a share of a clock or budget, a time before or after, or an event", null, t => EscalationPointForm.Parse(t).Problem, "50 % of budget", "burn alert", "projected breach", "80 % of clock", "30 min before due", "breach", "1 h after breach", "5 min before update", "missed update", "15 min after missed update");
    public static readonly ValueShape TimeInPeriod = Form("a length of elapsed time, with its period where it has one", null, t => TimeInPeriodForm.Parse(t).Problem, "4 h", "4 h per month");
    public static readonly ValueShape Unit = Form("a length of elapsed time", null, ProblemOfElapsed, "1 min");
    public static readonly ValueShape OutageLength = Form("a length of elapsed time, 'more than' one, or one within a span", null, t => OutageLengthForm.Parse(t).Problem, "15 min", "more than 3 min", "more than 1 h within 72 h");
    public static readonly ValueShape Window = Form("a weekday, or a span of weekdays, with hours", null, t => MaintenanceTimeForm.Parse(t).Problem, "Sun 02:00-04:00", "Mon-Fri 22:00-06:00");
    public static readonly ValueShape Recurrence = Form(
        "how often", null, t => RecurrenceForm.Parse(t) is null ? "for example 'week on fri', 'month on 15', 'quarter on last business day', 'once on 2026-03-01'" : null,
        "day", "2 days", "week on fri", "2 weeks on mon", "month on 15", "month on last business day", "quarter on last day", "year on 1", "once on 2026-03-01");
    public static readonly ValueShape Number = Form("a whole number", @"^\d+$", t => int.TryParse(t, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _) ? null : "it is not a whole number", "2");
    public static readonly ValueShape YesNo = Words("yes", "no");
    public static readonly ValueShape Names = new ValueShape.ListOf(Name);
    public static readonly ValueShape Texts = new ValueShape.ListOf(FreeText);

    public static ValueShape Words(params string[] words) => new ValueShape.OneOf([.. words]);

    public static ValueShape List(ValueShape item) => new ValueShape.ListOf(item);

    public static ValueShape Map(string key, ValueShape value) => new ValueShape.MapOf(key, value);

    /// <summary>Names that say one thing together: stated anew as a whole by a lower level.</summary>
    public static ValueShape Whole(string key, ValueShape value) => new ValueShape.MapOf(key, value, OneClause: true);

    public static ValueShape Of(Section section) => new ValueShape.Keys(section);

    public static ValueShape PartOf(Section section) => new ValueShape.Keys(section, InPart: true);

    public static ValueShape Any(params ValueShape[] shapes) => new ValueShape.Either([.. shapes]);

    public static ValueShape Text(string form, params string[] examples) => Form(form, null, null, examples);

    private static ValueShape.Text Form(string form, string? pattern, Func<string, string?>? problem, params string[] examples) => new(form, pattern, [.. examples], problem);

    private static string? ProblemOfName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? null : "a name is letters, digits, '.', '_' and '-', and begins with a letter or a digit";

    private static string? ProblemOfVatId(string text) =>
        text.Length is >= 4 and <= 15 && text[..2].All(char.IsAsciiLetterUpper) && text[2..].All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c) || c is '+' or '*')
            ? null
            : "it begins with two capital letters, 'EL' for Greece, and has no spaces";

    private static string? ProblemOfEndpoint(string text) =>
        text.Split(':', 2) is [{ Length: >= 2 and <= 4 } scheme, { Length: > 0 } identifier] && scheme.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)) && !identifier.Any(char.IsWhiteSpace)
            ? null
            : "it is a scheme's code, a colon and an identifier without spaces, for example '9945:PL5260001246'";

    private static string? ProblemOfElapsed(string text) => TimeAmountForm.Parse(text) switch
    {
        { Amount: TimeAmount.Elapsed } => null,
        { Problem: { } problem } => problem,
        _ => "elapsed time is given in hours, minutes or seconds",
    };
}
