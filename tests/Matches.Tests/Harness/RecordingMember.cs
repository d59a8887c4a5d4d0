using System.Text;

namespace RealtimeServer.Matches.Harness;

/// <summary>Writes down what it is told.</summary>
internal sealed class RecordingMember(string name, Guid? userId = null) : IMatchMember
{
    private readonly List<string> _told = [];

    public Presence Presence { get; } = new(userId ?? Guid.NewGuid(), Guid.NewGuid(), name);

    public Guid Session => Presence.SessionId;

    /// <summary>Thrown at the next thing told.</summary>
    public Exception? Throws { get; set; }

    public Action? OnPresence { get; set; }

    public List<byte[]> Snapshots { get; } = [];

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    /// <summary>What it was told except for snapshots and the welcome.</summary>
    public IReadOnlyList<string> News => [.. Told.Where(static line => line != "snapshot" && !line.StartsWith("data -1", StringComparison.Ordinal))];

    public void Forget()
    {
        lock (_told)
        {
            _told.Clear();
        }
    }

    public void MatchData(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable) =>
        Tell($"data {opCode} {Encoding.UTF8.GetString(data)} from {sender?.Username ?? "match"}{(reliable ? "" : " unreliable")}");

    public void Snapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        Snapshots.Add(part.ToArray());
        Tell("snapshot");
    }

    public void PresenceChanged(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
        foreach (Presence join in joins)
        {
            Tell($"+{join.Username}");
        }

        foreach (Presence leave in leaves)
        {
            Tell($"-{leave.Username}");
        }

        OnPresence?.Invoke();
    }

    public void MatchClosed(MatchId match, string reason, bool failed) => Tell($"{(failed ? "failed" : "closed")}: {reason}");

    private void Tell(string line)
    {
        lock (_told)
        {
            _told.Add(line);
        }

        if (Throws is Exception exception)
        {
            throw exception;
        }
    }
}
