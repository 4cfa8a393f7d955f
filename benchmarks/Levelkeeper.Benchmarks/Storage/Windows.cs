namespace Levelkeeper.Benchmarks.Storage;

/// <summary>Time of a long run, kept by windows of 200,000 and told by millions.</summary>
internal sealed class Windows
{
    public const int Size = 200_000;
    public const int Million = 1_000_000;

    private readonly List<double> _seconds = [];

    /// <summary>The slowest window of each million.</summary>
    public double[] Slowest => [.. _seconds.Chunk(Million / Size).Select(m => Size / m.Max())];

    /// <summary>The fastest window of each million: the one that other programs on the machine disturbed least.</summary>
    public double[] Fastest => [.. _seconds.Chunk(Million / Size).Select(m => Size / m.Min())];

    /// <summary>A second's work over a million, counted from 0.</summary>
    public double this[int million] => Million / _seconds.Skip(million * Million / Size).Take(Million / Size).Sum();

    public void Add(TimeSpan window) => _seconds.Add(window.TotalSeconds);
}
