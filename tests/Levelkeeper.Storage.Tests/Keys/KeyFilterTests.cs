using Levelkeeper.Core.Facts;
using Levelkeeper.Storage.Keys;

namespace Levelkeeper.Storage.Tests.Keys;

public sealed class KeyFilterTests
{
    private const int Keys = 50_000;

    [Fact]
    public void The_filter_knows_every_key_and_takes_less_than_one_in_a_hundred_others_for_known()
    {
        var filter = Filter();
        for (var i = 0; i < Keys; i++)
            filter.MayHold(KeyFolder.Key(i)).ShouldBeTrue();
        Others().Take(100_000).Count(filter.MayHold).ShouldBeLessThan(1_000);
    }

    [Fact]
    public void A_key_that_the_filter_takes_for_known_is_still_not_found()
    {
        using var folder = new KeyFolder();
        using var index = folder.Open(Keys);
        index.Add([.. Enumerable.Range(0, Keys).Select(i => new KeyEntry(KeyFolder.Key(i), i + 1))], Keys, KeyFolder.MarkAt(Keys));
        index.WaitForBackground();
        index.Through.ShouldBe(Keys);

        // The run's filter has the same keys and the same size as this one.
        FactKey[] mistaken = [.. Others().Where(Filter().MayHold).Take(100)];
        mistaken.Length.ShouldBe(100);
        foreach (var key in mistaken)
            index.TryFind(key, out _).ShouldBeFalse();
    }

    private static KeyFilter Filter()
    {
        var filter = new KeyFilter(KeyFilter.BlocksFor(Keys));
        for (var i = 0; i < Keys; i++)
            filter.Add(KeyFolder.Key(i));
        return filter;
    }

    private static IEnumerable<FactKey> Others() => Enumerable.Range(0, int.MaxValue).Select(i => FactKey.Of("other", i.ToString()));
}
