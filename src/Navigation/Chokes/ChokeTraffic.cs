using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>
/// Lets crowds that meet at a choke point pass, so that they neither block nor crush each other: where any two of them fit beside each other, both directions at
/// once, each in the half to its right; else one direction after the other. Those who wait stand to one side of the mouth, in a quarter of a disc; the other
/// side and the middle are free for those who come out. Where a passage is one cell wide nobody goes in before those who come out, and whom the crowd has shoved
/// there, are out of its mouth.
/// </summary>
/// <remarks>
/// Where they take turns, who waits longest decides which direction is next. It goes, the nearest <see cref="PassersMax"/> at a time, until all are through who
/// came within <see cref="PatienceSeconds"/> after the first who waits on the other side. As long as nobody comes from the other side, everybody passes, over the
/// whole width. Nothing is remembered but what is in the agents' <see cref="ChokeVisit"/>. Nothing is allocated once buffers have grown.
/// </remarks>
public sealed class ChokeTraffic
{
    /// <summary>How much later than the first on the other side one may have come and still keep the direction going.</summary>
    public const float PatienceSeconds = 4;

    /// <summary>
    /// So many of those who wait on both sides are under way through a passage at a time, or of each side where one row of them fits beside one of the
    /// others; half as many more for each further row. More would crush each other in the mouth.
    /// </summary>
    public const int PassersMax = 16;

    // Who has not got through by then queues again, unless it is inside.
    private const float PassSecondsMax = 20;

    // Of those who have come through where only one fits: above all who are to go in.
    private const float LeaverPriority = 8;

    // Lane that is kept free beyond a mouth, in cells: past the last of two hundred who wait.
    private const int LaneMax = ChokePoints.Surroundings;

    // From the mouth to the first who waits, in cells.
    internal const float Forecourt = 3;

    // Room between the two widest who pass each other in a passage with lanes, in cells.
    internal const float LaneGap = 0.06f;

    // With less room than this more than two of the usual size, in cells, taking turns is quicker.
    internal const float LaneGapMin = 0.15f;

    // How much more than its own square one who waits takes, each way.
    private const float Spacing = 1.3f;

    // Who touches a wall sees past its corner all the same.
    private const float Slimmer = 0.9f;

    private readonly ChokePoints _points;
    private ChokeGate[] _gates = [];
    private QueueEntry[] _queue = new QueueEntry[64];
    private int _queued;
    private ulong _runs;

    public ChokeTraffic(ChokePoints points)
    {
        ArgumentNullException.ThrowIfNull(points);
        _points = points;
    }

    /// <summary>Tells each traveller what to do at the choke point before it.</summary>
    /// <param name="tick">Grows by one at every call.</param>
    /// <param name="seconds">Length of a tick.</param>
    public void Run(Span<ChokeTraveller> travellers, uint tick, float seconds)
    {
        _points.Update();
        if (_gates.Length < _points.Slots)
        {
            _gates = new ChokeGate[Math.Max(_points.Slots, _gates.Length * 2)];
        }

        _runs++;
        uint patience = (uint)(PatienceSeconds / seconds);
        for (int i = 0; i < travellers.Length; i++)
        {
            ref ChokeTraveller traveller = ref travellers[i];
            traveller.Order = ChokeOrder.Free;
            traveller.Heading = Vec2.Zero;
            traveller.Priority = 0;
            int gate = Place(ref traveller, tick, (uint)(PassSecondsMax / seconds));
            if (gate >= 0)
            {
                _gates[gate].Count(_points[gate], in traveller, _runs);
            }
        }

        _queued = 0;
        for (int i = 0; i < travellers.Length; i++)
        {
            ref ChokeTraveller traveller = ref travellers[i];
            if (traveller.Visit.Phase is ChokePhase.Waits or ChokePhase.Passes)
            {
                Queue(in traveller, i);
            }
            else if (traveller.Visit.Phase == ChokePhase.Leaves)
            {
                Leave(ref traveller);
            }
        }

        _queue.AsSpan(0, _queued).Sort();
        (float filled, float ahead, int rank) = (0, 0, 0);
        for (int i = 0; i < _queued; i++)
        {
            bool isFirst = i == 0 || _queue[i - 1].Queue != _queue[i].Queue;
            (filled, ahead, rank) = isFirst ? (0, 0, 0) : (filled, ahead, rank + 1);
            ref ChokeTraveller traveller = ref travellers[_queue[i].Index];
            int at = _queue[i].Queue / 2;
            ChokePoint point = _points[at];
            float side = 2 * traveller.Radius;
            if (MayPass(ref traveller, at, rank, tick, patience))
            {
                // Each more than those behind it, so that nobody is pressed from behind: discs that press each other arch over a mouth and block it.
                traveller.Priority = 1.5f + (Math.Max(PassersMax - rank, 0) * 0.25f) + (1f / (1 + rank));
                bool isTooNear = IsTooNear(point, in _gates[at], in traveller, ahead);
                traveller.Order = isTooNear ? ChokeOrder.Wait : ChokeOrder.Pass;
                traveller.Heading = isTooNear ? Vec2.Zero : Pass(point, in _gates[at], in traveller);
                ahead += _queue[i].Distance > 0 ? side * side : 0;
            }
            else
            {
                traveller.Order = ChokeOrder.Wait;
                traveller.Priority = -0.5f;
                traveller.Heading = Wait(point, in traveller, _queue[i].Distance, filled);
                filled += side * side * Spacing * Spacing;
            }
        }
    }

