using System.Globalization;
using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Simulation.Harness;

/// <summary>Maps made of triangles; x and z are a cell's x and y.</summary>
internal static class MeshMaps
{
    /// <summary>A floor of 40 by 40, and over its middle a bridge of four across at a height of 4, along x, with a ramp at each end.</summary>
    public static GameMap Bridge() => Of(
        Flat(0, 0, 40, 40, 0),
        Ramp(4, 18, 12, 22, 0, 4),
        Flat(12, 18, 28, 22, 4),
        Ramp(28, 18, 36, 22, 4, 0));

    /// <summary>Two floors of 12 by 12 side by side, the second by a half and then two metres higher, with ten steps of 0.25 between them.</summary>
    public static GameMap Stairs() => Of(
    [
        Flat(0, 0, 12, 12, 0),
        .. Enumerable.Range(0, 10).Select(i => Flat(12 + (i * 0.6f), 4, 12.6f + (i * 0.6f), 8, 0.25f * (i + 1))),
        Flat(18, 0, 30, 12, 2.5f),
    ]);

    /// <summary>Two floors of 12 by 12 with a gap of four between them, the second so much higher.</summary>
    public static GameMap Gap(float rise) => Of(Flat(0, 0, 12, 12, 0), Flat(16, 0, 28, 12, rise));

    public static GameMap Floor(float width, float depth) => Of(Flat(0, 0, width, depth, 0));

    public static GameMap Of(params IReadOnlyList<Vec3[]> quads)
    {
        StringBuilder text = new();
        foreach (Vec3 corner in quads.SelectMany(quad => quad))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"v {corner.X} {corner.Y} {corner.Z}");
        }

        for (int i = 0; i < quads.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"f {(i * 4) + 1} {(i * 4) + 2} {(i * 4) + 3} {(i * 4) + 4}");
        }

        byte[] mesh = Encoding.UTF8.GetBytes(text.ToString());
        return MapFile.Parse(
            "yard.map.json", """{ "mesh": "yard.obj", "cell": 1 }"""u8, name => name.EndsWith("yard.obj", StringComparison.Ordinal) ? mesh : null);
    }

    private static Vec3[] Flat(float left, float top, float right, float bottom, float height) => Ramp(left, top, right, bottom, height, height);

    private static Vec3[] Ramp(float left, float top, float right, float bottom, float from, float to) =>
        [new(left, from, top), new(left, from, bottom), new(right, to, bottom), new(right, to, top)];
}
