using System.Text;
using Levelkeeper.Simulation.Tests.Models;
using Levelkeeper.Storage.Documents;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Simulation.Tests.Worlds;

/// <summary>Steps about what is told to people, and what people do.</summary>
internal sealed partial class World
{
    /// <summary>So many steps of escalations there are in a world: few, so that they are decided again and again.</summary>
    private const int Decisions = 8;

    private static readonly Duration s_lease = Duration.FromMinutes(15);

    /// <summary>Messages of senders who take their time.</summary>
    private readonly List<Outgoing> _slow = [];

    private async Task DecideAsync(Random random)
    {
        if (AnyAwake(random) is { } process)
            await DecideAsync(process, random, _outbox.Untold.Any() && random.Next(3) == 0 ? _outbox.Untold.First() : $"T-{random.Next(Decisions)}/respond/80%");
    }

    private Task<bool> DecideAsync(Process process, Random random, string decision)
    {
        var content = _outbox.Attempt(decision);
        Note($"process {process.Number} decides {decision}, {content}");
        var messages = OutboxModel.IdsOf(decision)
            .Select(id => new Outgoing { Id = id, Decision = decision, Channel = "mail", Thread = "ticket", Content = Encoding.UTF8.GetBytes(content), Due = _now + Duration.FromMinutes(random.Next(4)), Made = _now })
            .ToList();
        return WithFaultAsync(process, random, async () =>
        {
            var decided = await process.Store.Outbox.DecideAsync(decision, [], _now, messages);
            _outbox.Told(decision, content, decided);
            _counts.Add(decided ? "steps decided" : "steps decided again");
        });
    }

    private async Task DeliverAsync(Random random)
    {
        if (AnyAwake(random) is not { } process)
            return;
        foreach (var message in _slow.ToList().Where(m => random.Next(_outbox.IsTakenSince(m) ? 2 : 12) == 0))
        {
            _slow.Remove(message);
            if (random.Next(2) == 0)
                _outbox.Arrived(message.Id);
            await SettleAsync(process, random, message, new Attempt(OutgoingState.Doubtful, _now, "no answer for long"));
        }

        IReadOnlyList<Outgoing> taken = [];
        await WithFaultAsync(process, random, async () => taken = await process.Store.Outbox.TakeAsync(_now, s_lease, random.Next(1, 5)));
        foreach (var message in taken)
        {
            _outbox.Taken(message, _now);
            await SendAsync(process, random, message);
        }

        await SendAgainAsync(process, random, OutgoingState.Dead);
        await SendAgainAsync(process, random, OutgoingState.Doubtful);
    }

    private async Task SendAsync(Process process, Random random, Outgoing message)
    {
        Note($"process {process.Number} sends {message.Id}");
        _counts.Add("messages sent");
        switch (random.Next(8))
        {
            case 0:
                // The sender stops, before or after the receiver has it.
                _counts.Add("sender stopped in between");
                if (random.Next(2) == 0)
                    _outbox.Arrived(message.Id);
                break;
            case 1 or 2:
                _slow.Add(message);
                break;
            case 3:
                await SettleAsync(process, random, message, new Attempt(OutgoingState.Dead, _now, "refused"));
                break;
            case 4:
                await SettleAsync(process, random, message, new Attempt(OutgoingState.Waiting, _now + Duration.FromMinutes(random.Next(30)), "busy"));
                break;
            case 5:
                _outbox.Arrived(message.Id);
                await SettleAsync(process, random, message, new Attempt(OutgoingState.Doubtful, _now, "no answer"));
                break;
            default:
                _outbox.Arrived(message.Id);
                await SettleAsync(process, random, message, new Attempt(OutgoingState.Delivered, _now, "ok"));
                break;
        }
    }

    private async Task SettleAsync(Process process, Random random, Outgoing message, Attempt attempt)
    {
        // Before it is written down for sure, another may have the message: the answer can be lost.
        _outbox.MayBeSettled(message);
        await WithFaultAsync(process, random, async () =>
        {
            if (await process.Store.Outbox.SettleAsync(message, attempt))
                _outbox.Settled(message, attempt.State);
            else
                _counts.Add("sender too late to settle");
        });
    }

    private async Task SendAgainAsync(Process process, Random random, OutgoingState state)
    {
        if (process.Database.Unreachable || (await process.Store.Outbox.ListAsync(state, 1)) is not [var message] || random.Next(2) == 0)
            return;
        var by = random.Next(2) == 0 ? new Act("ann", _now, _audit.Attempt($"sends {message.Id} again")) : null;
        await WithFaultAsync(process, random, async () =>
        {
            if (await process.Store.Outbox.SendAgainAsync(message.Id, by, _now) && by is not null)
                _audit.Acknowledged(by.Detail);
        });
    }

    private async Task ActAsync(Random random)
    {
        if (AnyAwake(random) is not { } process)
            return;
        var detail = _audit.Attempt("something");
        if (await WithFaultAsync(process, random, () => process.Store.Audit.WriteAsync(new Storage.Audit.Action(_now, "ann", "looked", "store", detail))))
            _audit.Acknowledged(detail);
        Note(detail);
    }

    /// <summary>Decides what was to be decided and delivers all, with time passing as leases need it.</summary>
    private async Task DeliverAllAsync(Process process)
    {
        foreach (var decision in _outbox.Untold.ToList())
        {
            var content = _outbox.Attempt(decision);
            _outbox.Told(decision, content, await process.Store.Outbox.DecideAsync(
                decision, [], _now, [.. OutboxModel.IdsOf(decision).Select(id => new Outgoing { Id = id, Decision = decision, Channel = "mail", Thread = "ticket", Content = Encoding.UTF8.GetBytes(content), Due = _now, Made = _now })]));
        }

        await CheckAsync();
        for (var turns = 0; turns < 3; turns++)
        {
            _now += s_lease + Duration.FromMinutes(30);
            foreach (var message in await process.Store.Outbox.TakeAsync(_now, s_lease, int.MaxValue))
            {
                _outbox.Taken(message, _now);
                _outbox.Arrived(message.Id);
                if (await process.Store.Outbox.SettleAsync(message, new Attempt(OutgoingState.Delivered, _now, "ok")))
                    _outbox.Settled(message, OutgoingState.Delivered);
            }

            foreach (var state in (OutgoingState[])[OutgoingState.Dead, OutgoingState.Doubtful])
            {
                foreach (var message in await process.Store.Outbox.ListAsync(state, int.MaxValue))
                    await process.Store.Outbox.SendAgainAsync(message.Id, null, _now);
            }
        }

        var delivered = await process.Store.Outbox.ListAsync(OutgoingState.Delivered, int.MaxValue);
        Violation.Unless(delivered.Select(m => m.Id).Order(StringComparer.Ordinal).SequenceEqual(_outbox.Written.Order(StringComparer.Ordinal)), $"Not all messages are delivered in the end.");
        _isAnswered = true;
    }
}