    // Whether one before a mouth presses on those who go first: they need the half of a disc round the mouth, wherever in it they are.
    private static bool IsTooNear(ChokePoint gate, in ChokeGate state, in ChokeTraveller traveller, float ahead)
    {
        const float Looseness = 1.15f;
        int direction = traveller.Visit.Direction;
        Vec2 at = gate.Local(traveller.Position);
        float before = gate.Before(at, direction);
        if (before <= 0 || ahead == 0)
        {
            return false;
        }

        bool keepsRight = state.LaneRows(gate) > 0 && state.IsMet(direction);
        float width = keepsRight ? gate.HalfWidth : 2 * gate.HalfWidth;
        float middle = keepsRight ? direction * gate.HalfWidth * 0.5f : 0;
        float aside = Math.Max(MathF.Abs(at.Y - middle) - (width * 0.5f), 0);
        float reach = traveller.Radius + ((MathF.Sqrt((width * width) + (2 * MathF.PI * ahead * Looseness)) - width) / MathF.PI);
        return (before * before) + (aside * aside) < reach * reach;
    }

    // Where the traveller stands with the gate it was at, or with a new one.
    private int Place(ref ChokeTraveller traveller, uint tick, uint passTicksMax)
    {
        ref ChokeVisit visit = ref traveller.Visit;
        int index = visit.Phase == ChokePhase.None ? -1 : _points.IndexOf(visit.Gate);
        if (index < 0)
        {
            visit = default;
            index = _points.FirstOnWay(in traveller, out int direction);
            if (index < 0)
            {
                return Shoved(ref traveller, tick);
            }

            ChokePoint found = _points[index];
            visit = new ChokeVisit { Gate = found.Key, Direction = direction, Since = tick, Phase = ChokePhase.Waits };
            visit = !found.IsOneWide && IsInside(found, in traveller) ? visit with { Phase = ChokePhase.Passes, PassesSince = tick } : visit;
            return index;
        }

        ChokePoint gate = _points[index];
        Vec2 at = gate.Local(traveller.Position);
        float beyond = gate.Beyond(at, visit.Direction);
        bool inside = IsInside(gate, in traveller);
        int crossing = gate.Crossing(in traveller);
        bool wants = inside || crossing == visit.Direction;
        switch (visit.Phase)
        {
            case ChokePhase.Waits when !wants:
            case not ChokePhase.Waits when !inside && crossing == -visit.Direction:
                visit = default;
                return -1;
            case ChokePhase.Leaves when gate.IsOneWide ? inside : beyond < 0:
                // Pushed back, it is to come out again before anybody goes in.
                visit = visit with { Phase = ChokePhase.Passes, PassesSince = tick };
                break;
            case ChokePhase.Leaves when gate.IsOneWide
                ? (beyond * beyond) + (at.Y * at.Y) > LaneMax * LaneMax || Vec2.DistanceSquared(traveller.Position, traveller.Next) < traveller.Radius * traveller.Radius
                : beyond > _points.ClearBeyond(gate, visit.Direction, LaneMax) || MathF.Abs(at.Y) > gate.HalfWidth + 1:
                visit = default;
                return -1;
            case ChokePhase.Passes when gate.IsOneWide ? beyond > 0 && !inside : beyond > traveller.Radius:
                visit.Phase = ChokePhase.Leaves;
                break;
            case ChokePhase.Passes when !inside && (!wants || tick - visit.PassesSince > passTicksMax):
                visit = wants ? visit with { Since = tick, Phase = ChokePhase.Waits } : default;
                return wants ? index : -1;
        }

        return index;
    }

