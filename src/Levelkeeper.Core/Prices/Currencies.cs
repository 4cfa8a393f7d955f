using System.Collections.Frozen;

namespace Levelkeeper.Core.Prices;

/// <summary>What ISO 4217 says of currencies.</summary>
public static class Currencies
{
    private const int Usual = 2;

    // Those whose minor unit is not a hundredth; ISO 4217, list one of 2024-06-25.
    private static readonly FrozenDictionary<string, int> Others = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["BHD"] = 3, ["IQD"] = 3, ["JOD"] = 3, ["KWD"] = 3, ["LYD"] = 3, ["OMR"] = 3, ["TND"] = 3, ["CLF"] = 4, ["UYW"] = 4,
        ["BIF"] = 0, ["CLP"] = 0, ["DJF"] = 0, ["GNF"] = 0, ["ISK"] = 0, ["JPY"] = 0, ["KMF"] = 0, ["KRW"] = 0, ["PYG"] = 0, ["RWF"] = 0, ["UGX"] = 0, ["UYI"] = 0, ["VND"] = 0, ["VUV"] = 0,
        ["XAF"] = 0, ["XOF"] = 0, ["XPF"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How many decimals the smallest unit of a currency has: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    /// <param name="code">The ISO 4217 code; one that is not in the list has two.</param>
    public static int MinorDigits(string code) => Others.GetValueOrDefault(code, Usual);
}
