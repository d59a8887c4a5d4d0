using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>The ground that a mesh is made of, where it lies in the world, and how it is cut into tiles.</summary>
internal sealed class MeshGround(OpenGround places, NavMeshSettings settings, Vec3 low, Vec3 scale, bool isFlat)
{
    // So many voxels a corner of the ground may lie away from what is meant and still be the same floor.
    private const int SameFloor = 4;

    /// <summary>Stands for no region.</summary>
    public const int AnyRegion = -1;

    public OpenGround Places { get; } = places;

    public NavMeshSettings Settings { get; } = settings;

    /// <summary>The lowest corner.</summary>
    public Vec3 Low { get; } = low;

    /// <summary>Sides of a voxel.</summary>
    public Vec3 Scale { get; } = scale;

    /// <summary>Voxels along a side of a tile.</summary>
    public int TileSide { get; } = settings.TileVoxels > 0 ? settings.TileVoxels : Math.Max(places.Width, places.Depth);

    public int Columns => Math.Max((Places.Width + TileSide - 1) / TileSide, 1);

    public int Rows => Math.Max((Places.Depth + TileSide - 1) / TileSide, 1);

    /// <summary>Of each place the region of its tile that it belongs to, from 1, or 0; written when the tile is made.</summary>
    public int[] Regions { get; } = new int[places.Count];

    /// <summary>The same ground, with kinds and regions of its own.</summary>
    public MeshGround WithOwnAreas()
    {
        MeshGround own = new(Places.WithOwnAreas(), Settings, Low, Scale, isFlat);
        Regions.CopyTo(own.Regions, 0);
        return own;
    }

    /// <summary>The lowest and the highest ground of each region of a tile.</summary>
    public (float Low, float High)[] HeightsOf(CellRect tile, int regions)
    {
        (float Low, float High)[] heights = new (float, float)[regions + 1];
        Array.Fill(heights, isFlat ? (Low.Y, Low.Y) : (float.MaxValue, float.MinValue));
        for (int z = tile.Y; z < tile.Y + tile.Height && !isFlat; z++)
        {
            int from = Places.Column(tile.X, z).From;
            int to = Places.Column(tile.X + tile.Width - 1, z).To;
            for (int i = from; i < to; i++)
            {
                ref (float Low, float High) of = ref heights[Regions[i]];
                of = (MathF.Min(of.Low, Places.Surface[i]), MathF.Max(of.High, Places.Surface[i]));
            }
        }

        return heights;
    }

    /// <summary>The voxels of a tile.</summary>
    public CellRect TileAt(int column, int row) =>
        new CellRect(column * TileSide, row * TileSide, TileSide, TileSide).ClippedTo(Places.Width, Places.Depth);

    /// <summary>Where a corner of voxels, or a point between them, lies.</summary>
    public Vec3 CornerOf(float x, float y, float z) => Low + (new Vec3(x, y, z) * Scale);

    public float HeightOf(int place) => isFlat ? Low.Y : Places.Surface[place];

    /// <summary>The columns of a box, and of so much more on every side.</summary>
    public CellRect VoxelsOf(Vec3 low, Vec3 high, float around)
    {
        int left = Column(low.X - around, Low.X, Scale.X, Places.Width);
        int top = Column(low.Z - around, Low.Z, Scale.Z, Places.Depth);
        int right = Column(high.X + around, Low.X, Scale.X, Places.Width);
        int bottom = Column(high.Z + around, Low.Z, Scale.Z, Places.Depth);
        return new CellRect(left, top, right - left + 1, bottom - top + 1).ClippedTo(Places.Width, Places.Depth);

        static int Column(float at, float low, float side, int count) => (int)Math.Clamp(MathF.Floor((at - low) / side), -1, count);
    }

    /// <summary>Where a corner of voxels lies: at the height of the ground there, where it is near what the voxels say.</summary>
    public Vec3 CornerAt(int x, int y, int z)
    {
        Vec3 corner = CornerOf(x, y, z);
        return !isFlat && TryHeight(corner.X, corner.Z, corner.Y, SameFloor * Scale.Y, AnyRegion, out float height) ? new Vec3(corner.X, height, corner.Z) : corner;
    }

    /// <summary>
    /// The height of the ground at a point, from the heights in the middles of the four columns round it: as exact as numbers are where the ground is one plane
    /// there, and
    /// never beyond those four.
    /// </summary>
    /// <param name="near">Of several floors the one nearest to this height.</param>
    /// <param name="most">How far from that it may be.</param>
    /// <param name="region">Of several floors the one of this region comes first.</param>
    /// <returns>False if there is no such floor.</returns>
    public bool TryHeight(float x, float z, float near, float most, int region, out float height)
    {
        height = near;
        if (isFlat)
        {
            return true;
        }

        float column = (x - Low.X) / Scale.X;
        float row = (z - Low.Z) / Scale.Z;
        int left = (int)MathF.Floor(column);
        int top = (int)MathF.Floor(row);
        int place = PlaceAt(left, top, near, most, region);
        if (place < 0)
        {
            // A corner, or a point on an edge, may belong to the columns beside it alone.
            int asideX = column - left < 0.5f ? left - 1 : left + 1;
            int asideZ = row - top < 0.5f ? top - 1 : top + 1;
            place = PlaceAt(asideX, top, near, most, region);
            (left, top) = place >= 0 ? (asideX, top) : (left, asideZ);
            place = place >= 0 ? place : PlaceAt(left, top, near, most, region);
            left = place >= 0 ? left : asideX;
            place = place >= 0 ? place : PlaceAt(left, top, near, most, region);
            if (place < 0)
            {
                return false;
            }
        }

        height = Between(place, column - left - 0.5f, row - top - 0.5f);
        return true;
    }

    private int PlaceAt(int column, int row, float near, float most, int region)
    {
        int best = -1;
        if ((uint)column < (uint)Places.Width && (uint)row < (uint)Places.Depth)
        {
            (int from, int to) = Places.Column(column, row);
            for (int i = from; i < to; i++)
            {
                if (Regions[i] == region)
                {
                    return i;
                }

                float away = MathF.Abs(Places.Surface[i] - near);
                (most, best) = away <= most ? (away, i) : (most, best);
            }
        }

        return best;
    }

    // From the middle of a place's column so far towards those beside it.
    private float Between(int place, float x, float z)
    {
        int sideX = x < 0 ? 0 : 2;
        int sideZ = z < 0 ? 3 : 1;
        ReadOnlySpan<int> links = Places.Links;
        ReadOnlySpan<float> surface = Places.Surface;
        int besideX = links[(place * 4) + sideX];
        int besideZ = links[(place * 4) + sideZ];
        float here = surface[place];
        float alongX = besideX >= 0 ? surface[besideX] : here;
        float alongZ = besideZ >= 0 ? surface[besideZ] : here;
        int aslant = besideX >= 0 ? links[(besideX * 4) + sideZ] : -1;
        aslant = aslant < 0 && besideZ >= 0 ? links[(besideZ * 4) + sideX] : aslant;
        float opposite = aslant >= 0 ? surface[aslant] : besideX < 0 ? alongZ : besideZ < 0 ? alongX : alongX + alongZ - here;
        (x, z) = (MathF.Min(MathF.Abs(x), 1), MathF.Min(MathF.Abs(z), 1));
        float near = here + ((alongX - here) * x);
        float far = alongZ + ((opposite - alongZ) * x);
        return near + ((far - near) * z);
    }
}
