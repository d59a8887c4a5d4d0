using RealtimeServer.Foundation;
using RealtimeServer.Matches.Hosting;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>What lets a match go on elsewhere: it as bytes, its checkpoints on the disk, and in a recovered one the slots kept for its players.</summary>
internal sealed class MatchRecovery
{
    private readonly MatchContext _context;
    private readonly MatchId _id;
    private readonly MatchRequest _request;
    private readonly MatchSimulation _simulation;
    private readonly MemberList _members;
    private readonly ReservedSeats _seats;
    private readonly PeriodicCheckpoint? _checkpoint;
    private readonly Action<StateWriter> _write;
    private long _began;

    public MatchRecovery(
        MatchContext context, MatchId id, MatchRequest request, MatchSimulation simulation, MemberList members, IEnumerable<Seat> seats, Func<MatchInfo> info)
    {
        _context = context;
        _id = id;
        _request = request;
        _simulation = simulation;
        _members = members;
        _seats = new ReservedSeats(seats);
        _checkpoint = PeriodicCheckpoint.For(context, id, request, info);
        _write = Write;
    }

    public void StartAt(long timestamp) => _began = timestamp;

    /// <summary>The slot kept for a user who comes back, or a free one; none for a spectator.</summary>
    public PlayerId TakeSlot(Guid userId)
    {
        PlayerId kept = _seats.Claim(userId);
        return kept.IsNone ? _simulation.Join() : kept;
    }

    /// <summary>Players who did not come back have left; and the match is saved, if it is time.</summary>
    public void AfterTick(long begun, StateWriter writer)
    {
        while (_seats.All.Count > 0 && _context.Seconds(begun - _began) >= Limits.SeatSecondsMax && _seats.TryGiveUp(out PlayerId player))
        {
            _simulation.Leave(player);
        }

        if (_checkpoint is not null && _checkpoint.IsDue(begun))
        {
            _checkpoint.Keep(begun, _write, writer);
        }
    }

    public byte[] ToBytes()
    {
        var writer = new StateWriter(Simulation.Limits.CheckpointBytesMax);
        Write(writer);
        return writer.Written.ToArray();
    }

    /// <summary>The match is over: there is nothing to recover.</summary>
    public void End() => _checkpoint?.End();

    private void Write(StateWriter writer)
    {
        List<Seat> seats = [.. _seats.All];
        foreach (SimulatedMember member in _members.All)
        {
            if (!member.Player.IsNone)
            {
                seats.Add(new Seat(member.Presence.UserId, member.Player));
            }
        }

        MatchFile.Write(writer, _id, _request, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(seats), _simulation);
    }
}
