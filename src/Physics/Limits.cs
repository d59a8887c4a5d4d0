namespace RealtimeServer.Physics;

/// <summary>Every bound of the room, and why it has the value it has.</summary>
public static class Limits
{
    /// <summary>Metres. Least radius or half length of a shape, and least extent of a hull: below it, rounding of positions is a part of the size.</summary>
    public const float ShapeExtentMin = 1e-3f;

    /// <summary>Metres. Greatest half extent of a shape: there a float still resolves a millimetre.</summary>
    public const float ShapeExtentMax = 16_384f;

    /// <summary>Shapes of one set. Equal small shapes count once.</summary>
    public const int ShapesMax = 1 << 20;

    /// <summary>Points that a hull is built of: building takes the product of points and faces.</summary>
    public const int HullPointsMax = 4096;

    /// <summary>Vertices of a hull: each step of a distance search looks at all of them, and a face names them by bytes.</summary>
    public const int HullVerticesMax = 128;
}
