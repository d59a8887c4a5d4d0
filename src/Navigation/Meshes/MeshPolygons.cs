namespace RealtimeServer.Navigation.Meshes;

/// <summary>Convex polygons that fill outlines: ears are cut off one after the other, then neighbours merged while they stay convex.</summary>
internal sealed class MeshPolygons
{
    public const int CornersMax = 6;

    private readonly Dictionary<(int X, int Z), List<int>> _vertexAt = [];
    private readonly List<int> _ring = [];
    private readonly List<int[]> _pieces = [];

    public List<(int X, int Y, int Z)> Vertices { get; } = [];

    /// <summary>Indices of the corners of each polygon, in one turning sense.</summary>
    public List<int[]> Polygons { get; } = [];

    public List<byte> Areas { get; } = [];

    /// <summary>The region that each polygon is a part of.</summary>
    public List<int> Regions { get; } = [];

    /// <summary>The edges beyond which lies ground of the next tile: both vertices, in the polygon's turning sense; and on which side.</summary>
    public Dictionary<(int From, int To), int> Borders { get; } = [];

    public void Add(List<Corner> outline, int region, byte area)
    {
        _ring.Clear();
        foreach (Corner corner in outline)
        {
            _ring.Add(VertexOf(corner));
        }

        bool isReversed = SignedArea(_ring) < 0;
        for (int i = 0; i < outline.Count; i++)
        {
            if (outline[i].Beyond < 0)
            {
                (int from, int to) = (_ring[i], _ring[(i + 1) % _ring.Count]);
                Borders[isReversed ? (to, from) : (from, to)] = -1 - outline[i].Beyond;
            }
        }

        if (isReversed)
        {
            _ring.Reverse();
        }

        _pieces.Clear();
        CutEars();
        Merge();
        foreach (int[] polygon in _pieces)
        {
            Polygons.Add(polygon);
            Areas.Add(area);
            Regions.Add(region);
        }
    }

    /// <summary>Twice the area that three vertices span; above 0 if they turn as the polygons do.</summary>
    private long Turn(int a, int b, int c) =>
        ((long)(Vertices[b].X - Vertices[a].X) * (Vertices[c].Z - Vertices[a].Z)) - ((long)(Vertices[c].X - Vertices[a].X) * (Vertices[b].Z - Vertices[a].Z));

    private long SignedArea(List<int> ring)
    {
        long sum = 0;
        for (int i = 1; i + 1 < ring.Count; i++)
        {
            sum += Turn(ring[0], ring[i], ring[i + 1]);
        }

        return sum;
    }

    // Corners at the same place and nearly the same height are one, so that polygons find their neighbours.
    private int VertexOf(Corner corner)
    {
        if (!_vertexAt.TryGetValue((corner.X, corner.Z), out List<int>? here))
        {
            _vertexAt[(corner.X, corner.Z)] = here = [];
        }

        foreach (int vertex in here)
        {
            if (Math.Abs(Vertices[vertex].Y - corner.Y) <= 2)
            {
                return vertex;
            }
        }

        here.Add(Vertices.Count);
        Vertices.Add((corner.X, corner.Y, corner.Z));
        return Vertices.Count - 1;
    }

    private void CutEars()
    {
        while (_ring.Count > 3)
        {
            int best = ShortestEar(touching: false);
            best = best < 0 ? ShortestEar(touching: true) : best;
            best = best < 0 ? Flattest() : best;

            int before = _ring[(best + _ring.Count - 1) % _ring.Count];
            int after = _ring[(best + 1) % _ring.Count];
            if (Turn(before, _ring[best], after) > 0)
            {
                _pieces.Add([before, _ring[best], after]);
            }

            _ring.RemoveAt(best);
        }

        if (_ring.Count == 3 && Turn(_ring[0], _ring[1], _ring[2]) > 0)
        {
            _pieces.Add([.. _ring]);
        }
    }

    private int ShortestEar(bool touching)
    {
        int best = -1;
        long least = long.MaxValue;
        for (int i = 0; i < _ring.Count; i++)
        {
            if (IsEar(i, touching, out long length) && length < least)
            {
                (best, least) = (i, length);
            }
        }

        return best;
    }

