using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Half planes that keep an agent out of the closed cells round it. In front of a cell's side the wall is straight: the agent may come near it
/// only as fast as it can still stop within the horizon. Off a corner the wall is a point, avoided like an agent that stands still, so that nobody is slowed
/// down who passes it.
/// </summary>
internal static class WallPlanes
{
    // Cells beyond this are looked at in a later tick; it bounds the work for fast agents.
    private const float ReachMax = 2f;

    // Cells that the widest agent that can be expelled has across.
    private const int CellsMax = 8;

    // Rounding must not make an agent that slides along a wall see an overlap.
    private const float Slack = 0.005f;

    public static void Add(Grid walls, in AvoidanceAgent agent, (float Horizon, float Step) time, HalfPlanes planes)
    {
        float reach = agent.Radius + Math.Min(agent.MaxSpeed * time.Horizon, ReachMax);
        Vec2 at = agent.Position;

        // An agent outside of the grid has the border's cells for walls, however far away it is.
        int left = Math.Clamp((int)Math.Floor(Math.Clamp(at.X - reach, -1e6f, 1e6f)), -1, walls.Width);
        int right = Math.Clamp((int)Math.Floor(Math.Clamp(at.X + reach, -1e6f, 1e6f)), left, walls.Width);
        int top = Math.Max((int)Math.Floor(Math.Clamp(at.Y - reach, -1e6f, 1e6f)), -1);
        int bottom = Math.Min((int)Math.Floor(Math.Clamp(at.Y + reach, -1e6f, 1e6f)), walls.Height);
        for (int y = top; y <= bottom; y++)
        {
            for (int first = left; first <= right; first += CellBits.Span)
            {
                ulong closed = ~walls.Open.From(first, y) & CellBits.LowMask;
                closed &= right - first >= CellBits.Span - 1 ? ulong.MaxValue : (1UL << (right - first + 1)) - 1;
                for (; closed != 0; closed &= closed - 1)
                {
                    int x = first + BitOperations.TrailingZeroCount(closed);
                    if (planes.Count < Limits.AvoidanceWallsMax && TryFace(walls, x, y, agent, reach, time, out HalfPlane plane))
                    {
                        planes.Add(plane);
                    }
                }
            }
        }
    }

    /// <summary>Moves a disc out of the closed cells that it overlaps.</summary>
    public static void Expel(Grid walls, float radius, ref Vec2 at)
    {
        int left = (int)Math.Floor(Math.Clamp(at.X - radius, -1f, walls.Width));
        int right = Math.Min((int)Math.Floor(Math.Clamp(at.X + radius, -1f, walls.Width)), left + CellsMax);
        int top = (int)Math.Floor(Math.Clamp(at.Y - radius, -1f, walls.Height));
        int bottom = Math.Min((int)Math.Floor(Math.Clamp(at.Y + radius, -1f, walls.Height)), top + CellsMax);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                if (walls.IsOpen(x, y))
                {
                    continue;
                }

                Vec2 away = at - new Vec2(Math.Clamp(at.X, x, x + 1), Math.Clamp(at.Y, y, y + 1));
                float squared = away.LengthSquared;
                if (squared < radius * radius && squared > 1e-12f)
                {
                    float distance = MathF.Sqrt(squared);
                    at += away * ((radius - distance) / distance);
                }
            }
        }
    }

    private static bool TryFace(
        Grid walls, int x, int y, in AvoidanceAgent agent, float reach, (float Horizon, float Step) time, out HalfPlane plane)
    {
        plane = default;
        Vec2 nearest = new(Math.Clamp(agent.Position.X, x, x + 1), Math.Clamp(agent.Position.Y, y, y + 1));
        Vec2 away = agent.Position - nearest;
        float distance = away.Length;
        float radius = Math.Max(agent.Radius - Slack, 0);
        if (distance >= reach || distance < 1e-6f)
        {
            return false;
        }

        int sideX = Math.Sign(away.X);
        int sideY = Math.Sign(away.Y);
        if ((sideX != 0 && !walls.IsOpen(x + sideX, y)) || (sideY != 0 && !walls.IsOpen(x, y + sideY)))
        {
            // A closed cell lies between, or the corner is none because the wall goes on beside it.
            return false;
        }

        if (sideX != 0 && sideY != 0 && distance > radius)
        {
            plane = HalfPlane.AvoidingPoint(-away, agent.Velocity, radius, time.Horizon);
            return true;
        }

        // Closer than its radius it is led out, at no more than half its speed so that it can still walk on.
        float room = distance - radius;
        float least = room >= 0 ? -room / time.Horizon : Math.Min(-room / time.Horizon, agent.MaxSpeed * 0.5f);
        plane = HalfPlane.Facing(away / distance, least);
        return true;
    }
}
