using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>A short passage between two open places, so narrow that two crowds cannot pass each other in it.</summary>
/// <param name="Throat">The cells of the narrow part.</param>
/// <param name="AlongX">True if one passes it in the direction of x, false for y.</param>
public readonly record struct ChokePoint(CellRect Throat, bool AlongX)
{
    /// <summary>A number that stays the same while the passage does, never 0.</summary>
    public ulong Key => 1 + (((ulong)Throat.Y << 33) | ((ulong)Throat.X << 17) | ((ulong)Throat.Height << 9) | ((ulong)Throat.Width << 1) | (AlongX ? 1u : 0u));

    internal float Low => AlongX ? Throat.X : Throat.Y;

    internal float High => AlongX ? Throat.X + Throat.Width : Throat.Y + Throat.Height;

    internal float HalfWidth => (AlongX ? Throat.Height : Throat.Width) * 0.5f;

    /// <summary>True if two fit beside each other only if they are very small.</summary>
    internal bool IsOneWide => HalfWidth < 1;

    internal float Side => AlongX ? Throat.Y + HalfWidth : Throat.X + HalfWidth;

    /// <summary>Across the passage, 1 or -1: the right hand of those who pass it in a direction.</summary>
    internal int Right(int direction) => AlongX ? direction : -direction;

    /// <summary>A point as the passage sees it: X along it, Y across it from its middle.</summary>
    internal Vec2 Local(Vec2 point) => AlongX ? new Vec2(point.X, point.Y - Side) : new Vec2(point.Y, point.X - Side);

    /// <summary>A direction that the passage sees, as the world does.</summary>
    internal Vec2 World(Vec2 direction) => AlongX ? direction : new Vec2(direction.Y, direction.X);

    /// <summary>1 if the straight way from a to b leads through, from low to high; -1 for the other way; 0 if it does not.</summary>
    internal int Crossing(Vec2 a, Vec2 b)
    {
        Vec2 from = Local(a);
        Vec2 to = Local(b);
        float middle = (Low + High) * 0.5f;
        if ((from.X < middle) == (to.X < middle))
        {
            return 0;
        }

        float across = from.Y + ((to.Y - from.Y) * ((middle - from.X) / (to.X - from.X)));
        return MathF.Abs(across) > HalfWidth ? 0 : from.X < middle ? 1 : -1;
    }
}
