namespace RealtimeServer.Physics.Collision;

/// <summary>A point that may become a contact: its place in the plane across the normal, and how far apart the surfaces are there.</summary>
internal readonly record struct Candidate(float X, float Y, float Separation, uint Feature)
{
    /// <summary>How high A's surface, without its radius, is there along the normal.</summary>
    public float Height { get; init; }

    /// <summary>How much better than an earlier candidate, in parts, a later one must be: rounding alone must not change the choice.</summary>
    private const float Better = 1.0001f;

    /// <summary>
    /// Leaves the four, in front, that hold best: the deepest, the one farthest from it, and those that span the largest triangles to
    /// either side. In order of the candidates where they are as good.
    /// </summary>
    public static int Reduce(Span<Candidate> all)
    {
        int deepest = 0;
        float span = 0;
        for (int i = 1; i < all.Length; i++)
        {
            deepest = all[i].Separation < all[deepest].Separation - 1e-5f ? i : deepest;
        }

        (all[0], all[deepest]) = (all[deepest], all[0]);
        Candidate a = all[0];
        int farthest = 1;
        for (int i = 1; i < all.Length; i++)
        {
            float dx = all[i].X - a.X, dy = all[i].Y - a.Y;
            float squared = (dx * dx) + (dy * dy);
            if (squared > span * Better)
            {
                (span, farthest) = (squared, i);
            }
        }

        (all[1], all[farthest]) = (all[farthest], all[1]);
        float ex = all[1].X - a.X, ey = all[1].Y - a.Y;
        int left = -1, right = -1;
        float leftArea = span * 1e-4f, rightArea = -span * 1e-4f;
        for (int i = 2; i < all.Length; i++)
        {
            float area = (ex * (all[i].Y - a.Y)) - (ey * (all[i].X - a.X));
            if (area > leftArea)
            {
                (leftArea, left) = (area * Better, i);
            }
            else if (area < rightArea)
            {
                (rightArea, right) = (area * Better, i);
            }
        }

        Candidate l = left < 0 ? default : all[left], r = right < 0 ? default : all[right];
        int count = 2;
        if (left >= 0)
        {
            all[count++] = l;
        }

        if (right >= 0)
        {
            all[count++] = r;
        }

        return count;
    }
}
