using System.Collections.Immutable;
using System.Globalization;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Prices;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Text.Documents;
using Levelkeeper.Text.Forms;
using Levelkeeper.Text.Languages;
using Levelkeeper.Text.Words;
using NodaTime;

namespace Levelkeeper.Reports.Statements;

/// <summary>The letter by which the customer of an agreement claims what is owed to it: each amount with its clause, its outages or tickets, and the last day.</summary>
public static class ClaimLetter
{
    /// <summary>Whether there is anything to claim.</summary>
    public static bool HasClaims(Statement statement) => Claimable(statement).Any();

    /// <summary>The letter.</summary>
    /// <param name="statement">The customer's statement of the agreement.</param>
    /// <param name="language">The language.</param>
    public static Document Of(Statement statement, TextLanguage language)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(language);
        return new Writer(statement, language).Letter();
    }

    private static IEnumerable<StatementLine> Claimable(Statement statement) =>
        statement.Lines.Where(l => l.Standing == LineStanding.ToBeClaimed && l.By == PartyRole.Provider).OrderBy(l => l.ClaimUntil ?? Instant.MaxValue);

    private sealed class Writer(Statement statement, TextLanguage language)
    {
        private readonly Phrasebook _words = Phrasebook.Of(language);
        private readonly ValueForms _forms = new(Phrasebook.Of(language));
        private readonly Agreement _agreement = statement.Agreement;

        public Document Letter()
        {
            var lines = Claimable(statement).ToList();
            var sections = ImmutableArray.CreateBuilder<DocumentSection>();
            sections.Add(Section(1, "letter.what",
            [
                new DocumentBlock.Paragraph(_words.Say("letter.opening", ("title", _forms.Quote(_agreement.Title)), ("id", _forms.Name(_agreement.Id)), ("period", _forms.Name(statement.Period.Label)))),
                new DocumentBlock.Table("1", _words.Say("letter.amounts"), [_words.Say("letter.line"), _words.Say("letter.clause"), _words.Say("letter.amount"), _words.Say("letter.until")],
                [
                    .. lines.Select(l => (ImmutableArray<string>)[_forms.Name(l.Title), _forms.Name(l.Owed!.Remedy.Clause.Path), Money(l), l.ClaimUntil is { } until ? Day(until) : _words.Say("letter.no-limit")]),
                ]),
                new DocumentBlock.Paragraph(_words.Say("letter.total", ("amount", Money(lines.Aggregate(Core.Numbers.Rational.Zero, (sum, l) => sum + l.Computed - l.Contested))))),
            ]));
            sections.Add(Section(2, "letter.evidence", [.. lines.Select((l, i) => Evidence(l, i + 2))]));
            sections.Add(Section(3, "letter.basis",
            [
                new DocumentBlock.Paragraph(_words.Say("letter.verify", ("from", _forms.Name(Time(statement.Period.During.StartInstant))), ("to", _forms.Name(Time(statement.Period.During.EndInstant))), ("as-of", _forms.Name(Time(statement.AsOf))))),
            ]));
            return new Document(
                language, _words.Say("letter.title"),
                _words.Say("letter.subtitle", ("from", _forms.Name(_agreement.Customer?.Name ?? "")), ("to", _forms.Name(_agreement.Provider.Name)), ("contact", _forms.Name(To(lines)))), sections.ToImmutable(), _words.Say("contents"));
        }

        private string To(List<StatementLine> lines) => lines.Select(l => l.Owed!.Remedy.Claim!.To).FirstOrDefault(t => t.Length > 0) ?? _agreement.Provider.Contact;

        private DocumentSection Section(int number, string heading, ImmutableArray<DocumentBlock> blocks) => new(number.ToString(CultureInfo.InvariantCulture), _words.Say(heading), blocks, []);

        private DocumentBlock.Table Evidence(StatementLine line, int number) => new(
            number.ToString(CultureInfo.InvariantCulture), _words.Say("letter.events", ("name", _forms.Name(line.Title)), ("level", Level(line.Owed!))), [_words.Say("letter.event"), _words.Say("letter.from"), _words.Say("letter.to")],
            [.. line.Owed!.Events.Select(e => (ImmutableArray<string>)[e.Kind == OwedEventKind.Miss ? _forms.Name(e.Subject) : _words.Say($"letter.{e.Kind}"), _forms.Name(Time(e.Span.StartInstant)), _forms.Name(Time(e.Span.EndInstant))])]);

        private string Level(OwedLine owed) => statement.Results.FirstOrDefault(r => r.Objective == owed.Objective && r.Period.Span == owed.Period.Span) is { } result
            ? _forms.Name($"{Forms.LevelForm.Show(result)} ({result.Target})")
            : "";

        private string Money(StatementLine line) => Money(line.Computed - line.Contested);

        private string Money(Core.Numbers.Rational amount) =>
            _forms.Money(decimal.Parse(amount.ToString(Currencies.MinorDigits(_agreement.Currency), Core.Numbers.Rounding.HalfAwayFromZero), CultureInfo.InvariantCulture), _agreement.Currency);

        /// <summary>The last day on which it can be claimed: the day before, where the window ends with the first instant of one.</summary>
        private string Day(Instant until) => _forms.Date((until - Duration.FromTicks(1)).InZone(_agreement.Zone).Date);

        private string Time(Instant at) => at.InZone(_agreement.Zone).ToString("uuuu-MM-dd HH:mm:ss o<g>", CultureInfo.InvariantCulture);
    }
}
