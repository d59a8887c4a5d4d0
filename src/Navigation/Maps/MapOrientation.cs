namespace RealtimeServer.Navigation.Maps;

/// <summary>How the tiles of a map lie beside each other.</summary>
public enum MapOrientation : byte
{
    /// <summary>Squares in rows and columns.</summary>
    Orthogonal,

    /// <summary>Squares seen from a corner: the world is as orthogonal, only the picture is not.</summary>
    Isometric,

    /// <summary>Squares seen from a corner, in rows or columns of which every second is moved by half a tile.</summary>
    Staggered,

    /// <summary>Hexagons in rows or columns of which every second is moved by half a tile.</summary>
    Hexagonal,
}
