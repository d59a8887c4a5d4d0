namespace RealtimeServer.Navigation.Meshes;

/// <summary>A corner of an outline, in voxels, and the region beyond the edge that begins there: 0 is a wall, -1 to -4 ground of the next tile on that side.</summary>
internal readonly record struct Corner(int X, int Y, int Z, int Beyond);

/// <summary>The outlines of regions, with few corners: those where the region beyond changes, and as many as keep it near the voxels.</summary>
/// <param name="regions">Of each place of the ground, as <see cref="MeshRegions"/> gives them for one part of it.</param>
/// <param name="edges">Of each place of the ground, 0; it is so again afterwards.</param>
internal sealed class MeshOutlines(OpenGround ground, int[] regions, byte[] edges, float errorMax)
{
    private readonly List<Corner> _raw = [];
    private readonly List<int> _kept = [];

    /// <summary>Calls for each outline of a part, with its region and the region's kind of ground.</summary>
    public void Trace(CellRect part, Action<List<Corner>, int, byte> found)
    {
        for (int z = part.Y; z < part.Y + part.Height; z++)
        {
            for (int x = part.X; x < part.X + part.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    for (int side = 0; side < 4 && regions[i] != 0; side++)
                    {
                        int next = ground.Links[(i * 4) + side];
                        bool isEdge = next < 0 || regions[next] != regions[i] || !IsInside(part, x, z, side);
                        edges[i] |= isEdge ? (byte)(1 << side) : (byte)0;
                    }
                }
            }
        }

        List<Corner> outline = [];
        for (int z = part.Y; z < part.Y + part.Height; z++)
        {
            for (int x = part.X; x < part.X + part.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    if (edges[i] != 0)
                    {
                        Walk(part, x, z, i);
                        Simplify(outline);
                        if (outline.Count >= 3)
                        {
                            found(outline, regions[i], ground.Area[i]);
                        }
                    }
                }
            }
        }
    }

    // What lies beyond a place's side.
    private int Beyond(CellRect part, int x, int z, int place, int side)
    {
        int next = ground.Links[(place * 4) + side];
        if (next < 0)
        {
            return 0;
        }

        return IsInside(part, x, z, side) ? regions[next] : ground.Area[next] != 0 ? -1 - side : 0;
    }

    private static bool IsInside(CellRect part, int x, int z, int side) =>
        part.Contains(new Cell(x + OpenGround.StepX[side], z + OpenGround.StepZ[side]));

    private void Walk(CellRect part, int x, int z, int place)
    {
        _raw.Clear();
        int side = 0;
        while ((edges[place] >> side & 1) == 0)
        {
            side++;
        }

        (int startPlace, int startSide) = (place, side);
        do
        {
            if ((edges[place] >> side & 1) != 0)
            {
                int cornerX = x + (side is 1 or 2 ? 1 : 0);
                int cornerZ = z + (side is 0 or 1 ? 1 : 0);
                _raw.Add(new Corner(cornerX, HeightAt(place, side), cornerZ, Beyond(part, x, z, place, side)));
                edges[place] &= (byte)~(1 << side);
                side = (side + 1) & 3;
            }
            else
            {
                x += OpenGround.StepX[side];
                z += OpenGround.StepZ[side];
                place = ground.Links[(place * 4) + side];
                side = (side + 3) & 3;
            }
        }
        while (place != startPlace || side != startSide);
    }

    // The highest of the places round a corner.
    private int HeightAt(int place, int side)
    {
        int height = ground.Floor[place];
        int turn = (side + 1) & 3;
        int ahead = ground.Links[(place * 4) + side];
        if (ahead >= 0)
        {
            height = Math.Max(height, ground.Floor[ahead]);
            int aslant = ground.Links[(ahead * 4) + turn];
            height = aslant >= 0 ? Math.Max(height, ground.Floor[aslant]) : height;
        }

        int aside = ground.Links[(place * 4) + turn];
        if (aside >= 0)
        {
            height = Math.Max(height, ground.Floor[aside]);
            int aslant = ground.Links[(aside * 4) + side];
            height = aslant >= 0 ? Math.Max(height, ground.Floor[aslant]) : height;
        }

        return height;
    }

    private void Simplify(List<Corner> outline)
    {
        outline.Clear();
        _kept.Clear();
        for (int i = 0; i < _raw.Count; i++)
        {
            if (_raw[i].Beyond != _raw[(i + 1) % _raw.Count].Beyond)
            {
                _kept.Add(i);
            }
        }

        if (_kept.Count == 0)
        {
            KeepExtremes();
        }

        for (int i = 0; i < _kept.Count;)
        {
            int from = _kept[i];
            int to = _kept[(i + 1) % _kept.Count];
            int farthest = FarthestBetween(from, to);
            if (farthest >= 0)
            {
                _kept.Insert(i + 1, farthest);
            }
            else
            {
                i++;
            }
        }

        for (int i = 0; i < _kept.Count; i++)
        {
            // The edge that begins here borders what the next corner of the voxels borders.
            Corner corner = _raw[_kept[i]] with { Beyond = _raw[(_kept[i] + 1) % _raw.Count].Beyond };
            if (outline.Count == 0 || outline[^1].X != corner.X || outline[^1].Z != corner.Z)
            {
                outline.Add(corner);
            }
        }

        if (outline.Count > 1 && outline[0].X == outline[^1].X && outline[0].Z == outline[^1].Z)
        {
            outline.RemoveAt(outline.Count - 1);
        }
    }

    private void KeepExtremes()
    {
        (int low, int high) = (0, 0);
        for (int i = 1; i < _raw.Count; i++)
        {
            Corner corner = _raw[i];
            low = corner.X < _raw[low].X || (corner.X == _raw[low].X && corner.Z < _raw[low].Z) ? i : low;
            high = corner.X > _raw[high].X || (corner.X == _raw[high].X && corner.Z > _raw[high].Z) ? i : high;
        }

        _kept.Add(Math.Min(low, high));
        _kept.Add(Math.Max(low, high));
    }

    // The corner of the voxels that is farthest from the straight edge, if that is too far. Seen from both sides of a border it is the same one.
    private int FarthestBetween(int from, int to)
    {
        int next = (from + 1) % _raw.Count;
        Corner a = _raw[from];
        Corner b = _raw[to];
        bool swapped = b.X < a.X || (b.X == a.X && b.Z < a.Z);
        (a, b) = swapped ? (b, a) : (a, b);
        if (next == to)
        {
            return -1;
        }

        int farthest = -1;
        float most = errorMax * errorMax;
        for (int i = next; i != to; i = (i + 1) % _raw.Count)
        {
            float distance = DistanceSquared(_raw[i], a, b);
            if (distance > most || (distance == most && farthest >= 0 && swapped))
            {
                (most, farthest) = (distance, i);
            }
        }

        return farthest;
    }

    private static float DistanceSquared(Corner p, Corner a, Corner b)
    {
        float dx = b.X - a.X;
        float dz = b.Z - a.Z;
        float length = (dx * dx) + (dz * dz);
        float t = length > 0 ? Math.Clamp((((p.X - a.X) * dx) + ((p.Z - a.Z) * dz)) / length, 0, 1) : 0;
        float ex = a.X + (t * dx) - p.X;
        float ez = a.Z + (t * dz) - p.Z;
        return (ex * ex) + (ez * ez);
    }
}
