using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// Cuts an outline into convex ones: triangles by ear clipping (G. Meisters, 1975), joined again over each diagonal that leaves them convex (S. Hertel and
/// K. Mehlhorn, 1983). In double precision, so that what touches is told from what crosses.
/// </summary>
internal static class ConvexParts
{
    /// <summary>Corners of a part: twice as many vertices has a prism of it, which is what a hull may have.</summary>
    public const int CornersMax = 64;

    /// <param name="outline">Closed; its corners in either order.</param>
    /// <returns>Each clockwise as seen with y downward; none if the outline crosses or touches itself, or has no area.</returns>
    public static List<Vec2[]> Of(ReadOnlySpan<Vec2> outline)
    {
        List<Vec2> corners = Cleaned(outline);
        if (corners.Count < 3 || CrossesItself(corners))
        {
            return [];
        }

        if (Area(corners) < 0)
        {
            corners.Reverse();
        }

        int[] all = [.. Enumerable.Range(0, corners.Count)];
        List<List<int>> parts = IsConvex(corners, all) ? [[.. all]] : Cut(corners);
        return [.. parts.Select(part => part.Select(corner => corners[corner]).ToArray())];
    }

    /// <summary>Twice the area over the longest side.</summary>
    public static double WidthOf(ReadOnlySpan<Vec2> part)
    {
        double area = 0, longest = 0;
        for (int i = 0; i < part.Length; i++)
        {
            Vec2 next = part[(i + 1) % part.Length];
            area += Turn(part[0], part[i], next);
            longest = Math.Max(longest, Vec2.Distance(part[i], next));
        }

        return longest > 0 ? Math.Abs(area) / longest : 0;
    }

    private static List<List<int>> Cut(List<Vec2> corners)
    {
        List<int> left = [.. Enumerable.Range(0, corners.Count)];
        List<List<int>> parts = [];
        List<(int From, int To)> diagonals = [];
        while (left.Count > 3)
        {
            int ear = left.FindIndex(corner => IsEar(corners, left, left.IndexOf(corner)));
            if (ear < 0)
            {
                return [];
            }

            int before = left[(ear + left.Count - 1) % left.Count], after = left[(ear + 1) % left.Count];
            parts.Add([before, left[ear], after]);
            diagonals.Add((after, before));
            left.RemoveAt(ear);
        }

        parts.Add(left);
        foreach ((int from, int to) in diagonals)
        {
            Join(corners, parts, from, to);
        }

        return parts;
    }

    /// <summary>Makes one part of the two beside a diagonal, if it is convex.</summary>
    private static void Join(List<Vec2> corners, List<List<int>> parts, int from, int to)
    {
        int a = parts.FindIndex(part => HasSide(part, from, to)), b = parts.FindIndex(part => HasSide(part, to, from));
        if (a < 0 || b < 0)
        {
            return;
        }

        List<int> joined = [.. From(parts[a], to), .. From(parts[b], from)[1..^1]];
        if (joined.Count <= CornersMax && IsConvex(corners, joined))
        {
            parts[a] = joined;
            parts.RemoveAt(b);
        }
    }

    private static bool HasSide(List<int> part, int from, int to)
    {
        int at = part.IndexOf(from);
        return at >= 0 && part[(at + 1) % part.Count] == to;
    }

    private static List<int> From(List<int> part, int first)
    {
        int at = part.IndexOf(first);
        return [.. part[at..], .. part[..at]];
    }

    private static bool IsConvex(List<Vec2> corners, IReadOnlyList<int> part)
    {
        for (int i = 0; i < part.Count; i++)
        {
            if (Turn(corners[part[i]], corners[part[(i + 1) % part.Count]], corners[part[(i + 2) % part.Count]]) < 0)
            {
                return false;
            }
        }

        return part.Count <= CornersMax;
    }

    private static bool IsEar(List<Vec2> corners, List<int> left, int at)
    {
        int p = left[(at + left.Count - 1) % left.Count], q = left[at], r = left[(at + 1) % left.Count];
        if (Turn(corners[p], corners[q], corners[r]) <= 0)
        {
            return false;
        }

        foreach (int other in left)
        {
            if (other != p && other != q && other != r && Turn(corners[p], corners[q], corners[other]) >= 0
                && Turn(corners[q], corners[r], corners[other]) >= 0 && Turn(corners[r], corners[p], corners[other]) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Without corners that stand where another does, or on a straight side.</summary>
    private static List<Vec2> Cleaned(ReadOnlySpan<Vec2> outline)
    {
        List<Vec2> corners = [.. outline];
        for (int i = 0; i < corners.Count && corners.Count >= 3;)
        {
            int before = (i + corners.Count - 1) % corners.Count, after = (i + 1) % corners.Count;
            if (Turn(corners[before], corners[i], corners[after]) == 0)
            {
                corners.RemoveAt(i);
                i = Math.Max(i - 2, 0);
            }
            else
            {
                i++;
            }
        }

        return corners;
    }

    private static bool CrossesItself(List<Vec2> corners)
    {
        for (int i = 0; i < corners.Count; i++)
        {
            for (int j = i + 2; j < corners.Count; j++)
            {
                bool areNeighbours = i == 0 && j == corners.Count - 1;
                if (!areNeighbours && Meet(corners[i], corners[i + 1], corners[j], corners[(j + 1) % corners.Count]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Meet(Vec2 a, Vec2 b, Vec2 c, Vec2 d)
    {
        double abc = Turn(a, b, c), abd = Turn(a, b, d), cda = Turn(c, d, a), cdb = Turn(c, d, b);
        bool areBoxesApart = Math.Max(a.X, b.X) < Math.Min(c.X, d.X) || Math.Max(c.X, d.X) < Math.Min(a.X, b.X)
            || Math.Max(a.Y, b.Y) < Math.Min(c.Y, d.Y) || Math.Max(c.Y, d.Y) < Math.Min(a.Y, b.Y);
        return !areBoxesApart && abc * abd <= 0 && cda * cdb <= 0;
    }

    private static double Area(List<Vec2> corners)
    {
        double area = 0;
        for (int i = 1; i + 1 < corners.Count; i++)
        {
            area += Turn(corners[0], corners[i], corners[i + 1]);
        }

        return area;
    }

    /// <summary>Above zero if the way from p over q to r turns from x towards y.</summary>
    private static double Turn(Vec2 p, Vec2 q, Vec2 r) => (((double)q.X - p.X) * ((double)r.Y - p.Y)) - (((double)q.Y - p.Y) * ((double)r.X - p.X));
}
