namespace RealtimeServer.Navigation.Maps.Ldtk;

/// <summary>Levels that lie in one plane.</summary>
internal sealed class LdtkWorld
{
    /// <summary>Empty for the only one.</summary>
    public string Name { get; set; } = "";

    /// <summary>How its levels lie; empty where each says it.</summary>
    public string Layout { get; set; } = "";

    public List<LdtkLevel> Levels { get; } = [];
}

/// <summary>A level, in pixels of its world.</summary>
internal sealed class LdtkLevel
{
    public string Name { get; set; } = "";

    /// <summary>The name of its world; empty if there is only one.</summary>
    public string World { get; set; } = "";

    public int X { get; set; }

    public int Y { get; set; }

    public int Depth { get; set; }

    public int Width { get; set; }

    public int Height { get; set; }

    /// <summary>The file that holds its layers, or empty.</summary>
    public string File { get; set; } = "";

    public List<LdtkField> Fields { get; } = [];

    /// <summary>The topmost first.</summary>
    public List<LdtkLayer> Layers { get; } = [];
}

/// <summary>A layer of a level.</summary>
internal sealed class LdtkLayer
{
    public string Name { get; set; } = "";

    public string Type { get; set; } = "";

    public int Columns { get; set; }

    public int Rows { get; set; }

    public int GridSize { get; set; } = 1;

    public int OffsetX { get; set; }

    public int OffsetY { get; set; }

    /// <summary>Its definition's number in the project.</summary>
    public int Definition { get; set; }

    /// <summary>Its tileset's number in the project, or 0.</summary>
    public int Tileset { get; set; }

    /// <summary>Of a layer of values: one a cell.</summary>
    public int[] Values { get; set; } = [];

    /// <summary>Of a layer of tiles: where each lies in pixels, and which it is.</summary>
    public List<(int X, int Y, int Tile)> Tiles { get; } = [];

    public List<LdtkEntity> Entities { get; } = [];
}

/// <summary>An entity, in pixels of its level.</summary>
internal sealed class LdtkEntity
{
    public string Identifier { get; set; } = "";

    public string Iid { get; set; } = "";

    public string Tag { get; set; } = "";

    public double PivotX { get; set; }

    public double PivotY { get; set; }

    public double X { get; set; }

    public double Y { get; set; }

    public double Width { get; set; }

    public double Height { get; set; }

    public List<LdtkField> Fields { get; } = [];
}

/// <summary>A field's value: plain, or points in cells of its layer.</summary>
internal sealed record LdtkField(string Name, string Text, IReadOnlyList<Cell> Points);
