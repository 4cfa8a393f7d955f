using System.Security.Cryptography;
using System.Text;
using Levelkeeper.Core.Agreements;
using Levelkeeper.Core.Escalations;
using Levelkeeper.Runtime.Notifications;
using Levelkeeper.Storage.Outbox;
using NodaTime;

namespace Levelkeeper.Runtime.Escalations;

/// <summary>The messages that follow from a step: one for each person and way.</summary>
internal static class EscalationMessages
{
    public static IEnumerable<Outgoing> Of(Agreement agreement, Instant asOf, PlannedStep step, EscalatedMatter matter)
    {
        var chain = agreement.Escalations.Where(s => s.Of == step.Step.Of).ToList();
        var (point, share, ticks) = StoredNotice.WordsOf(step.Step.At);
        foreach (var recipient in step.Recipients)
        {
            foreach (var way in step.Step.By.DefaultIfEmpty(EscalationWay.Email))
            {
                var person = recipient.Person;
                yield return new Outgoing
                {
                    Id = KeyOf($"{step.Name}\n{person.Key}\n{way}"),
                    Decision = step.Name,
                    Channel = ChannelOf(way),
                    Thread = step.Thread,
                    Due = Instant.Max(recipient.At, asOf),
                    Made = asOf,
                    Content = new StoredNotice
                    {
                        Agreement = agreement.Id,
                        Title = agreement.Title,
                        Customer = agreement.Customer?.Name ?? "",
                        Ticket = matter.Ticket,
                        Clock = matter.Clock,
                        Objective = matter.Objective,
                        Outage = matter.Outage,
                        Number = chain.FindIndex(s => s.Clause.Path == step.Step.Clause.Path) + 1,
                        Of = chain.Count,
                        Point = point,
                        Share = share,
                        Ticks = ticks,
                        Due = matter.Due?.ToUnixTimeTicks(),
                        Now = asOf.ToUnixTimeTicks(),
                        Zone = agreement.Zone.Id,
                        Name = person.Name,
                        Language = person.Language,
                        Address = way == EscalationWay.Email ? person.Email : way == EscalationWay.Phone ? person.Phone : way == EscalationWay.Chat ? person.Chat : "",
                    }.ToJson(),
                };
            }
        }
    }

    private static string ChannelOf(EscalationWay way) => way switch
    {
        EscalationWay.Email => "email",
        EscalationWay.Phone => "phone",
        EscalationWay.Chat => "chat",
        EscalationWay.Webhook => "webhook",
        _ => throw new InvalidOperationException("Unknown way."),
    };

    /// <summary>The same for the same message for ever, whatever is in its name.</summary>
    private static string KeyOf(string name) => $"lk-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";
}