    // One that others have pushed into a passage, or before a mouth where only one fits, has to get out of the way like those that came through.
    private int Shoved(ref ChokeTraveller traveller, uint tick)
    {
        int index = _points.MouthAt(traveller.Position, Forecourt, out int direction);
        ref ChokeVisit visit = ref traveller.Visit;
        if (index >= 0)
        {
            ChokePoint gate = _points[index];
            Vec2 next = gate.Local(traveller.Next);
            bool isInside = gate.Beyond(gate.Local(traveller.Position), direction) < 0;
            bool isGoingAway = isInside ? gate.Beyond(next, next.X < 0 ? -1 : 1) > 0 : Vec2.Distance(traveller.Next, gate.Mouth(-direction)) > Forecourt + 1;
            direction = isInside ? next.X < 0 ? -1 : 1 : direction;
            visit = new ChokeVisit { Gate = gate.Key, Direction = direction, Since = tick, Phase = isInside ? ChokePhase.Passes : ChokePhase.Leaves, PassesSince = tick };
            visit = isGoingAway ? visit : default;
            return isGoingAway ? index : -1;
        }

        return -1;
    }

    // In the passage or in its mouth, where waiting would be in everybody's way.
    private static bool IsInside(ChokePoint gate, in ChokeTraveller traveller) => gate.Covers(traveller.Position, traveller.Radius, traveller.Radius);

    private void Queue(in ChokeTraveller traveller, int index)
    {
        if (_queued == _queue.Length)
        {
            Array.Resize(ref _queue, _queued * 2);
        }

        int gate = _points.IndexOf(traveller.Visit.Gate);
        ChokePoint point = _points[gate];
        float before = point.Before(point.Local(traveller.Position), traveller.Visit.Direction);

        // Those inside are ahead of all who are not, the farther the more.
        float distance = before > 0 ? Vec2.Distance(traveller.Position, point.Mouth(traveller.Visit.Direction)) : before;
        _queue[_queued++] = new QueueEntry((gate * 2) + (traveller.Visit.Direction > 0 ? 1 : 0), distance, index);
    }

    private void Leave(ref ChokeTraveller traveller)
    {
        int at = _points.IndexOf(traveller.Visit.Gate);
        ChokePoint gate = _points[at];
        int direction = traveller.Visit.Direction;
        if (gate.IsOneWide ? _gates[at].IsMet(direction) : _gates[at].Oldest(-direction) != uint.MaxValue)
        {
            Vec2 place = gate.Local(traveller.Position);
            float beyond = gate.Beyond(place, direction);
            bool isInLane = MathF.Abs(place.Y) <= gate.HalfWidth + 1 && beyond <= _points.ClearBeyond(gate, direction, LaneMax)
                && (!gate.IsOneWide || Vec2.DistanceSquared(traveller.Position, traveller.Next) > Forecourt * Forecourt);
            traveller.Order = ChokeOrder.Leave;
            traveller.Priority = gate.IsOneWide ? LeaverPriority : 0.5f;
            traveller.Heading = isInLane ? gate.World(new Vec2(direction, 0)) : Vec2.Zero;
        }
    }

    private bool MayPass(ref ChokeTraveller traveller, int at, int rank, uint tick, uint patience)
    {
        ref ChokeVisit visit = ref traveller.Visit;
        ref ChokeGate gate = ref _gates[at];
        ref int passing = ref gate.Passing(visit.Direction);
        int rows = gate.LaneRows(_points[at]);
        uint oldestHere = gate.Oldest(visit.Direction);
        uint oldestThere = gate.Oldest(-visit.Direction);
        bool alone = oldestThere == uint.MaxValue && (rows > 0 || gate.Away(-visit.Direction) == 0);
        int most = rows == 0 ? PassersMax : PassersMax / 2 * (rows + 1);
        if (visit.Phase == ChokePhase.Passes)
        {
            // Of those who went while nobody waited on the other side, the last have to wait after all.
            if (alone || rank < most || IsInside(_points[at], in traveller))
            {
                return true;
            }

            visit.Phase = ChokePhase.Waits;
            passing--;
            return false;
        }

        // Who was pushed inside is through sooner than out again.
        bool isInside = IsInside(_points[at], in traveller);

        // A tie goes forward.
        bool isTurn = passing > 0 || oldestHere < oldestThere || (oldestHere == oldestThere && visit.Direction > 0);
        bool hasRoom = passing < most && rank < most;
        bool inTime = alone || ((oldestThere == uint.MaxValue || oldestHere <= oldestThere + patience) && hasRoom);
        bool mayGo = rows > 0
            ? isInside || (gate.Astray(-visit.Direction) == 0 && (hasRoom || !gate.IsMet(visit.Direction)))
            : gate.Passing(-visit.Direction) == 0 && gate.Leaving(-visit.Direction) == 0 && (isInside || (isTurn && inTime));
        if (!mayGo)
        {
            return false;
        }

        visit.Phase = ChokePhase.Passes;
        visit.PassesSince = tick;
        passing++;
        return true;
    }

