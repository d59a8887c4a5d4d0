using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>Slots of players who were in a match when it was saved: theirs again if they come back in time, free afterwards.</summary>
internal sealed class ReservedSeats(IEnumerable<Seat> seats)
{
    private readonly List<Seat> _seats = [.. seats];

    public IReadOnlyList<Seat> All => _seats;

    /// <summary>The slot kept for a user, who has it from now on; none if there is none.</summary>
    public PlayerId Claim(Guid userId)
    {
        int at = _seats.FindIndex(seat => seat.UserId == userId);
        if (at < 0)
        {
            return PlayerId.None;
        }

        PlayerId player = _seats[at].Player;
        _seats.RemoveAt(at);
        return player;
    }

    /// <summary>Gives up a slot whose user did not come; false if there is none left.</summary>
    public bool TryGiveUp(out PlayerId player)
    {
        player = _seats.Count > 0 ? _seats[^1].Player : PlayerId.None;
        if (_seats.Count > 0)
        {
            _seats.RemoveAt(_seats.Count - 1);
        }

        return !player.IsNone;
    }
}
