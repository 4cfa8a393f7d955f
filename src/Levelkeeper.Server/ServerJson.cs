using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Health;
using Levelkeeper.Server.Problems;

namespace Levelkeeper.Server;

/// <summary>How what the server says becomes JSON: keys in kebab-case, as everywhere; what has no value is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(FactPage))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>The same as it is written: letters stay letters, for nothing of it is read as HTML.</summary>
internal static class PlainJson
{
    public static ServerJson Types { get; } = new(new JsonSerializerOptions(ServerJson.Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
