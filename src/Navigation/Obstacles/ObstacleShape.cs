using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>
/// What an obstacle looks like from above, as seen from its own middle before it is turned: a disc, a straight piece, or a convex polygon, each with an edge that may be
/// rounded. World units.
/// </summary>
/// <remarks>Plain bytes, so that it can be a part of a component. One that nobody has made (<c>default</c>) is no shape.</remarks>
public readonly struct ObstacleShape
{
    private readonly ObstacleCorners _corners;
    private readonly float _radius;
    private readonly int _count;

    private ObstacleShape(ReadOnlySpan<Vec2> corners, float radius)
    {
        corners.CopyTo(_corners);
        (_radius, _count) = (radius, corners.Length);
    }

    /// <summary>How far the shape reaches beyond what its corners span: the radius of a disc, half the thickness of a piece.</summary>
    public float Radius => _radius;

    /// <summary>Its corners, from x towards y round it: one of a disc, two of a straight piece; none of what is no shape.</summary>
    [UnscopedRef]
    public ReadOnlySpan<Vec2> Corners => ((ReadOnlySpan<Vec2>)_corners)[.._count];

    /// <summary>A disc round the middle: a barrel, a round tower.</summary>
    /// <exception cref="ArgumentException">The radius is not a number above 0.</exception>
    public static ObstacleShape Circle(float radius)
    {
        Check(radius, "radius", nameof(radius));
        return radius > 0
            ? new ObstacleShape([Vec2.Zero], radius)
            : throw new ArgumentException("A circle of radius 0 stops nobody; give it a radius above 0.", nameof(radius));
    }

    /// <summary>A straight piece with round ends: a fence, a door that swings about its hinge in the middle (0, 0).</summary>
    /// <param name="from">One end.</param>
    /// <param name="to">The other end.</param>
    /// <param name="thickness">From one side to the other; may be 0.</param>
    /// <exception cref="ArgumentException">An end or the thickness is not a number of the allowed size, or both ends are the same point.</exception>
    public static ObstacleShape Segment(Vec2 from, Vec2 to, float thickness = 0)
    {
        Check(from, 0);
        Check(to, 1);
        Check(thickness, "thickness", nameof(thickness));
        return Vec2.Distance(from, to) >= Limits.SolidWidthMin
            ? new ObstacleShape([from, to], thickness * 0.5f)
            : throw new ArgumentException($"A segment from {from} to {to} has no length; for a round obstacle there is {nameof(Circle)}.", nameof(to));
    }

    /// <summary>A convex area: a cart, a boat, a piece of wall. What is not convex is made of several.</summary>
    /// <param name="corners">3 to <see cref="Limits.ObstacleCornersMax"/>, in order round it, either way.</param>
    /// <param name="rounding">How far it reaches beyond them.</param>
    /// <exception cref="ArgumentException">
    /// There are too few or too many corners, or the outline is not convex, crosses itself or has no area; the message says which corner.
    /// </exception>
    public static ObstacleShape Polygon(ReadOnlySpan<Vec2> corners, float rounding = 0)
    {
        if (corners.Length is < 3 or > Limits.ObstacleCornersMax)
        {
            throw new ArgumentException($"A polygon has 3 to {Limits.ObstacleCornersMax} corners, not {corners.Length}; make what has more of several.", nameof(corners));
        }

        Check(rounding, "rounding", nameof(rounding));
        double area = 0;
        for (int i = 0; i < corners.Length; i++)
        {
            Check(corners[i], i);
            area += Cross(corners[i] - corners[0], corners[(i + 1) % corners.Length] - corners[0]);
        }

        Span<Vec2> ordered = stackalloc Vec2[corners.Length];
        corners.CopyTo(ordered);
        if (area < 0)
        {
            ordered.Reverse();
        }

        int wrong = FirstBent(ordered);
        if (wrong >= 0)
        {
            int given = area < 0 ? corners.Length - 1 - wrong : wrong;
            throw new ArgumentException($"At corner {given}, {corners[given]}, the outline is not convex, or crosses itself; cut it into convex pieces.", nameof(corners));
        }

        return Math.Abs(area) >= Limits.SolidWidthMin * Limits.SolidWidthMin
            ? new ObstacleShape(ordered, rounding)
            : throw new ArgumentException($"The outline's {corners.Length} corners lie on a line: for that there is {nameof(Segment)}.", nameof(corners));
    }

    /// <param name="corners">Convex, from x towards y round it.</param>
    internal static ObstacleShape OfConvex(ReadOnlySpan<Vec2> corners) => new(corners, 0);

    // Where the outline bends the other way, or goes round more than once; -1 if nowhere.
    private static int FirstBent(ReadOnlySpan<Vec2> corners)
    {
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 before = corners[i] - corners[(i + corners.Length - 1) % corners.Length];
            if (Cross(before, corners[(i + 1) % corners.Length] - corners[i]) < -1e-4 * before.Length)
            {
                return i;
            }
        }

        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 from = corners[i];
            Vec2 way = corners[(i + 1) % corners.Length] - from;
            for (int other = 0; other < corners.Length; other++)
            {
                // Rounding may put the corners of a straight side a little beyond it.
                if (Cross(way, corners[other] - from) < -1e-4 * way.Length)
                {
                    return other;
                }
            }
        }

        return -1;
    }

    private static double Cross(Vec2 a, Vec2 b) => ((double)a.X * b.Y) - ((double)a.Y * b.X);

    private static void Check(Vec2 corner, int index)
    {
        if (!(corner.IsFinite && Math.Abs(corner.X) <= Limits.ObstacleExtentMax && Math.Abs(corner.Y) <= Limits.ObstacleExtentMax))
        {
            throw new ArgumentException($"Corner {index}, {corner}, is not a point at most {Limits.ObstacleExtentMax} from the obstacle's middle along each axis.", nameof(corner));
        }
    }

    private static void Check(float value, string name, string parameter)
    {
        if (!(value >= 0 && value <= Limits.ObstacleExtentMax))
        {
            throw new ArgumentException($"The {name} {value} is not a number from 0 to {Limits.ObstacleExtentMax}.", parameter);
        }
    }
}

[InlineArray(Limits.ObstacleCornersMax)]
internal struct ObstacleCorners
{
    private Vec2 _first;
}
