using System.Text;
using Levelkeeper.Storage;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Models;

/// <summary>What the outbox must hold: for each step that was decided its messages, once, however often and by how many processes it was decided; and who may send them.</summary>
internal sealed class OutboxModel
{
    /// <summary>How many messages follow from a decision.</summary>
    public const int Messages = 2;

    private readonly SortedDictionary<string, Decision> _decisions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Instant Until, int Attempts)> _onTheirWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _latest = new(StringComparer.Ordinal);
    private readonly HashSet<string> _arrived = new(StringComparer.Ordinal);
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);
    private int _attempts;

    public OutboxModel()
    {
    }

    private OutboxModel(OutboxModel other)
    {
        foreach (var (name, decision) in other._decisions)
            _decisions.Add(name, new Decision([.. decision.Attempts], decision.IsTold, decision.Content));
        (_onTheirWay, _latest) = (new(other._onTheirWay, StringComparer.Ordinal), new(other._latest, StringComparer.Ordinal));
        (_arrived, _delivered, _attempts) = (new(other._arrived, StringComparer.Ordinal), new(other._delivered, StringComparer.Ordinal), other._attempts);
    }

    /// <summary>The steps that were to be decided and of which nobody knows yet that they are.</summary>
    public IEnumerable<string> Untold => _decisions.Where(d => !d.Value.IsTold).Select(d => d.Key);

    /// <summary>The messages that were written.</summary>
    public IEnumerable<string> Written => _decisions.Where(d => d.Value.Content is not null).SelectMany(d => IdsOf(d.Key));

    public OutboxModel Copy() => new(this);

    /// <summary>The ids of the messages of a step: the same for ever.</summary>
    public static IEnumerable<string> IdsOf(string decision) => Enumerable.Range(0, Messages).Select(i => $"{decision}/{i}");

    /// <summary>Somebody decides a step.</summary>
    /// <returns>What the messages say: another thing at each attempt, so that it is seen whose they are.</returns>
    public string Attempt(string decision)
    {
        if (!_decisions.TryGetValue(decision, out var known))
            _decisions.Add(decision, known = new Decision([], false, null));
        var content = $"attempt {++_attempts}";
        known.Attempts.Add(content);
        return content;
    }

    /// <summary>Somebody was told whether it was the attempt that decided.</summary>
    public void Told(string decision, string attempt, bool decided)
    {
        var known = _decisions[decision];
        Violation.Unless(!decided || known.Content is null || known.Content == attempt, $"The step '{decision}' was decided twice.");
        known.IsTold = true;
        if (decided)
            known.Content = attempt;
    }

    /// <summary>A sender took a message.</summary>
    public void Taken(Outgoing message, Instant now)
    {
        Violation.Unless(!_delivered.Contains(message.Id), $"The message '{message.Id}' was delivered and was taken again.");
        Violation.Unless(!_onTheirWay.TryGetValue(message.Id, out var other) || other.Until <= now, $"The message '{message.Id}' was taken while another sender had it.");
        Violation.Unless(message.Content.AsSpan().SequenceEqual(ContentOf(message.Id)), $"The message '{message.Id}' does not say what was decided.");
        _onTheirWay[message.Id] = (message.Due, message.Attempts);
        _latest[message.Id] = message.Attempts;
    }

    /// <summary>Whether another sender took it later.</summary>
    public bool IsTakenSince(Outgoing message) => _latest[message.Id] > message.Attempts;

    /// <summary>The receiver has it.</summary>
    public void Arrived(string id) => _arrived.Add(id);

    /// <summary>What came of it was written down.</summary>
    public void Settled(Outgoing message, OutgoingState state)
    {
        Violation.Unless(message.Attempts == _latest[message.Id], $"The message '{message.Id}' was settled by who had it in attempt {message.Attempts}, though another has it in attempt {_latest[message.Id]}.");
        MayBeSettled(message);
        if (state == OutgoingState.Delivered)
            _delivered.Add(message.Id);
    }

    /// <summary>What came of it was perhaps written down: then another may have it.</summary>
    public void MayBeSettled(Outgoing message)
    {
        if (_onTheirWay.TryGetValue(message.Id, out var mine) && mine.Attempts == message.Attempts)
            _onTheirWay.Remove(message.Id);
    }

    public async Task CheckAsync(Store store)
    {
        var found = (await store.Outbox.ListAsync(null, int.MaxValue)).ToLookup(m => m.Decision, StringComparer.Ordinal);
        Violation.Unless(found.All(d => _decisions.ContainsKey(d.Key)), $"The outbox has a message that nobody decided.");
        foreach (var (name, decision) in _decisions)
        {
            var messages = found[name].OrderBy(m => m.Id, StringComparer.Ordinal).ToList();
            var isDecided = await store.Outbox.DecidedAtAsync(name) is not null;
            Violation.Unless(isDecided == messages.Count > 0, $"The step '{name}' is {(isDecided ? "" : "not ")}decided, but has {messages.Count} messages.");
            if (!isDecided)
            {
                Violation.Unless(!decision.IsTold && decision.Content is null, $"The step '{name}' was decided and is not any more.");
                continue;
            }

            Violation.Unless(messages.Select(m => m.Id).SequenceEqual(IdsOf(name), StringComparer.Ordinal), $"The step '{name}' has the messages {string.Join(", ", messages.Select(m => m.Id))}.");
            var contents = messages.Select(m => Encoding.UTF8.GetString(m.Content)).Distinct(StringComparer.Ordinal).ToList();
            Violation.Unless(contents.Count == 1 && decision.Attempts.Contains(contents[0]), $"The messages of the step '{name}' say {string.Join(" and ", contents)}.");
            Violation.Unless(decision.Content is null || decision.Content == contents[0], $"The messages of the step '{name}' said {decision.Content} and say {contents[0]}.");
            decision.Content = contents[0];
            foreach (var message in messages)
            {
                Violation.Unless(message.State != OutgoingState.Delivered || _arrived.Contains(message.Id), $"The message '{message.Id}' counts as delivered and never arrived.");
                Violation.Unless(message.State == OutgoingState.Delivered || !_delivered.Contains(message.Id), $"The message '{message.Id}' was delivered and is {message.State}.");
            }
        }
    }

    private byte[] ContentOf(string id) => Encoding.UTF8.GetBytes(_decisions[id[..id.LastIndexOf('/')]].Content ?? "");

    private sealed class Decision(List<string> attempts, bool isTold, string? content)
    {
        public List<string> Attempts { get; } = attempts;

        public bool IsTold { get; set; } = isTold;

        public string? Content { get; set; } = content;
    }
}
