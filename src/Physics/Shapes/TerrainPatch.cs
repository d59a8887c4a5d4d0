namespace RealtimeServer.Physics.Shapes;

/// <summary>A cell of a terrain and how high its top is to be, in metres; <see cref="GridTerrain.Nothing"/> for no column at all.</summary>
/// <param name="Cell">Its number: row × columns + column.</param>
/// <param name="Height">Metres.</param>
public readonly record struct TerrainCell(int Cell, float Height);

/// <summary>The least and the greatest height among cells; the columns that are not there do not count.</summary>
internal readonly record struct HeightRange(float Low, float High)
{
    public static readonly HeightRange None = new(float.PositiveInfinity, float.NegativeInfinity);

    public HeightRange With(float height) => height == GridTerrain.Nothing ? this : new(Math.Min(Low, height), Math.Max(High, height));

    public HeightRange With(HeightRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));
}

/// <summary>
/// A square of a terrain's heights that differs from those it began with. Terrains made of each other share all squares but those in which they differ, so that a
/// change costs what it changes.
/// </summary>
internal sealed class TerrainPatch(float[] heights, HeightRange range)
{
    /// <summary>Cells of a side, as a power of two: a kilobyte of heights.</summary>
    public const int SideBits = 4;

    public const int Side = 1 << SideBits;

    public readonly float[] Heights = heights;

    public readonly HeightRange Range = range;

    public static int IndexIn(int column, int row) => ((row & (Side - 1)) << SideBits) | (column & (Side - 1));
}
