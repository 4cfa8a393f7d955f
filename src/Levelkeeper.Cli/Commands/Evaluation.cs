using Levelkeeper.Cli.Host;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Evaluation;

namespace Levelkeeper.Cli.Commands;

/// <summary>From the arguments of a command line to evaluations.</summary>
internal static class Evaluation
{
    /// <summary>Evaluates each agreement that can be read over the span that was asked for; what cannot be used is reported.</summary>
    public static List<AgreementEvaluation> Of(
        Terminal terminal, string[] agreementFiles, string[] factFiles, string? map, RecordedRule recorded, string? period, string? from, string? to, string? asOfText, DiagnosticBag diagnostics, CancellationToken token)
    {
        var evaluations = new List<AgreementEvaluation>();
        var agreements = Inputs.ReadAgreements(agreementFiles, terminal, diagnostics);
        if (agreements.Count == 0)
            return evaluations;
        var now = asOfText is null ? terminal.Clock() : NodaTime.Instant.MinValue;
        var facts = Inputs.ReadFacts(factFiles, map, recorded, terminal, diagnostics, token);
        foreach (var agreement in agreements)
        {
            token.ThrowIfCancellationRequested();
            var asOf = asOfText is null ? now : Inputs.Time("--as-of", asOfText, agreement.Latest.Zone, diagnostics);
            if (asOf is { } instant && Inputs.Span(period, from, to, agreement.Latest.Zone, facts, instant, diagnostics) is { } span)
                evaluations.Add(Engine.Evaluate(agreement, Engine.Effective(facts, instant), span, instant));
        }

        return evaluations;
    }
}
