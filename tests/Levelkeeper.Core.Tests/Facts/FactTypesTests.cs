using Levelkeeper.Core.Facts;

namespace Levelkeeper.Core.Tests.Facts;

public class FactTypesTests
{
    [Fact]
    public void Where_one_record_has_two_names_on_the_wire_its_content_says_which()
    {
        FactTypes.Of(FactData.StateChanged.To(ServiceState.Up)).ShouldBe("levelkeeper.service.up.v1");
        FactTypes.Of(FactData.StateChanged.To(ServiceState.Down)).ShouldBe("levelkeeper.service.down.v1");
        FactTypes.Of(FactData.StateChanged.To(ServiceState.Degraded)).ShouldBe("levelkeeper.service.degraded.v1");
        FactTypes.Of(FactData.StateChanged.To(ServiceState.Unknown)).ShouldBe("levelkeeper.service.unknown.v1");
        FactTypes.Of(new FactData.ObserverChanged(false, "")).ShouldBe("levelkeeper.observer.stopped.v1");
        FactTypes.Of(new FactData.ObserverChanged(true, "")).ShouldBe("levelkeeper.observer.resumed.v1");
        FactTypes.Of(new FactData.ExclusionDecided("X", true, "", "")).ShouldBe("levelkeeper.exclusion.approved.v1");
        FactTypes.Of(new FactData.ExclusionDecided("X", false, "", "")).ShouldBe("levelkeeper.exclusion.rejected.v1");
        FactTypes.Of(new FactData.RosterChanged("sales", "ann", true)).ShouldBe("levelkeeper.roster.joined.v1");
        FactTypes.Of(new FactData.RosterChanged("sales", "ann", false)).ShouldBe("levelkeeper.roster.left.v1");
        FactTypes.Of(new FactData.Unknown()).ShouldBeNull();
    }
}
