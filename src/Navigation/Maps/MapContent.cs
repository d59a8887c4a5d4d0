namespace RealtimeServer.Navigation.Maps;

/// <summary>What a reader of one format has found: the model before its grid is drawn.</summary>
internal sealed record MapContent
{
    /// <summary>The file, for messages; without its ending it is the map's name.</summary>
    public required string File { get; init; }

    public required MapLayout Layout { get; init; }

    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>By ascending gid.</summary>
    public IReadOnlyList<TileKind> Tiles { get; init; } = [];

    /// <summary>From the lowest to the topmost.</summary>
    public IReadOnlyList<TileLayer> Layers { get; init; } = [];

    public IReadOnlyList<MapObject> Objects { get; init; } = [];

    /// <summary>Regions beside those that objects and layers of their class mark.</summary>
    public IReadOnlyList<MapRegion> Regions { get; init; } = [];

    public FlagNames Flags { get; init; } = new();

    /// <summary>Null where tiles and objects alone say how high the ground is.</summary>
    public MapHeights? Heights { get; init; }

    public MapMesh? Mesh { get; init; }
}
