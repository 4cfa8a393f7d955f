using System.Collections.Immutable;

namespace Levelkeeper.Language.Vocabulary;

using static Levelkeeper.Language.Vocabulary.Favour;
using static Levelkeeper.Language.Vocabulary.Forms;

/// <summary>Every key of the agreement language <c>levelkeeper: v1</c>. Reading, the JSON Schema and the reference are all made from this.</summary>
public static class AgreementVocabulary
{
    private static readonly ValueShape CalendarByPriority = Any(Name, Map("a priority, or 'else'", Name));
    private static readonly ValueShape TimeByPriority = Any(Time, Map("a priority, or 'else'", Time));
    private static readonly ValueShape Holidays = Any(Text("a calendar of public holidays, a date, a date of every year, 'none', or a list of them", "PL", "US-CA", "2026-05-04", "12-24", "none"), Texts);
    private static readonly ValueShape Hours = List(Text("opening hours", "08:00-18:00", "22:00-06:00", "closed"));

    /// <summary>A version of a calendar.</summary>
    public static readonly Section CalendarVersion = new("calendar version", "The hours that hold from a date on.",
    [
        new("from", Date, "The first day on which these hours hold.", Required: true, Favour: Unclear),
        new("weekly", Whole("a weekday, or a span such as mon-fri", Hours), "Opening hours by weekday; days that are not named are closed.", "as before", Favour: Unclear),
        new("breaks", Whole("a weekday, a span of weekdays, or a date", Hours), "Hours taken out of the opening hours.", "as before", Favour: Unclear),
        new("holidays", Holidays, "Days that are closed.", "as before", Favour: Unclear),
        new("moved-working-days", Hours, "The hours of a weekend day that the holidays' data makes a working day.", "as before", Favour: Unclear),
    ]);

    /// <summary>A business calendar.</summary>
    public static readonly Section Calendar = new("calendar", "When work is done: a zone, weekly hours, holidays and exceptions.",
    [
        new("zone", Zone, "The time zone of its hours.", "the agreement's zone", Favour: Unclear),
        new("weekly", Whole("a weekday, or a span such as mon-fri", Hours), "Opening hours by weekday; days that are not named are closed.", Required: true, Favour: Unclear),
        new("breaks", Whole("a weekday, a span of weekdays, or a date", Hours), "Hours taken out of the opening hours.", "none", Favour: Unclear),
        new("holidays", Holidays, "Days that are closed: public holidays by country, single dates, and dates of every year.", "none", Favour: Unclear),
        new("moved-working-days", Hours, "The hours of a weekend day that the holidays' data makes a working day.", "the weekly hours of that day, or those of Monday", Favour: Unclear),
        new("dates", Whole("a date, or 12-24 for every year", Hours), "Dates with other hours; they come before holidays and weekly hours.", "none", Favour: Unclear),
        new("closed-by", Texts, "iCalendar files beside the agreement whose events are closed; times in them are in their own zones.", "none", Favour: Unclear),
        new("versions", List(Of(CalendarVersion)), "Hours that change at a date; the past keeps the hours it had.", "none", Favour: Unclear),
    ]);