    // An outline that touches itself may have no proper ear: the corner that turns least goes.
    private int Flattest()
    {
        int best = 0;
        long least = long.MaxValue;
        for (int i = 0; i < _ring.Count; i++)
        {
            long turn = Math.Abs(Turn(_ring[(i + _ring.Count - 1) % _ring.Count], _ring[i], _ring[(i + 1) % _ring.Count]));
            (best, least) = turn < least ? (i, turn) : (best, least);
        }

        return best;
    }

    /// <param name="touching">True if corners may lie on its edges.</param>
    private bool IsEar(int i, bool touching, out long length)
    {
        int before = _ring[(i + _ring.Count - 1) % _ring.Count];
        int here = _ring[i];
        int after = _ring[(i + 1) % _ring.Count];
        long dx = Vertices[after].X - Vertices[before].X;
        long dz = Vertices[after].Z - Vertices[before].Z;
        length = (dx * dx) + (dz * dz);
        if (Turn(before, here, after) <= 0)
        {
            return false;
        }

        foreach (int other in _ring)
        {
            if (IsAt(other, before) || IsAt(other, here) || IsAt(other, after))
            {
                continue;
            }

            long least = Math.Min(Turn(before, here, other), Math.Min(Turn(here, after, other), Turn(after, before, other)));
            if (touching ? least > 0 : least >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsAt(int a, int b) => Vertices[a].X == Vertices[b].X && Vertices[a].Z == Vertices[b].Z;

    // The longest shared edges go first.
    private void Merge()
    {
        while (true)
        {
            long most = 0;
            (int A, int B, int EdgeA, int EdgeB) best = default;
            for (int a = 0; a < _pieces.Count - 1; a++)
            {
                for (int b = a + 1; b < _pieces.Count; b++)
                {
                    long value = SharedEdge(_pieces[a], _pieces[b], out int edgeA, out int edgeB);
                    if (value > most)
                    {
                        (most, best) = (value, (a, b, edgeA, edgeB));
                    }
                }
            }

            if (most == 0)
            {
                return;
            }

            _pieces[best.A] = Merged(_pieces[best.A], _pieces[best.B], best.EdgeA, best.EdgeB);
            _pieces.RemoveAt(best.B);
        }
    }

    // The squared length of the edge that two polygons share, if they can be merged; else 0.
    private long SharedEdge(int[] a, int[] b, out int edgeA, out int edgeB)
    {
        (edgeA, edgeB) = (-1, -1);
        if (a.Length + b.Length - 2 > CornersMax)
        {
            return 0;
        }

        for (int i = 0; i < a.Length && edgeA < 0; i++)
        {
            for (int j = 0; j < b.Length; j++)
            {
                if (a[i] == b[(j + 1) % b.Length] && a[(i + 1) % a.Length] == b[j])
                {
                    (edgeA, edgeB) = (i, j);
                    break;
                }
            }
        }

        if (edgeA < 0
            || Turn(a[(edgeA + a.Length - 1) % a.Length], a[edgeA], b[(edgeB + 2) % b.Length]) <= 0
            || Turn(b[(edgeB + b.Length - 1) % b.Length], b[edgeB], a[(edgeA + 2) % a.Length]) <= 0)
        {
            return 0;
        }

        long dx = Vertices[a[edgeA]].X - Vertices[a[(edgeA + 1) % a.Length]].X;
        long dz = Vertices[a[edgeA]].Z - Vertices[a[(edgeA + 1) % a.Length]].Z;
        return (dx * dx) + (dz * dz);
    }

    private static int[] Merged(int[] a, int[] b, int edgeA, int edgeB)
    {
        int[] merged = new int[a.Length + b.Length - 2];
        int count = 0;
        for (int i = 0; i < a.Length - 1; i++)
        {
            merged[count++] = a[(edgeA + 1 + i) % a.Length];
        }

        for (int i = 0; i < b.Length - 1; i++)
        {
            merged[count++] = b[(edgeB + 1 + i) % b.Length];
        }

        return merged;
    }
}
