namespace RealtimeServer.Navigation.Maps.Recipes;

/// <summary>A map that is made of pictures or of a mesh, as its <c>.map.json</c> says.</summary>
internal sealed class MapRecipe
{
    /// <summary>The file of a picture of the ground's kinds, or empty.</summary>
    public string Mask { get; set; } = "";

    /// <summary>What the mask's colours stand for; empty: light is open, dark is closed.</summary>
    public List<LegendEntry> Legend { get; } = [];

    /// <summary>How much a pixel's colour may differ from one of the legend's, in each of red, green and blue.</summary>
    public int Tolerance { get; set; }

    /// <summary>The file of a picture of heights, or empty.</summary>
    public string Heights { get; set; } = "";

    /// <summary>The height of black.</summary>
    public float Lowest { get; set; }

    /// <summary>The height of white.</summary>
    public float Highest { get; set; } = 10;

    /// <summary>The file of a mesh, or empty.</summary>
    public string Mesh { get; set; } = "";

    /// <summary>Side of a cell, in the mesh's own units.</summary>
    public float Cell { get; set; } = 1;

    /// <summary>The steepest ground agents walk on, in degrees; null: any on a picture of heights, 45 on a mesh.</summary>
    public float? SlopeMax { get; set; }

    /// <summary>The highest step agents take from a cell to the next, in the mesh's units, or of a picture's heights; null: any, or half a cell.</summary>
    public float? StepMax { get; set; }

    /// <summary>How much room over the ground agents need, in the mesh's units.</summary>
    public float Clearance { get; set; } = 2;

    public Dictionary<string, string> Properties { get; } = new(StringComparer.Ordinal);

    public FlagNames Flags { get; } = new();

    public List<MapObject> Objects { get; } = [];
}

/// <summary>A colour of a mask and what it stands for.</summary>
/// <param name="Colour">0xRRGGBB.</param>
/// <param name="Kind">With the number it has in the map's layer.</param>
internal sealed record LegendEntry(int Colour, TileKind Kind);
