namespace Levelkeeper.Language.Comparison;

/// <summary>Who is better off when one agreement stands in place of another.</summary>
public enum Gain
{
    /// <summary>Nobody: it means the same to both.</summary>
    Nobody,

    /// <summary>The customer.</summary>
    Customer,

    /// <summary>The provider.</summary>
    Provider,

    /// <summary>Not comparable: one side in some cases and the other in others, or it cannot be told.</summary>
    Unclear,
}

/// <summary>How gains are joined.</summary>
public static class Gains
{
    /// <summary>Who gains by both: the side that gains by one and loses by neither.</summary>
    public static Gain And(this Gain one, Gain other) => one == Gain.Nobody || one == other ? other : other == Gain.Nobody ? one : Gain.Unclear;

    /// <summary>Who gains by all.</summary>
    public static Gain All(IEnumerable<Gain> gains) => gains.Aggregate(Gain.Nobody, And);

    /// <summary>The same change in a clause that is the other side's burden.</summary>
    internal static Gain Turned(this Gain gain) => gain switch
    {
        Gain.Customer => Gain.Provider,
        Gain.Provider => Gain.Customer,
        Gain.Nobody or Gain.Unclear => gain,
        _ => throw new ArgumentOutOfRangeException(nameof(gain)),
    };

    /// <summary>Who gains when a value that the customer wants great changes: by the sign of second against first; null when they cannot be compared.</summary>
    internal static Gain OfGreater(int? sign) => sign switch
    {
        null => Gain.Unclear,
        0 => Gain.Nobody,
        > 0 => Gain.Customer,
        < 0 => Gain.Provider,
    };
}
