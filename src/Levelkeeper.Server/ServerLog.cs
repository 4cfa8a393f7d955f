using Microsoft.Extensions.Logging;

namespace Levelkeeper.Server;

/// <summary>Every line that the server logs. No secret, no text of a fact.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Ready: {Name}, log at {Sequence}.")]
    public static partial void Opened(ILogger log, string name, long sequence);

    [LoggerMessage(2, LogLevel.Warning, "The store {Name} cannot be reached: {Message} Trying again every second.")]
    public static partial void NotReached(ILogger log, string name, string message);

    [LoggerMessage(3, LogLevel.Critical, "Another owner has taken the log over; this server ends.")]
    public static partial void Fenced(ILogger log);

    [LoggerMessage(4, LogLevel.Warning, "The store failed while facts were appended: {Message}")]
    public static partial void AppendFailed(ILogger log, string message);

    [LoggerMessage(5, LogLevel.Error, "A request to {Path} failed.")]
    public static partial void RequestFailed(ILogger log, string path, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Nobody has an account yet: whoever reaches this machine's own addresses may do everything. Make one: levelkeeper token create.")]
    public static partial void OpenToAll(ILogger log);

    [LoggerMessage(7, LogLevel.Information, "Listening at {Url}.")]
    public static partial void Listening(ILogger log, string url);

    [LoggerMessage(30, LogLevel.Warning, "Somebody could not be signed in by the identity provider: {Reason}")]
    public static partial void ProviderFailed(ILogger log, string reason);

    [LoggerMessage(31, LogLevel.Warning, "Refused with {Code}: {Who} from {Address}: {Method} {Path}")]
    public static partial void Refused(ILogger log, string code, string who, string address, string method, string path);

    [LoggerMessage(22, LogLevel.Error, "The escalations of {Agreement} could not be decided; trying again.")]
    public static partial void EscalationFailed(ILogger log, string agreement, Exception exception);

    [LoggerMessage(23, LogLevel.Warning, "The machine's clock was set back to {Now}: everything is read anew as of then.")]
    public static partial void ClockSetBack(ILogger log, string now);

    [LoggerMessage(21, LogLevel.Error, "Messages could not be sent or settled; trying again.")]
    public static partial void SendingFailed(ILogger log, Exception exception);

    [LoggerMessage(20, LogLevel.Error, "Agreements could not be brought up to date; trying again.")]
    public static partial void TurnFailed(ILogger log, Exception exception);

    [LoggerMessage(28, LogLevel.Error, "Entry {Sequence} of the log could not be taken into live evaluation and is passed over; 'levelkeeper doctor' shows what it would change.")]
    public static partial void FactPassedOver(ILogger log, long sequence, Exception exception);

    [LoggerMessage(80, LogLevel.Error, "Facts that a command handed over could not be taken; trying again.")]
    public static partial void HandoverFailed(ILogger log, Exception exception);

    [LoggerMessage(26, LogLevel.Information, "What live evaluation keeps was written down up to entry {Sequence}: {Bytes} bytes in {Milliseconds} ms.")]
    public static partial void SnapshotSaved(ILogger log, long sequence, long bytes, long milliseconds);

    [LoggerMessage(24, LogLevel.Warning, "What live evaluation keeps could not be written down, so the next start reads more of the log: {Reason}")]
    public static partial void SnapshotFailed(ILogger log, string reason);

    [LoggerMessage(25, LogLevel.Information, "What live evaluation had written down is not used, the log is read instead: {Reason}")]
    public static partial void SnapshotRefused(ILogger log, string reason);

    [LoggerMessage(27, LogLevel.Information, "Live evaluation goes on from what was written down up to entry {Sequence}.")]
    public static partial void SnapshotUsed(ILogger log, long sequence);

    [LoggerMessage(81, LogLevel.Error, "A fact that '{Actor}' handed over ({Detail}) cannot be read and was set aside: {Why} It is kept in the store and tried again at the next start.")]
    public static partial void HandedFactUnreadable(ILogger log, string actor, string detail, string why);
}
