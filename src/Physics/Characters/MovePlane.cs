using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Characters;

/// <summary>A surface in the way, as the plane that a moving thing must stay in front of.</summary>
internal struct MovePlane
{
    /// <summary>Of length one, towards the mover.</summary>
    public Vec3 Normal;

    /// <summary>Metres that the mover is in front of it.</summary>
    public float Distance;

    /// <summary>On the surface, in the world.</summary>
    public Vec3 Point;

    /// <summary>The body's slot.</summary>
    public int Slot;

    /// <summary>How far the solver pushed the mover out, so that it can take back what was too much.</summary>
    public float Push;

    /// <summary>
    /// The displacement nearest to the wanted one that keeps in front of all planes: planes are pushed against in turn, each push never less than
    /// none, until nothing moves (as Box2D's b2SolvePlanes, erincatto/box2d v3).
    /// </summary>
    public static Vec3 Solve(Span<MovePlane> planes, Vec3 wanted)
    {
        const int RoundsMax = 20;
        const float Small = 1e-5f;
        foreach (ref MovePlane plane in planes)
        {
            plane.Push = 0;
        }

        Vec3 moved = wanted;
        for (int round = 0; round < RoundsMax; round++)
        {
            float total = 0;
            foreach (ref MovePlane plane in planes)
            {
                float before = plane.Push;
                plane.Push = Math.Max(0, before - (plane.Distance + Vec3.Dot(plane.Normal, moved)));
                float change = plane.Push - before;
                moved += plane.Normal * change;
                total += Math.Abs(change);
            }

            if (total < Small)
            {
                break;
            }
        }

        return moved;
    }

    /// <summary>The velocity without its parts into planes that were pushed against.</summary>
    public static Vec3 Clip(ReadOnlySpan<MovePlane> planes, Vec3 velocity)
    {
        foreach (ref readonly MovePlane plane in planes)
        {
            float into = Vec3.Dot(plane.Normal, velocity);
            if (plane.Push > 0 && into < 0)
            {
                velocity -= plane.Normal * into;
            }
        }

        return velocity;
    }
}
