using System.Text.Json;
using Levelkeeper.Core.Diagnostics;
using Levelkeeper.Reports.Json;

namespace Levelkeeper.Cli.Output;

/// <summary>Diagnostics for programs.</summary>
internal static class DiagnosticJson
{
    public static void Write(Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics)
    {
        json.WriteStartObject();
        json.Array("diagnostics", diagnostics, d =>
        {
            json.WriteString("code", d.Code);
            json.WriteString("severity", d.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                Severity.Note => "note",
                _ => throw new ArgumentOutOfRangeException(nameof(diagnostics)),
            });
            json.Place("place", d.Place);
            json.WriteString("message", d.Message);
            json.WriteString("hint", d.Hint);
        });
        json.WriteEndObject();
    }
}