    // Through the mouth where one stands, over all its width: paths lead everybody round the same corner.
    private Vec2 Pass(ChokePoint gate, in ChokeGate state, in ChokeTraveller traveller)
    {
        const float Near = 4;
        int direction = traveller.Visit.Direction;
        Vec2 at = gate.Local(traveller.Position);
        float before = gate.Before(at, direction);
        if (before > Near)
        {
            return Vec2.Zero;
        }

        float room = Math.Max(gate.HalfWidth - traveller.Radius - 0.02f, 0);
        bool keepsRight = state.LaneRows(gate) > 0 && state.IsMet(direction);
        float aside = keepsRight
            ? direction * Math.Clamp(at.Y * direction, Math.Min(traveller.Radius + (LaneGap * 0.5f), room), room)
            : Math.Clamp(at.Y, -room, room);
        Vec2 heading = Towards(gate, in traveller, before > 0 ? 0.3f - gate.HalfLength : gate.HalfLength + 2, aside);

        // Round what stands out of the walls: to the middle of its way in, or to before the mouth if it is beside it.
        float approach = traveller.Radius + 0.5f;
        return heading != Vec2.Zero || before <= 0 ? heading
            : before > approach || MathF.Abs(at.Y) > gate.HalfWidth ? Towards(gate, in traveller, -gate.HalfLength - approach, aside)
            : Towards(gate, in traveller, 0.3f - gate.HalfLength, keepsRight ? direction * gate.HalfWidth * 0.5f : 0);
    }

    // Straight to a place that the passage sees, as one goes who is under way; zero if walls are in between.
    private Vec2 Towards(ChokePoint gate, in ChokeTraveller traveller, float along, float aside)
    {
        Vec2 place = gate.Middle + gate.World(new Vec2(along * traveller.Visit.Direction, aside));
        return _points.IsClear(traveller.Position, place, traveller.Radius * Slimmer) ? (place - traveller.Position).Normalized() : Vec2.Zero;
    }

    private Vec2 Wait(ChokePoint gate, in ChokeTraveller traveller, float distance, float filled)
    {
        int direction = traveller.Visit.Direction;
        int side = _points.QueueSide(gate, direction);
        Vec2 at = gate.Local(traveller.Position);
        float before = gate.Before(at, direction);
        float aside = at.Y * side;
        float lane = gate.HalfWidth + traveller.Radius + 0.3f;
        if (aside < lane && before < LaneMax)
        {
            return gate.World(new Vec2(before < Forecourt ? -direction : 0, before > -traveller.Radius ? side : 0)).Normalized();
        }

        // A quarter disc of this radius holds the forecourt and those who stand nearer: its area is a quarter of π times the radius squared.
        float radius = MathF.Sqrt((Forecourt * Forecourt) + (filled * 1.2732395f));
        Vec2 place = new(-direction * (gate.HalfLength + traveller.Radius + 0.1f), side * (lane + 0.5f));
        return distance > radius ? gate.World(place - at).Normalized()
            : distance < radius - 0.7f ? (traveller.Position - gate.Mouth(direction)).Normalized()
            : Vec2.Zero;
    }

    private readonly record struct QueueEntry(int Queue, float Distance, int Index) : IComparable<QueueEntry>
    {
        public int CompareTo(QueueEntry other)
        {
            int order = Queue.CompareTo(other.Queue);
            order = order != 0 ? order : Distance.CompareTo(other.Distance);
            return order != 0 ? order : Index.CompareTo(other.Index);
        }
    }
}
