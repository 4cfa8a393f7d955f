using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Numbers;
using Levelkeeper.Core.Remedies;
using Levelkeeper.Core.Statements;
using Levelkeeper.Core.Time;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Reports.Statements;

/// <summary>A statement for programs. Equal inputs give equal bytes. See docs/statements.md.</summary>
public static class StatementJson
{
    /// <summary>The name of the form.</summary>
    public const string Form = "levelkeeper statement 1";

    /// <summary>Writes a statement.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="provenance">What it was made of.</param>
    public static void Write(Utf8JsonWriter json, Statement statement, StatementProvenance provenance)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(provenance);
        var (agreement, currency) = (statement.Agreement, statement.Agreement.Currency);
        json.WriteStartObject();
        json.WriteString("form", Form);
        json.WriteStartObject("agreement");
        json.WriteString("id", agreement.Id);
        json.WriteString("title", agreement.Title);
        json.WriteString("provider", agreement.Provider.Name);
        json.WriteString("customer", agreement.Customer?.Name);
        json.WriteString("zone", agreement.Zone.Id);
        json.WriteString("currency", currency);
        json.WriteStartObject("parties");
        Party(json, "provider", agreement.Provider);
        if (agreement.Customer is { } customer)
            Party(json, "customer", customer);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("period");
        json.WriteString("label", statement.Period.Label);
        json.Instant("from", statement.Period.During.StartInstant);
        json.Instant("to", statement.Period.During.EndInstant);
        json.WriteEndObject();
        json.Instant("as-of", statement.AsOf);
        json.WriteBoolean("interim", statement.Interim);
        json.WriteStartObject("made-of");
        json.WriteString("agreement", provenance.AgreementHash);
        json.WriteString("edition", provenance.Edition);
        json.WriteString("time-zones", provenance.TimeZones);
        json.WriteString("facts", provenance.FactsRoot);
        json.WriteNumber("fact-count", provenance.FactCount);
        json.Array("earlier-statements", statement.Earlier, e =>
        {
            json.WriteString("period", e.Label);
            json.Instant("as-of", e.Issued);
            json.WriteString("sha-256", e.Digest);
        });
        json.WriteEndObject();
        json.WriteStartObject("payable");
        json.Amount("by-provider", statement.PayableBy(PartyRole.Provider), currency);
        json.Amount("by-customer", statement.PayableBy(PartyRole.Customer), currency);
        json.WriteEndObject();
        json.Array("lines", statement.Lines, l => Line(json, l, currency));
        json.Array("entitlements", statement.Entitlements, e => Entitlement(json, e));
        json.Array("results", statement.Results, r => EvaluationJson.Objective(json, r, explained: false, depth: 0, places: false));
        json.Array("disputes", statement.Disputes, d =>
        {
            json.WriteString("dispute", d.Name);
            json.WriteString("line", d.Line.ToString());
            if (d.Amount is { } amount)
                json.Amount("amount", amount, currency);
            json.WriteString("by", d.By);
            json.WriteString("reason", d.Reason);
            json.Instant("opened", d.Opened);
            json.WriteBoolean("in-time", d.InTime);
            if (d.Settled is { } settled)
                json.Amount("settled", settled, currency);
        });
        json.Array("comments", statement.Comments, c =>
        {
            json.WriteString("objective", c.Objective);
            json.WriteString("cause", c.Cause);
            json.WriteString("owner", c.Owner);
            json.WriteString("comment", c.Comment);
            json.Instant("at", c.At);
        });
        json.Array("unmatched", statement.Evaluation.Unmatched, f => SetAside(json, f));
        json.Array("left-out", statement.Evaluation.LeftOut, f => SetAside(json, f));
        json.WriteEndObject();
    }

    private static void Party(Utf8JsonWriter json, string side, Party party)
    {
        json.WriteStartObject(side);
        foreach (var (name, value) in new[] { ("name", party.Name), ("contact", party.Contact), ("address", party.Address), ("post-code", party.PostCode), ("city", party.City), ("country", party.Country), ("registration", party.Registration), ("vat-id", party.VatId), ("endpoint", party.Endpoint) })
        {
            if (value.Length > 0)
                json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void SetAside(Utf8JsonWriter json, SetAsideFact aside)
    {
        json.WriteString("source", aside.Fact.Source);
        json.WriteString("id", aside.Fact.Id);
        json.Instant("time", aside.Fact.Time);
        json.WriteString("reason", aside.Reason);
    }

    private static void Line(Utf8JsonWriter json, StatementLine line, string currency)
    {
        json.WriteString("id", line.Id);
        json.WriteString("kind", StatementWords.Of(line.Kind));
        json.WriteString("title", line.Title);
        if (line.Line is { } name)
        {
            json.WriteString("remedy", name.Remedy);
            json.WriteString("period", name.Period);
            if (name.Event.Length > 0)
                json.WriteString("event", name.Event);
        }

        json.WriteString("by", StatementWords.Of(line.By));
        if (line.Form is { } form)
            json.WriteString("form", StatementWords.Of(form));
        json.WriteString("standing", StatementWords.Of(line.Standing));
        json.Amount("computed", line.Computed, currency);
        json.Amount("contested", line.Contested, currency);
        json.Amount("payable", line.Payable, currency);
        json.Instant("arises", line.Arises);
        json.Instant("due", line.Due);
        json.WriteString("settled", line.Settled switch { null => null, Settlement.WithNextInvoice => "next invoice", Settlement.OnRequest => "on request", Settlement.Within within => $"within {within.Length}", _ => throw new InvalidOperationException("The cases of a settlement are closed.") });
        json.Instant("claim-until", line.ClaimUntil);
        if (line.Kind is StatementLineKind.Adjustment or StatementLineKind.Settlement)
            json.Amount("before", line.Before, currency);
        if (line.Kind == StatementLineKind.LatePayment)
            json.Amount("overdue", line.Before, currency);
        if (line.AdjustedStatement.Length > 0)
            json.WriteString("adjusts", line.AdjustedStatement);
        if (line.DecidedBy.Length > 0)
            json.WriteString("decided-by", line.DecidedBy);
        if (line.Reason.Length > 0)
            json.WriteString("reason", line.Reason);
        json.Array("facts", line.Facts, f =>
        {
            json.WriteString("source", f.Source);
            json.WriteString("id", f.Id);
            json.Instant("time", f.Time);
        });
        if (line.Owed is { } owed)
            Owed(json, owed, currency);
    }

    private static void Owed(Utf8JsonWriter json, OwedLine owed, string currency)
    {
        json.WriteStartObject("reckoning");
        json.WriteString("state", StatementWords.Of(owed.State));
        json.WriteString("objective", owed.Objective);
        json.WriteString("service", owed.Service);
        json.WriteString("when", owed.Remedy.WhenText);
        json.Amount("amount", owed.Amount, currency);
        if (owed.WouldBe.Sign != 0)
            json.Amount("would-be", owed.WouldBe, currency);
        if (owed.AtMost > owed.Amount && owed.State is OwedState.Owed or OwedState.InsufficientEvidence)
            json.Amount("at-most", owed.AtMost, currency);
        if (owed.IfApproved is { } approved)
            json.Amount("if-approved", approved, currency);
        if (owed.OutdoneBy is { } better)
            json.WriteString("outdone-by", better.ToString());
        if (owed.Unknown.Length > 0)
            json.WriteString("unknown", owed.Unknown);
        json.Array("steps", owed.Steps, s =>
        {
            json.WriteString("step", StatementWords.Of(s.Kind));
            if (s.Name.Length > 0)
                json.WriteString("of", s.Name);
            json.Quantity("first", s.First);
            if (s.Second is { } second)
                json.Quantity("second", second);
            if (s.Third is { } third)
                json.Quantity("third", third);
            json.WriteStartObject("clause");
            json.Clause(s.Clause, places: false);
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void Entitlement(Utf8JsonWriter json, Entitlement entitlement)
    {
        json.WriteString("id", entitlement.Name.ToString());
        json.WriteString("title", entitlement.Remedy?.Title ?? entitlement.Commitment);
        json.WriteString("state", StatementWords.Of(entitlement.State));
        switch (entitlement.Benefit)
        {
            case Benefit.Right right:
                json.WriteString("right", StatementWords.Of(right.To));
                json.WriteString("holder", right.Holder is { } holder ? StatementWords.Of(holder) : "either");
                json.WriteBoolean("without-fee", right.WithoutFee);
                json.WriteString("notice", right.Notice?.ToString());
                break;
            case Benefit.Extension extension:
                json.WriteString("extension", extension.Length.ToString());
                break;
            default:
                throw new InvalidOperationException("An amount is no entitlement.");
        }

        json.Instant("arises", entitlement.Arises);
        json.Instant("until", entitlement.Until);
    }

    /// <summary>Reads of an issued statement what later ones need.</summary>
    /// <param name="text">Its JSON.</param>
    /// <returns>The statement; or null and what is wrong with it.</returns>
    public static (IssuedStatement? Statement, string Agreement, string? Problem) Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("form", out var form) || form.ValueKind != JsonValueKind.String || form.GetString() != Form)
                return (null, "", $"it is no statement of the form '{Form}'");
            if (root.GetProperty("interim").GetBoolean())
                return (null, "", "it is interim: it was made before its period ended, so it was not issued");
            var lines = ImmutableSortedDictionary.CreateBuilder<string, IssuedLine>(StringComparer.Ordinal);
            foreach (var line in root.GetProperty("lines").EnumerateArray())
            {
                LineName? name = line.TryGetProperty("remedy", out var remedy)
                    ? new LineName(remedy.GetString()!, line.GetProperty("period").GetString()!, line.TryGetProperty("event", out var of) ? of.GetString()! : "")
                    : null;
                lines[line.GetProperty("id").GetString()!] = new IssuedLine(name, Kinds[line.GetProperty("kind").GetString()!], line.GetProperty("by").GetString() == "customer" ? PartyRole.Customer : PartyRole.Provider, Amount(line, "computed"), Amount(line, "payable"))
                {
                    Owed = line.TryGetProperty("reckoning", out var reckoning) ? Amount(reckoning, "amount") : 0,
                };
            }

            var asOf = NodaTime.Text.InstantPattern.ExtendedIso.Parse(root.GetProperty("as-of").GetString()!);
            if (!asOf.Success)
                return (null, "", "its 'as-of' is no instant");
            var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text.Span));
            var period = root.GetProperty("period");
            var statement = new IssuedStatement(period.GetProperty("label").GetString()!, asOf.Value, digest, lines.ToImmutable()) { During = Span(period) };
            return (statement, root.GetProperty("agreement").GetProperty("id").GetString()!, null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            return (null, "", $"it cannot be read: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static readonly ImmutableDictionary<string, StatementLineKind> Kinds = Enum.GetValues<StatementLineKind>().ToImmutableDictionary(StatementWords.Of, k => k, StringComparer.Ordinal);

    /// <summary>The time of a period; empty where the statement does not state it.</summary>
    private static TickInterval Span(JsonElement period) => period.TryGetProperty("from", out var from) && period.TryGetProperty("to", out var to)
        ? TickInterval.Between(NodaTime.Text.InstantPattern.ExtendedIso.Parse(from.GetString()!).Value, NodaTime.Text.InstantPattern.ExtendedIso.Parse(to.GetString()!).Value)
        : default;

    private static Rational Amount(JsonElement line, string name) => Rational.From(decimal.Parse(line.GetProperty(name).GetString()!, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture));
}
