using System.Net;
using RealtimeServer.Matches;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server;

/// <summary>Every line the server writes to its log, with its event id. Nothing is logged from within a tick below warning.</summary>
internal sealed partial class ServerLog : IMatchObserver
{
    private readonly ILogger _logger;

    public ServerLog(ILogger logger)
    {
        _logger = logger;
    }

    [LoggerMessage(1, LogLevel.Information, "Listening {Milliseconds} ms after the process started.")]
    public partial void Listening(long milliseconds);

    [LoggerMessage(2, LogLevel.Information, "Garbage collection: {Kind}, {Concurrency}, latency mode {LatencyMode}, {Processors} processors.")]
    public partial void GarbageCollection(string kind, string concurrency, string latencyMode, int processors);

    [LoggerMessage(3, LogLevel.Warning, "Listening beyond this machine with the default server key: anybody who can reach it can sign in.")]
    public partial void Insecure();

    [LoggerMessage(4, LogLevel.Warning, "Map refused: {Reason}")]
    public partial void MapRefused(string reason);

    [LoggerMessage(40, LogLevel.Information, "Map reloaded: {File}. New matches play on it; {Matches} running ones take over its changed cells.")]
    public partial void MapReloaded(string file, int matches);

    [LoggerMessage(41, LogLevel.Error, "Map refused, the last good one stays: {Reason}")]
    public partial void MapKept(string reason);

    [LoggerMessage(42, LogLevel.Warning, "Map gone: {File} was deleted; new matches cannot play on it.")]
    public partial void MapGone(string file);

    [LoggerMessage(5, LogLevel.Information, "Stopping: {Matches} matches, {Sessions} sessions.")]
    public partial void Stopping(int matches, int sessions);

    [LoggerMessage(18, LogLevel.Information, "Ranks of {Records} leaderboard records are there, {Seconds:0.00} s after the boards.")]
    public partial void RanksLoaded(long records, double seconds);

    [LoggerMessage(10, LogLevel.Error, "{Method} failed.")]
    public partial void MethodFailed(string method, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "A door failed: {Door}.")]
    public partial void DoorFailed(string door, Exception exception);

    /// <param name="lost">Why the database is away; null when it is back.</param>
    public void DatabaseAvailability(Exception? lost)
    {
        if (lost is null)
        {
            DatabaseBack();
        }
        else
        {
            DatabaseLost(lost.Message);
        }
    }

    [LoggerMessage(14, LogLevel.Error, "{Method} failed, request {RequestId}.")]
    public partial void RequestFailed(string method, string requestId, Exception exception);

    /// <summary>Whether each request gets a line; asked first, as the line's parts cost something.</summary>
    public bool WritesRequests => _logger.IsEnabled(LogLevel.Debug);

    [LoggerMessage(16, LogLevel.Warning, "Not ready, the database does not answer: {Reason}")]
    public partial void NotReady(string reason);

    [LoggerMessage(15, LogLevel.Debug, "{Door} {Method}: {Code} in {Milliseconds:F2} ms for {User} at {Address}, request {RequestId}.")]
    public partial void Requested(ApiDoorKind door, string method, ApiCode code, double milliseconds, string user, IPAddress address, string requestId);

    [LoggerMessage(
        17,
        LogLevel.Warning,
        "{Count} other servers use this database. Each ranks what it read at its start and wrote since: let one serve ranked boards, see docs/leaderboards.md.")]
    public partial void OtherServers(int count);

    [LoggerMessage(20, LogLevel.Warning, "The demo match could not be started: {Reason}")]
    public partial void DemoMatchRefused(string reason);

    [LoggerMessage(12, LogLevel.Error, "The database is lost; requests are refused until it is back: {Reason}")]
    private partial void DatabaseLost(string reason);

    [LoggerMessage(13, LogLevel.Warning, "The database is back.")]
    private partial void DatabaseBack();

    void IMatchObserver.MatchStarted(MatchInfo match) => MatchStarted(match.Id, match.HandlerName);

    void IMatchObserver.MatchEnded(MatchInfo match, MatchEnding ending) => MatchEnded(match.Id, match.HandlerName, ending.Reason);

    void IMatchObserver.MatchFailed(MatchInfo match, Exception exception, string? replayFile) =>
        MatchFailed(match.Id, match.HandlerName, replayFile ?? "not saved", exception);

    void IMatchObserver.MemberFailed(MatchInfo match, Presence member, Exception exception) => MemberFailed(match.Id, member.SessionId, exception);

    void IMatchObserver.CheckpointFailed(MatchInfo match, string reason) => CheckpointFailed(match.Id, match.HandlerName, reason);

    void IMatchObserver.CheckpointsKeptAgain(MatchInfo match) => CheckpointsKeptAgain(match.Id, match.HandlerName);

    [LoggerMessage(30, LogLevel.Debug, "Match {Match} of {Game} started.")]
    private partial void MatchStarted(MatchId match, string game);

    [LoggerMessage(31, LogLevel.Debug, "Match {Match} of {Game} ended: {Reason}")]
    private partial void MatchEnded(MatchId match, string game, string reason);

    [LoggerMessage(32, LogLevel.Error, "Match {Match} of {Game} broke; its inputs: {ReplayFile}.")]
    private partial void MatchFailed(MatchId match, string game, string replayFile, Exception exception);

    [LoggerMessage(34, LogLevel.Information, "Match {Match} of {Game} goes on from its last checkpoint.")]
    public partial void MatchRecovered(MatchId match, string game);

    [LoggerMessage(35, LogLevel.Warning, "The match in {File} cannot go on: {Reason}")]
    public partial void MatchNotRecovered(string file, string reason);

    [LoggerMessage(36, LogLevel.Warning, "Match {Match} of {Game} is not kept for a crash, until this log says so: {Reason}")]
    private partial void CheckpointFailed(MatchId match, string game, string reason);

    [LoggerMessage(37, LogLevel.Information, "Match {Match} of {Game} is kept for a crash again.")]
    private partial void CheckpointsKeptAgain(MatchId match, string game);

    [LoggerMessage(33, LogLevel.Error, "Match {Match} removed session {Session}, whose door threw.")]
    private partial void MemberFailed(MatchId match, Guid session, Exception exception);
}
