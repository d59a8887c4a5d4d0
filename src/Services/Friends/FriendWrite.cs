using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Friends;

/// <summary>What one write does to a user and others: their edges, their counts, and what they are told.</summary>
internal sealed class FriendWrite
{
    private readonly Guid _user;
    private readonly long _now;
    private readonly SortedDictionary<Guid, int> _counts = [];
    private readonly List<Action<SqlBatch>> _edges = [];

    public FriendWrite(Guid user, long now)
    {
        _user = user;
        _now = now;
    }

    public bool IsEmpty => _edges.Count == 0;

    /// <summary>How much the user's count grows.</summary>
    public int Growth => _counts.GetValueOrDefault(_user);

    /// <summary>How much another's does.</summary>
    public int GrowthOf(Guid other) => _counts.GetValueOrDefault(other);

    /// <param name="before">As it was seen; the write is refused if it is so no more.</param>
    /// <param name="metadata">Of the user's side and of the other's.</param>
    public void Change(Guid other, FriendPair before, FriendPair after, (string Mine, string Theirs) metadata)
    {
        // The side of the lower id first, so that two who act on each other wait in one order.
        bool userFirst = _user.CompareTo(other) < 0;
        if (userFirst)
        {
            Change(_user, other, before.Mine, after.Mine, metadata.Mine);
        }
        Change(other, _user, before.Theirs, after.Theirs, metadata.Theirs);
        if (!userFirst)
        {
            Change(_user, other, before.Mine, after.Mine, metadata.Mine);
        }
    }

    /// <param name="max">What no count may grow beyond.</param>
    public void AddTo(SqlBatch batch, int max)
    {
        foreach ((Guid user, int delta) in _counts.Where(c => c.Value != 0))
        {
            batch.Execute(FriendSql.Count, new { UserId = user, Delta = delta, Max = max, Now = _now }, rows: 1);
        }
        foreach (Action<SqlBatch> edge in _edges)
        {
            edge(batch);
        }
    }

    private void Change(Guid user, Guid friend, FriendState? from, FriendState? to, string metadata)
    {
        if (from == to)
        {
            return;
        }
        _counts[user] = _counts.GetValueOrDefault(user) + (from is null ? 1 : to is null ? -1 : 0);
        _edges.Add((from, to) switch
        {
            (null, _) => batch => batch.Execute(
                FriendSql.Insert, new { UserId = user, FriendId = friend, State = (int)to!, Metadata = metadata, Now = _now }, rows: 1),
            (_, null) => batch => batch.Execute(FriendSql.Delete, new { UserId = user, FriendId = friend, From = (int)from }, rows: 1),
            _ => batch => batch.Execute(
                FriendSql.Update, new { UserId = user, FriendId = friend, From = (int)from, State = (int)to, Metadata = metadata, Now = _now }, rows: 1),
        });
    }
}
