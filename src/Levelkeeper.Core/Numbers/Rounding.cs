namespace Levelkeeper.Core.Numbers;

/// <summary>Which way a number goes when digits are dropped.</summary>
public enum Rounding
{
    /// <summary>Towards negative infinity: what is shown for a level, so that a miss never reads as met.</summary>
    Down,

    /// <summary>Towards positive infinity.</summary>
    Up,

    /// <summary>To the nearest; a half goes away from zero. The rule for money unless the agreement names another.</summary>
    HalfAwayFromZero,
}
