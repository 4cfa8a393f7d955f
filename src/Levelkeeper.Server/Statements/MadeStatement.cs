using System.Text.Json;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Core.Facts;
using Levelkeeper.Core.Statements;
using Levelkeeper.Language.Contract;
using Levelkeeper.Language.Levels;
using Levelkeeper.Reports.Json;
using Levelkeeper.Reports.Statements;
using NodaTime;
using Period = Levelkeeper.Core.Periods.Period;

namespace Levelkeeper.Server.Statements;

/// <summary>A statement with what it was made of.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Provenance">What it was made of, by hash.</param>
public sealed record MadeStatement(Statement Statement, StatementProvenance Provenance)
{
    /// <summary>The edition of the semantics that this program has.</summary>
    private const string Edition = "v1";

    /// <summary>Makes a statement; null when the agreement cannot be used, or has no time in the period.</summary>
    /// <param name="text">The agreement's text.</param>
    /// <param name="file">Its name.</param>
    /// <param name="folder">The files around it.</param>
    /// <param name="versions">The agreement with its amendments.</param>
    /// <param name="facts">The facts that are known.</param>
    /// <param name="period">The period.</param>
    /// <param name="asOf">The instant as of which it stands.</param>
    /// <param name="issued">The earlier statements.</param>
    /// <param name="diagnostics">Takes <c>LK5122</c> when the agreement has no time in the period.</param>
    /// <param name="archivedUntil">Up to when periods are archived, so that facts of them may be gone; null for none.</param>
    public static MadeStatement? Make(
        string text, string file, AgreementFolder folder, AgreementVersions versions, FactSet facts, Period period, Instant asOf, IEnumerable<IssuedStatement> issued, DiagnosticBag diagnostics, Instant? archivedUntil = null)
    {
        ArgumentNullException.ThrowIfNull(versions);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (SignedContent.Read(text, file, new DiagnosticBag(), folder) is not { } signed)
            return null;
        if (period.During.Intersect(versions.TermTime).IsEmpty)
        {
            diagnostics.Error("LK5122", new Place("--period"), $"The agreement is not in force in {period.Label}.", $"its term is {versions.TermTime}");
            return null;
        }

        var statement = StatementMaker.Make(versions, facts.Effective(asOf), period, asOf, issued, archivedUntil);
        return new MadeStatement(statement, new StatementProvenance(signed.Hash, Edition, DateTimeZoneProviders.Tzdb.VersionId, MerkleRoot.Of(facts), facts.Count));
    }

    /// <summary>The statement's JSON.</summary>
    public byte[] ToJson() => JsonText.Bytes(json => StatementJson.Write(json, Statement, Provenance));

    /// <summary>Where two JSON texts differ: the path, and both values. At most so many.</summary>
    public static IEnumerable<(string Path, string Was, string Is)> Differences(ReadOnlyMemory<byte> was, ReadOnlyMemory<byte> now, int most)
    {
        using var one = JsonDocument.Parse(was);
        using var other = JsonDocument.Parse(now);
        return [.. Walk("", one.RootElement, other.RootElement).Take(most)];
    }

    private static IEnumerable<(string Path, string Was, string Is)> Walk(string path, JsonElement was, JsonElement now)
    {
        if (was.ValueKind != now.ValueKind)
            return [(path, Short(was), Short(now))];
        return was.ValueKind switch
        {
            JsonValueKind.Object => was.EnumerateObject().Select(p => p.Name).Union(now.EnumerateObject().Select(p => p.Name)).SelectMany(name => (was.TryGetProperty(name, out var a), now.TryGetProperty(name, out var b)) switch
            {
                (true, true) => Walk($"{path}.{name}".TrimStart('.'), a, b),
                (true, false) => [($"{path}.{name}", Short(a), "—")],
                _ => [($"{path}.{name}", "—", Short(b))],
            }),
            JsonValueKind.Array => Enumerable.Range(0, Math.Max(was.GetArrayLength(), now.GetArrayLength())).SelectMany(i =>
                i >= was.GetArrayLength() ? [($"{path}[{i}]", "—", Short(now[i]))]
                : i >= now.GetArrayLength() ? [($"{path}[{i}]", Short(was[i]), "—")]
                : Walk($"{path}[{i}]", was[i], now[i])),
            _ => was.GetRawText() == now.GetRawText() ? [] : [(path, Short(was), Short(now))],
        };
    }

    private static string Short(JsonElement element) => Diagnostic.Quote(element.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? element.ValueKind.ToString() : element.ToString(), 120);
}