    /// <summary>A service.</summary>
    public static readonly Section Service = new("service", "What is delivered.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("description", FreeText, "What it is.", "none", Favour: Neutral),
        new("features", Texts, "What belongs to it.", "none is named", Favour: More.WorstIfAbsent),
        new("delivery", FreeText, "How it is delivered.", "not said", Favour: Unclear),
        new("essential", Names, "Functions whose loss is downtime and whose return is a workaround.", "none is named: a degraded service is shown apart", Favour: More.WorstIfAbsent),
        new("hours", Name, "The calendar of its operating hours; the time outside leaves both sides of the sum.", "always", Favour: Unclear),
        new("components", Names, "Parts that are observed each on its own.", "the service is observed as one", Favour: Unclear),
        new("go-live", Date, "The first day on which its promises hold.", "the start of the term", Favour: Smaller),
        new("processing-times", Map("a kind of request", Time), "How long things take that the customer orders.", "none is promised", Favour: Smaller.WorstIfAbsent),
        new("capacity", Map("a quantity", Text("a limit", "1000 requests per minute", "50 users", "200 GB")), "Volumes up to which its promises hold.", "its promises hold at any volume", Favour: Greater.BestIfAbsent),
        new("technologies", Texts, "What it is built with.", "not said", Favour: Neutral),
        new("prerequisites", Texts, "What the customer's network and devices must offer.", "none", Favour: Fewer.BestIfAbsent),
        new("depends-on", Names, "Other services, here or of suppliers, without which it does not work.", "none", Favour: Unclear),
        new("team", Name, "Who is responsible.", "nobody is named", Favour: Neutral),
        new("fee", FeeForm, "What it costs.", "no fee of its own", Favour: Smaller.BestIfAbsent.OpenIfAbsent),
    ]);

    /// <summary>A supplier's service behind one of ours.</summary>
    public static readonly Section Supplier = new("supplier", "A supplier's service behind a service of this agreement.",
    [
        new("agreement", Text("a file beside this one", "payment-gateway.yaml"), "The supplier agreement (underpinning contract).", Required: true, Favour: Neutral),
        new("service", Name, "The service in it.", "its only service", Favour: Neutral),
    ]);

    /// <summary>Planned maintenance of a service.</summary>
    public static readonly Section Maintenance = new("maintenance", "Planned maintenance of a service.",
    [
        new("window", List(Window), "The times in which it may take place, in the agreement's zone.", "any time", Favour: Fewer.WorstIfAbsent),
        new("notice", Elapsed, "How long before its start it must be announced, reckoned from when the announcement was recorded.", "announced before it starts", Favour: Greater.WorstIfAbsent),
        new("allowance", TimeInPeriod, "How much downtime in a period it may excuse, used up in order of time; an overrun is downtime.", "no limit", Favour: Smaller.WorstIfAbsent),
        new("allowance-per", Text("a period", "month", "quarter", "year"), "The period of the allowance.", "the objective's own period", Favour: Unclear),
        new("counts", Words("neither", "only downtime leaves", "as up"), "Whether its time leaves both sides of the sum, only its downtime does, or its downtime counts as up.", "neither", Favour: BestFirst("neither", "only downtime leaves", "as up")),
    ]);

    /// <summary>A clock.</summary>
    public static readonly Section Clock = new("clock", "A running timer of one target on each ticket.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("like", Words("respond", "update", "update-interval", "workaround", "resolve", "recover", "own"), "A standard clock whose conditions it takes over.", "its own name, when that is a standard clock", Favour: Frame),
        new("on", Words("provider", "customer"), "Whose clock it is.", "provider", Favour: Side),
        new("start", Texts, "What starts it; any one of several.", "reported", Favour: Frame),
        new("stop", Texts, "What stops it; any one of several.", "by the standard clock it is like", Favour: Frame),
        new("pause", Texts, "While one of these holds it does not run.", "nothing pauses it", Favour: Fewer.BestIfAbsent),
        new("resume", Texts, "What ends a pause that an event began.", "the pause ends when what it depends on no longer holds", Favour: Unclear),
        new("reset", Texts, "What completes it and starts a new one.", "nothing", Favour: Unclear),
        new("cancel", Texts, "What ends it without a verdict.", "the ticket is cancelled", Favour: Unclear),
        new("applies-when", Texts, "It applies only while one of these holds; a running one is cancelled with its history when none does any more.", "always", Favour: Unclear),
        new("counts-back", Words("no", "to the report", "to the report without its pauses"), "Whether, once it starts, it counts from the report of the ticket, and whether pauses before its start are taken out then.", "no", Favour: BestFirst("to the report", "to the report without its pauses", "no")),
        new("within", TimeByPriority, "The target, for all or by priority.", Required: false, Favour: Smaller.WorstIfAbsent),
        new("calendar", CalendarByPriority, "The hours in which it runs, for all or by priority.", "always", Favour: BestFirst("always")),
        new("pauses", Texts, "Statuses in which it does not run.", "none", Favour: Fewer.BestIfAbsent),
        new("longest-pause", Time, "After this long a pause ends by itself.", "no limit", Favour: Smaller.WorstIfAbsent),
        new("paused-time", Words("is taken out", "is only hidden"), "Whether a pause moves the deadline.", "is taken out", Favour: BestFirst("is only hidden", "is taken out")),
        new("start-from", Words("reported", "entered", "assigned", "attached"), "From when it counts; 'attached': a ticket that came under the agreement later counts from then on.", "reported", Favour: BestFirst("reported", "entered", "assigned")),
        new("priority-change", Words("from the start", "from the change", "by its reason"), "From when the new target counts after a change of priority.", "from the start", Favour: Unclear),
        new("reopened-within", Any(Words("no limit"), Time), "A ticket opened again within this time goes on with the same clock; later a new one starts. 'no limit': it is always the same clock.", "5 business days", Favour: Unclear),
        new("reopened", Words("resumes", "counts", "new cycle"), "What opening it again does within that time.", "resumes", Favour: BestFirst("counts", "resumes", "new cycle")),
        new("end-of-day", YesNo, "Whether a target in business days runs to the closing of the last day.", "no", Favour: BestFirst("no", "yes")),
        new("lateness", Words("nothing", "pauses the provider", "extends the provider"), "For a clock on the customer: what its lateness does to the provider's clocks.", "nothing", Favour: Unclear),
        new("warn-at", List(Any(Percent, Time)), "Shares of the target, or times left before the deadline, at which to warn.", "none", Favour: Neutral),
    ]);

    /// <summary>Rules that hold for all tickets.</summary>
    public static readonly Section Tickets = new("tickets", "Rules that hold for tickets, whichever clock runs on them.",
    [
        new("resolved-statuses", Texts, "Statuses that mean resolved; a change to another status opens the ticket again.", "only facts resolve and reopen", Favour: Unclear),
        new("after-workaround", Name, "The priority that a ticket gets when a workaround is given.", "it stays", Favour: Unclear),
        new("when-amended", Words("keeps its target", "takes the new target"), "What a clock that runs when an amendment comes into force does: it stays with the version under which it started, or goes on by the target and the rules of the amendment, with the time already spent; a breach is never dated before the amendment, and one already reached stays.", "keeps its target", Favour: Unclear),
        new("when-left", Words("is cancelled", "runs on"), "What the running clocks of a ticket do that no longer belongs to any service of the agreement: they are cancelled with their history, or run on by the rules that they had.", "is cancelled", Favour: BestFirst("runs on", "is cancelled")),
    ]);

    /// <summary>Members.</summary>
    public static readonly Section Roster = new("roster", "The members among whom an objective is measured each.",
    [
        new("members", Texts, "Who belongs from the start; facts may add and remove.", "none", Favour: Unclear),
        new("joined-late", Words("in proportion", "whole target", "whole periods only"), "What a member who joins or leaves within a period owes.", "in proportion", Favour: Unclear),
    ]);

    /// <summary>A recurring duty.</summary>
    public static readonly Section Duty = new("duty", "Something that is to be done again and again, or once by a date.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("of", Words("provider", "customer"), "Whose duty it is.", "provider", Favour: Side),
        new("every", Recurrence, "How often it is due, or the one date on which it is.", Required: true, Favour: Unclear),
        new("at", Text("a time of day", "22:00"), "The time of day by which it is due.", "the end of the day", Favour: Unclear),
        new("not-before", Elapsed, "How long before it is due it can be done at the earliest.", "as early as the one before was due", Favour: Unclear),
        new("grace", Elapsed, "How long after it was due it may still be done, late.", "none; what is due once may be done at any time after it, late", Favour: Smaller.BestIfAbsent),
        new("late", Words("does not count", "counts"), "Whether what was done late, within the grace, counts like what was done in time.", "does not count", Favour: BestFirst("does not count", "counts")),
        new("calendar", Name, "The calendar of its business days.", "Monday to Friday", Favour: Unclear),
        new("evidence", Words("required", "not required"), "Whether it counts without evidence.", "not required", Favour: BestFirst("required", "not required")),
        new("description", FreeText, "What is to be done.", "none", Favour: Neutral),
        new("when-late", Words("nothing more", "excuses what it delays"), "What lateness of the customer does: whether, from due to done, clocks stand still and downtime is excused.", "nothing more", Favour: Unclear),
        new("delays", Names, "The objectives that its lateness delays, on clocks, availability or outages; to be named where it excuses.", Favour: More.WorstIfAbsent),
    ]);

    /// <summary>A rule that says where a fact belongs.</summary>
    public static readonly Section Match = new("matching rule", "Which facts belong to a service.",
    [
        new("when", Whole("source, subject, type, service, customer, or a label", Texts), "What the fact's fields must fit; '*' stands for anything.", Required: true, Favour: Unclear),
        new("service", Name, "The service it belongs to.", Required: true, Favour: Unclear),
        new("component", Name, "The component it is about.", "the fact's subject, when the service lists it", Favour: Unclear),
    ]);

    /// <summary>Who may assert what.</summary>
    public static readonly Section Assertion = new("assertion", "Who may assert what.",
    [
        new("source", FreeText, "The source; '*' stands for anything.", Required: true, Favour: Unclear),
        new("may", Texts, "The fact types it may assert, after 'levelkeeper.'; '*' stands for anything.", Required: true, Favour: Unclear),
        new("prevails", YesNo, "Whether it is the measuring party: where sources differ, its word stands.", "no", Favour: Unclear),
    ]);

    /// <summary>Time slices.</summary>
    public static readonly Section Slices = new("slices", "Requests judged by intervals.",
    [
        new("of", Elapsed, "The length of an interval.", Required: true, Favour: Unclear),
        new("bad-above", Percent, "An interval is bad when its error rate is above this, when every attempt failed, or when its check failed.", "its rate counts as it is", Favour: Smaller),
        new("without-requests", Words("good", "left out"), "What an interval is in which nobody asked and no check failed.", "good", Favour: BestFirst("left out", "good")),
    ]);

    /// <summary>An objective.</summary>
    public static readonly Section Objective = new("objective", "An indicator, a period and a target.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("measure", Text("what is measured", "availability", "time to respond", "share of requests", "ratio of deals", "share of latency within 200 ms", "p95 of latency", "sum of leads", "first-contact resolution", "duty backup"), "The indicator.", Required: true, Favour: Frame),
        new("of", FreeText, "The service: 'shop', or 'tickets of shop'.", "the only service", Favour: Frame),
        new("per", Text("a period", "day", "week", "month", "quarter", "half-year", "year", "agreement month", "rolling 30 days", "term"), "The period.", "month", Favour: Frame),
        new("target", Text("a target", "at least 99.9 %", "at most 200 ms", "at least 95 % of at least 20 tickets", "every ticket", "at least 99.99 %, that is 52 min 36 s a year"), "What is promised.", Required: true, Favour: Target),
        new("stated-twice", Words("the percentage prevails", "the time prevails"), "Which one counts where the target is stated as a percentage and as a length of time.", "the percentage, with a warning", Favour: Unclear),
        new("rounded", Text("places of the percentage", "2 places"), "Round the level, half away from zero, before comparing it.", "compared exactly", Favour: Unclear),
        new("at-risk", Percent, "The share of the error budget left, or of a clock's target, at which the objective is at risk.", "20 %", Favour: Neutral),
        new("burn-alerts", Any(Words("none"), List(Text("a burn rate, a long and a short window", "14.4 x over 1 h and 5 min", "1 x over 3 days and 6 h"))), "When the error budget burns too fast: at more than so many times the rate that uses it up exactly, over both windows. For availability, requests and shares.", "14.4 x over 1 h and 5 min, 6 x over 6 h and 30 min, 1 x over 3 days and 6 h for 30 days; for a longer or shorter period the rates in proportion", Favour: Neutral),
        new("each", Text("who", "component", "member of sales"), "Who must reach the target each by itself: every component of the service, or every member of a roster.", "the whole", Favour: Frame),
        new("members-reaching", Percent, "The share of the members that must reach it.", "100 %", Favour: Greater),
        new("where", Whole("priority, channel, status, category or a label", Texts), "Which tickets or facts count; all that are named must fit.", "all", Favour: Unclear),

        // Clocks.
        new("within", TimeByPriority, "The clock's target, for all or by priority.", "the clock's own", Favour: Smaller),
        new("calendar", CalendarByPriority, "The hours in which the clock runs, for all or by priority.", "the clock's own", Favour: BestFirst("always")),
        new("pauses", Texts, "Statuses in which the clock does not run.", "the clock's own", Favour: Fewer),
        new("end-of-day", YesNo, "Whether a target in business days runs to the closing of the last day.", "the clock's own", Favour: BestFirst("no", "yes")),
        new("counted-in", Words("decided", "opened", "stopped", "reported", "resolved"), "To which period a ticket belongs. By its clock: when its verdict was decided, when the clock opened or stopped. Without a clock: when it was reported or resolved.", "decided; without a clock by what is measured", Favour: Unclear),

        new("cancelled", Words("is not counted", "counts as met", "counts as missed"), "What a ticket is in the share in time that was cancelled before it was decided.", "is not counted", Favour: BestFirst("counts as missed", "is not counted", "counts as met")),
        new("not-yet-due", Words("is not counted", "counts as met", "counts as missed"), "What an open ticket is in the share in time while it is not due; where tickets are counted in the period in which they were opened.", "is not counted", Favour: BestFirst("counts as missed", "is not counted", "counts as met")),

        // Tickets and values.
        new("channels", Texts, "For the self-service share: the channels that are self-service.", Favour: Unclear),
        new("first-contact", Words("stated else derived", "stated", "derived"), "Who decides that a ticket was resolved in the first contact: its source, its history, or the first that knows.", "stated else derived", Favour: Unclear),
        new("closed-ticket", Words("is not resolved", "is resolved"), "Whether a ticket that was closed and never resolved counts as resolved when it was closed.", "is not resolved", Favour: Unclear),
        new("settles-after", Elapsed, "How long after it was resolved a ticket is judged.", "at the end of the period", Favour: Unclear),
        new("satisfied-from", Percent, "For the share of satisfied ratings: the score from which one is satisfied.", Required: false, Favour: Greater),
        new("unit", Name, "The unit of the measured values: ms, s, min, h, or a word of your own.", "ms for latency and jitter, else none", Favour: Frame),
        new("nothing-measured", Words("no activity", "zero"), "What a count or a sum is when nothing was reported.", "no activity", Favour: Unclear),
        new("straddling-windows", Words("where they end", "left out"), "What a window of measurements does that begins before the period.", "where they end", Favour: Unclear),
        new("failed-checks", Words("left out", "too slow"), "What a check that failed is where response times are held against a limit.", "left out", Favour: BestFirst("too slow", "left out")),
        new("smallest-possible", Text("a number in the metric's unit, or 'none'", "0", "none"), "The smallest value that the metric can have: the lower edge of a histogram's first bucket.", "0", Favour: Unclear),
        new("percentile", Words("nearest rank", "interpolated"), "How a percentile is taken.", "nearest rank", Favour: Unclear),

        // Availability.
        new("excluding", Texts, "What does not count: 'maintenance', and causes of exclusion.", "nothing", Favour: Fewer.BestIfAbsent),
        new("exclusions", Words("excuse the downtime", "leave the period"), "Whether an approved exclusion keeps its time in the denominator.", "excuse the downtime", Favour: BestFirst("leave the period", "excuse the downtime")),
        new("no-data", Words("unknown", "up", "down", "out"), "What time without evidence is.", "unknown: both extremes are computed", Favour: BestFirst("down", "unknown", "up")),
        new("fresh-for", Elapsed, "How long 'up' lasts without news.", "until there is news", Favour: Unclear),
        new("before-first", Words("unknown", "up", "down"), "What the time before the first known state is; a previous state that the first fact states comes before it.", "unknown", Favour: BestFirst("down", "unknown", "up")),
        new("previous-state", Words("before the first", "also unknown between", "ignored"), "How far a previous state that a fact states is believed.", "before the first", Favour: Unclear),
        new("confirmed-after", Text("how many", "2 checks", "2 of 3 locations", "2 checks at 2 of 3 locations"), "How many checks in a row, or how many of the locations, must agree before a check is believed.", "2 checks", Favour: Unclear),
        new("observer-gap", Words("no data", "no data until news", "state lasts"), "What the time is while the observer does not watch.", "no data, and then the state before", Favour: Unclear),
        new("downtime-begins", Words("first failed check", "last good check", "report"), "When downtime begins.", "first failed check", Favour: BestFirst("last good check", "first failed check")),
        new("shortest-outage", OutageLength, "Outages shorter than this do not count; with 'more than', those of just this length do not either. With a span, downtime of all outages in it is added up.", "none", Favour: Smaller.BestIfAbsent),
        new("short-outages", Words("counted once exceeded", "never counted"), "Whether the first minutes count once an outage is longer than the shortest.", "counted once exceeded", Favour: BestFirst("counted once exceeded", "never counted")),
        new("full-units", Unit, "Of each outage only full units of this length count, from its beginning: '1 min' leaves out parts of minutes.", "all of it counts", Favour: Smaller.BestIfAbsent),
        new("degraded", Any(Words("shown apart", "down", "up"), Percent), "What degraded time is, when no essential function is lost: a percentage is its weight as downtime.", "shown apart", Favour: BestFirst("down", "shown apart", "up")),
        new("merge-within", Elapsed, "Outages closer together than this are one.", "none", Favour: Unclear),
        new("combine", Text("how components combine", "all", "any", "2 of 3", "edge and (web-1 or web-2)", "average"), "When a service of several components is up: 'and' is series, 'or' parallel; 'average' pools their times.", "all", Favour: Unclear),
        new("joined-late", Words("in proportion", "whole period", "rest is well"), "What counts of a period in which the service, or a member, was there for a part only: its own time, all of it as it was, or all of it with the rest as time in which everything was well; of a number that is promised, its share or all of it.", "in proportion", Favour: Unclear),
        new("slices", Of(Slices), "Judge requests by intervals.", "the whole period at once", Favour: Unclear),
        new("affected-share", YesNo, "Whether downtime is weighted by the share of users affected, where a fact states it.", "no", Favour: BestFirst("no", "yes")),
        new("prevails", Texts, "Sources whose word prevails where several differ, first to last.", "none: where they differ there is no data", Favour: Unclear),
        new("counts-from", Words("the period", "the first fact", "the first fact if any"), "From when time counts.", "the period", Favour: Unclear),
        // The contract around it.
        new("description", FreeText, "What it means to people.", "none", Favour: Neutral),
        new("weight", Percent, "Its weight in an overall score.", "all weigh the same", Favour: Unclear),
        new("benchmark", Text("a level, as in the target", "99.95 %", "4 h"), "What is usual in the field, for comparison; it decides nothing.", "none", Favour: Neutral),
        new("benchmark-source", FreeText, "Where the benchmark is from.", "not said", Favour: Neutral),
        new("period-length", Elapsed, "Divide by this length instead of the period's own; some published figures do.", "the period's own length", Favour: Unclear),
    ]);

    /// <summary>What an agreement promises and how it is kept: what levels, plans and amendments state.</summary>
    private static readonly ImmutableArray<Key> Clauses =
    [
        new("languages", Of(PartyClauses.Languages), "The languages in which it is concluded.", "English alone", Favour: Parts),
        new("master", Of(PartyClauses.Master), "The contract that it belongs to.", "it stands by itself", Favour: Parts),
        new("parties", Of(PartyClauses.Parties), "The two sides.", Required: true, Favour: Parts),
        new("people", Map("a name", Of(PartyClauses.Person)), "People, roles and teams that are told, decide or act.", "none is named", Favour: Neutral),
        new("term", Of(TermClauses.Term), "How long it holds.", Required: true, Favour: Parts),
        new("zone", Zone, "The zone of its periods and dates.", Required: true, Favour: Unclear.OpenIfAbsent),
        new("currency", Currency, "The currency of every amount.", "none: it names no money", Favour: Unclear.OpenIfAbsent),
        new("calendars", Map("a name", Any(Words("always"), Of(Calendar))), "Its calendars; 'always' is there without saying.", "only 'always'", Favour: Neutral),
        new("services", Map("a name", Of(Service)), "Its services.", Required: true, Favour: More),
        new("suppliers", Map("a name", Of(Supplier)), "Suppliers' services behind them.", "none", Favour: Neutral),
        new("support", Of(SupportClauses.Support), "Where help is asked for.", "not said", Favour: Parts),
        new("maintenance", Map("a service", Of(Maintenance)), "Planned maintenance by service.", "none is excluded", Favour: Fewer),
        new("clocks", Map("a name", Of(Clock)), "Clocks on tickets.", "the standard ones: respond, update, workaround, resolve, recover, own", Favour: Parts),
        new("tickets", Of(Tickets), "Rules that hold for all tickets.", "none", Favour: Parts),
        new("rosters", Map("a name", Of(Roster)), "Members.", "none", Favour: Unclear),
        new("duties", Map("a name", Of(Duty)), "Recurring duties.", "none", Favour: More),
        new("matching", List(Of(Match)), "Rules that say where facts belong; the first that holds decides.", "by the service and customer that the fact names", Favour: Unclear),
        new("assertions", List(Of(Assertion)), "Who may assert what.", "every source may assert everything", Favour: Unclear),
        new("objectives", Map("a name", Of(Objective)), "What is promised.", Required: true, Favour: More),
        new("commitments", Map("a name", Of(CommitmentClauses.Commitment)), "Commitments on security, privacy and the like.", "none", Favour: More),
        new("price", Of(PriceClauses.Price), "What is paid, when and how.", "by the fees of the services", Favour: Parts),
        new("exclusions", Map("a cause", Of(RemedyClauses.Exclusion)), "Causes that excuse, and who decides.", "the causes that objectives name, as commonly understood", Favour: Parts),
        new("remedies", Map("a name", Of(RemedyClauses.Remedy)), "What follows when an objective is missed or exceeded.", "nothing but the law", Favour: More),
        new("remedies-are", Words("not the only ones", "the only ones"), "Whether the law's other remedies remain.", "not the only ones", Favour: BestFirst("not the only ones", "the only ones")),
        new("cap", Of(RemedyClauses.Cap), "The most that the provider owes by all remedies together.", "no cap but those of each remedy", Favour: Parts),
        new("statement", Of(RemedyClauses.Statement), "When statements are issued, to whom, and on whose approval.", "within 10 business days of the period's end", Favour: Parts),
        new("disputes", Of(RemedyClauses.Disputes), "How the two sides settle what they disagree on.", "by negotiation within 30 days, then the courts", Favour: Parts),
        new("indemnity", FreeText, "Who holds whom harmless, in words.", "not said", Favour: Unclear),
        new("escalation", Map("an objective or a clock", List(Of(SupportClauses.Step))), "Who is told, and when.", "nobody", Favour: More),
        new("reviews", Of(TermClauses.Reviews), "When it is reviewed.", "none is agreed", Favour: More),
        new("texts", Map("a heading", FreeText), "Clauses that nothing computes, in words.", "none", Favour: Unclear),
    ];

    /// <summary>A plan.</summary>
    public static readonly Section Plan = new("plan", "A level such as Basic or Enterprise: what it states comes over the level that defines it.",
    [
        new("title", FreeText, "As people read it.", "its name", Favour: Neutral),
        new("extends", Name, "The plan that it builds on.", "none", Favour: Neutral),
        .. InPart(Clauses),
    ]);

    /// <summary>What an amendment changes.</summary>
    public static readonly Section Changes = new("changes", "Clauses as they are from the amendment on; 'removed' takes one away.",
    [
        new("plan", Name, "The plan that the customer has from then on.", "the plan stays", Favour: Neutral),
        .. InPart(Clauses),
    ]);

    /// <summary>An amendment.</summary>
    public static readonly Section Amendment = new("amendment", "Changes that are in force from a date; results before it stay as they were.",
    [
        new("from", Date, "The first day on which they are in force.", Required: true, Favour: Neutral),
        new("title", FreeText, "What it is about.", "none", Favour: Neutral),
        new("changes", PartOf(Changes), "What changes.", Required: true, Favour: Neutral),
    ]);

    /// <summary>The document.</summary>
    public static readonly Section Agreement = new("agreement", "A service level agreement.",
    [
        new("levelkeeper", Words("v1"), "The edition of the language and of the semantics: it freezes every default for ever.", Required: true, Favour: Unclear),
        new("id", Name, "Its identity.", Required: true, Favour: Neutral),
        new("title", FreeText, "As people read it.", Required: true, Favour: Neutral),
        new("kind", Words("customer", "internal", "supplier", "commitment", "corporate"), "What kind of agreement it is; a corporate one is there for others to extend.", "customer", Favour: Unclear.OpenIfAbsent),
        new("extends", Text("a file beside this one", "corporate.yaml"), "The level above, whose clauses hold where this one states no other.", "it stands by itself", Favour: Neutral),
        new("plan", Name, "The plan that the customer chose.", "none", Favour: Neutral),
        new("state", Words("draft", "proposed", "reviewed", "signed", "active", "suspended", "ended"), "How far it has come.", "draft", Favour: Neutral),
        new("legal-review", Of(TermClauses.LegalReview), "The lawyers' review.", "none is required", Favour: Neutral),
        new("signed-on-paper", List(Of(TermClauses.PaperSignature)), "Signatures on paper.", "none", Favour: Neutral),
        new("suspensions", List(Of(TermClauses.Suspension)), "Times in which it is suspended.", "none", Favour: Unclear.OpenIfAbsent),
        .. Clauses,
        new("plans", Map("a name", PartOf(Plan)), "Plans to choose from, here or at a lower level.", "none", Favour: Neutral),
        new("amendments", List(Of(Amendment)), "Changes with the dates from which they are in force.", "none", Favour: Neutral),
        new("at-least-as-strict", Texts, "Clauses that a lower level may only make better for the customer: their paths, such as 'objectives.uptime.target', or 'everything'.", "a lower level may change everything", Favour: Neutral),
    ]);

    private static ImmutableArray<Key> InPart(ImmutableArray<Key> keys) => [.. keys.Select(k => k with { Shape = ValueShape.AsPart(k.Shape), Required = false })];
}
