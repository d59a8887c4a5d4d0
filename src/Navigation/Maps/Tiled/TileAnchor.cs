namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Which place of a tile its object's position is, as the tileset has it.</summary>
internal enum TileAnchor : byte
{
    /// <summary>The lower left corner; on isometric maps the middle of the lower side.</summary>
    Unspecified,
    TopLeft,
    Top,
    TopRight,
    Left,
    Center,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}
