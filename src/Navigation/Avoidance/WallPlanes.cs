using RealtimeServer.Foundation;

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

    // Rounding must not make an agent that slides along a wall see an overlap.
    private const float Slack = 0.005f;

    /// <returns>How many half planes were written.</returns>
    public static int Add(Grid walls, in AvoidanceAgent agent, (float Horizon, float Step) time, Span<HalfPlane> planes)
    {
        float reach = agent.Radius + Math.Min(agent.MaxSpeed * time.Horizon, ReachMax);
        Vec2 at = agent.Position;
        int left = Math.Max((int)MathF.Floor(at.X - reach), -1);
        int right = Math.Min((int)MathF.Floor(at.X + reach), walls.Width);
        int top = Math.Max((int)MathF.Floor(at.Y - reach), -1);
        int bottom = Math.Min((int)MathF.Floor(at.Y + reach), walls.Height);
        int count = 0;
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right && count < planes.Length; x++)
            {
                if (!walls.IsOpen(x, y) && TryFace(walls, x, y, agent, reach, time, out HalfPlane plane))
                {
                    planes[count++] = plane;
                }
            }
        }

        return count;
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
            plane = HalfPlane.Avoiding(-away, agent.Velocity, agent.Velocity, radius, time, 1f, Vec2.Zero);
            return true;
        }

        // Closer than its radius it is led out, at no more than half its speed so that it can still walk on.
        float room = distance - radius;
        float least = room >= 0 ? -room / time.Horizon : Math.Min(-room / time.Horizon, agent.MaxSpeed * 0.5f);
        plane = HalfPlane.Facing(away / distance, least);
        return true;
    }
}
