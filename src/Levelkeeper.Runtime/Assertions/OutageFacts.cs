using Levelkeeper.Core.Facts;

namespace Levelkeeper.Runtime.Assertions;

/// <summary>What is said about outages, as facts.</summary>
public static class OutageFacts
{
    /// <summary>That those concerned were told how an outage stands.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="service">The service.</param>
    /// <param name="component">The component that is down; null for the service as a whole.</param>
    /// <param name="note">What was told; null for nothing.</param>
    public static AssertedFact Update(string agreement, string service, string? component, string? note) => new(FactTypes.OutageUpdated, component ?? service, json =>
    {
        json.WriteString("agreement", agreement);
        json.WriteString("service", service);
        AssertedFact.Member(json, "note", note);
    });
}
