using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Matches;

/// <summary>What became of a request for a simulated match: the match, or why there is none.</summary>
public readonly record struct CreateOutcome(MatchInfo? Info, string? Refusal)
{
    [MemberNotNullWhen(true, nameof(Info))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Created => Info is not null;
}

/// <summary>A match that a killed server left behind, and whether it runs again.</summary>
/// <param name="File">Its checkpoint.</param>
/// <param name="Outcome">The match, or why it cannot go on.</param>
public readonly record struct RecoveredMatch(string File, CreateOutcome Outcome);

public enum JoinStatus
{
    NotFound,
    Accepted,
    Rejected,
}

/// <summary>What became of a join.</summary>
/// <param name="Status">Whether the session is now a member.</param>
/// <param name="Info">The match as it is with the new member; null unless accepted.</param>
/// <param name="Others">Members there before; empty unless accepted.</param>
/// <param name="Reason">For people to read; null unless rejected.</param>
public readonly record struct JoinOutcome(JoinStatus Status, MatchInfo? Info, Presence[] Others, string? Reason)
{
    [MemberNotNullWhen(true, nameof(Info))]
    public bool Accepted => Status == JoinStatus.Accepted;

    internal static JoinOutcome NotFound { get; } = new(JoinStatus.NotFound, null, [], null);

    internal static JoinOutcome Joined(MatchInfo info, Presence[] others) => new(JoinStatus.Accepted, info, others, null);

    internal static JoinOutcome Rejected(string reason) => new(JoinStatus.Rejected, null, [], reason);
}

/// <summary>What became of data sent to a match. Only <see cref="Sent"/> means that it was taken.</summary>
public enum SendOutcome
{
    Sent,
    NotFound,
    NotAMember,

    /// <summary>The match's inbox, or the member's share of it, is full until the next tick.</summary>
    QueueFull,

    /// <summary>More than <see cref="Limits.DataBytesMax"/> bytes.</summary>
    TooLarge,

    /// <summary>Negative op codes belong to the server (<see cref="MatchOpCodes"/>).</summary>
    ReservedOpCode,
}

/// <summary>How a match ended.</summary>
/// <param name="Reason">For people to read, the same text its members got.</param>
/// <param name="Failed">True if it broke.</param>
/// <param name="ResultJson">What the game declared as its result, if it came to an end.</param>
public sealed record MatchEnding(string Reason, bool Failed, string? ResultJson);
