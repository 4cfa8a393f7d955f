using Levelkeeper.Storage;

namespace Levelkeeper.Simulation.Tests.Models;

/// <summary>What the audit trail must hold: each action that was acknowledged, none twice, none that nobody took.</summary>
internal sealed class AuditModel
{
    private readonly HashSet<string> _attempted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _actions;

    public AuditModel()
    {
    }

    private AuditModel(AuditModel other) => (_attempted, _acknowledged, _seen, _actions) =
        (new(other._attempted, StringComparer.Ordinal), new(other._acknowledged, StringComparer.Ordinal), new(other._seen, StringComparer.Ordinal), other._actions);

    public AuditModel Copy() => new(this);

    /// <summary>Somebody is about to do something.</summary>
    /// <returns>The particulars, which no other action has.</returns>
    public string Attempt(string what)
    {
        var detail = $"{what}, action {++_actions}";
        _attempted.Add(detail);
        return detail;
    }

    /// <summary>It was done.</summary>
    public void Acknowledged(string detail) => _acknowledged.Add(detail);

    public async Task CheckAsync(Store store)
    {
        var broken = await store.Audit.VerifyAsync();
        Violation.Unless(broken is null, $"The audit trail does not verify from entry {broken} on.");
        foreach (var entry in await store.Audit.ReadAsync(_seen.Count, int.MaxValue))
        {
            Violation.Unless(_attempted.Contains(entry.Action.Detail), $"The audit trail tells of '{entry.Action.Detail}', which nobody did.");
            Violation.Unless(_seen.Add(entry.Action.Detail), $"The audit trail tells twice of '{entry.Action.Detail}'.");
            Violation.Unless(entry.Number == _seen.Count, $"Entry {_seen.Count} of the audit trail has the number {entry.Number}.");
        }

        Violation.Unless(await store.Audit.LastAsync() == _seen.Count, $"The audit trail had {_seen.Count} entries and has another number.");
        Violation.Unless(_acknowledged.IsSubsetOf(_seen), $"The audit trail lacks '{_acknowledged.Except(_seen).FirstOrDefault()}'.");
    }
}
