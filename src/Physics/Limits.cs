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

    /// <summary>Bodies of one world: some 400 MB, and a second a step while all of them move.</summary>
    public const int BodiesMax = 1 << 20;

    /// <summary>Bodies of a world that asked for no more: beyond, it is more likely a mistake than a game.</summary>
    public const int BodiesMaxDefault = 1 << 16;

    /// <summary>Joints of one world.</summary>
    public const int JointsMax = 1 << 20;

    /// <summary>
    /// Pairs of bodies near each other in one world, some 250 MB: who comes later waits until others have parted, and passes through meanwhile. Only heaps of bodies
    /// in one place get there.
    /// </summary>
    public const int PairsMax = 1 << 20;

    /// <summary>Pairs with static bodies beyond <see cref="PairsMax"/>: whatever heap they are in, bodies keep the ground below them.</summary>
    public const int StaticPairsMax = 1 << 20;

    /// <summary>Partners that one body finds in one search: as many touch nothing that games are made of.</summary>
    public const int PartnersMax = 1024;

    /// <summary>Boxes that one search looks at: layers may keep most of them apart.</summary>
    public const int SearchBoxesMax = 16 * PartnersMax;

    /// <summary>Boxes that the searches of one step look at, beside those of <see cref="SearchBoxesPerBody"/>. Who comes too late searches in the next step.</summary>
    public const int SearchBoxesOfStep = 1 << 20;

    /// <summary>Boxes that the searches of one step look at for each body that searches: twice what a dense pile of balls has.</summary>
    public const int SearchBoxesPerBody = 32;

    /// <summary>Contacts that found none of 64 colours and are solved one by one: more are left out of the step. Only heaps in one place have so many.</summary>
    public const int OverflowContactsMax = 16_384;

    /// <summary>Contacts of one step, each of up to four points: what they need fits one buffer. Those of the last pairs are left out of the step.</summary>
    public const int ManifoldsMax = 1 << 21;

    /// <summary>Metres from the origin. A float there resolves 6 cm; bodies that get farther are stopped.</summary>
    public const float PositionMax = 1e6f;

    /// <summary>Metres a second.</summary>
    public const float SpeedMax = 1e4f;

    /// <summary>Radians of one step: the rotation formula's range is π.</summary>
    public const float TurnMax = 3f;

    /// <summary>Radians a second that a body can be given.</summary>
    public const float AngularSpeedMax = 1e4f;

    /// <summary>Metres a second squared.</summary>
    public const float AccelerationMax = 1e5f;

    /// <summary>Kilograms.</summary>
    public const float MassMin = 1e-6f;

    /// <summary>Kilograms.</summary>
    public const float MassMax = 1e12f;

    public const int SubstepsMax = 32;

    /// <summary>Threads that step one world.</summary>
    public const int ThreadsMax = 64;

    /// <summary>Steps that a history remembers.</summary>
    public const int HistoryMax = 1024;

    /// <summary>Seconds.</summary>
    public const float StepMax = 1f;

    /// <summary>Metres a second of a character: in a tick at 60 Hz some three metres, which are walked in parts.</summary>
    public const float CharacterSpeedMax = 200f;

    /// <summary>Surfaces near a character that it heeds, the nearest.</summary>
    public const int CharacterPlanesMax = 32;

    /// <summary>Bytes of a picture for debugging: some ten thousand shapes, more than anybody can look at.</summary>
    public const int DebugPictureBytesMax = 1024 * 1024;

    /// <summary>Cells of a terrain whose walls are drawn for debugging; a larger one is drawn as its box.</summary>
    public const int DebugTerrainCellsMax = 1 << 18;

    /// <summary>Children of a compound: each pair of bodies looks at all of them.</summary>
    public const int CompoundChildrenMax = 256;

    /// <summary>Triangles of a mesh, some 100 bytes each.</summary>
    public const int MeshTrianglesMax = 1 << 22;

    /// <summary>Heights of a heightfield or cells of a terrain: a cell and its faces are named by 32 bits.</summary>
    public const int RasterSamplesMax = 1 << 24;
}
