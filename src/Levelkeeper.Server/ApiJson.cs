using System.Text.Json.Serialization;
using Levelkeeper.Server.Accounts;
using Levelkeeper.Server.Agreements;
using Levelkeeper.Server.Audit;
using Levelkeeper.Server.Calendars;
using Levelkeeper.Server.Desk;
using Levelkeeper.Server.Escalations;
using Levelkeeper.Server.Exclusions;
using Levelkeeper.Server.Facts;
using Levelkeeper.Server.Live;
using Levelkeeper.Server.Results;
using Levelkeeper.Server.Search;
using Levelkeeper.Server.Statements;

namespace Levelkeeper.Server;

/// <summary>How what is said of agreements, results and people becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AgreementForm))]
[JsonSerializable(typeof(AgreementPage))]
[JsonSerializable(typeof(SaidForm))]
[JsonSerializable(typeof(SigningForm))]
[JsonSerializable(typeof(LintForm))]
[JsonSerializable(typeof(ComparisonForm))]
[JsonSerializable(typeof(IReadOnlyList<VersionForm>))]
[JsonSerializable(typeof(IReadOnlyList<FileForm>))]
[JsonSerializable(typeof(IReadOnlyList<OutageForm>))]
[JsonSerializable(typeof(IReadOnlyList<UnmatchedForm>))]
[JsonSerializable(typeof(IReadOnlyList<ExclusionForm>))]
[JsonSerializable(typeof(ClaimForm))]
[JsonSerializable(typeof(DecisionForm))]
[JsonSerializable(typeof(BreachForm))]
[JsonSerializable(typeof(RecordedFact))]
[JsonSerializable(typeof(IReadOnlyList<StatementForm>))]
[JsonSerializable(typeof(WaiverForm))]
[JsonSerializable(typeof(LineForm))]
[JsonSerializable(typeof(SettlementForm))]
[JsonSerializable(typeof(LiveForm))]
[JsonSerializable(typeof(DoctorForm))]
[JsonSerializable(typeof(ReportForm))]
[JsonSerializable(typeof(TicketReport))]
[JsonSerializable(typeof(TicketForm))]
[JsonSerializable(typeof(IReadOnlyList<LoggedFact>))]
[JsonSerializable(typeof(ViewerForm))]
[JsonSerializable(typeof(SetUpForm))]
[JsonSerializable(typeof(PasswordForm))]
[JsonSerializable(typeof(IReadOnlyList<SessionForm>))]
[JsonSerializable(typeof(IReadOnlyList<AccountForm>))]
[JsonSerializable(typeof(IReadOnlyList<TokenForm>))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(NewTokenForm))]
[JsonSerializable(typeof(IReadOnlyList<ActionForm>))]
[JsonSerializable(typeof(IReadOnlyList<MessageForm>))]
[JsonSerializable(typeof(AcknowledgementForm))]
[JsonSerializable(typeof(OutageUpdateForm))]
[JsonSerializable(typeof(HitPage))]
[JsonSerializable(typeof(IReadOnlyList<ListedBreach>))]
[JsonSerializable(typeof(IReadOnlyList<CalendarForm>))]
[JsonSerializable(typeof(OpeningsForm))]
[JsonSerializable(typeof(DueForm))]
internal sealed partial class ApiJson : JsonSerializerContext;
