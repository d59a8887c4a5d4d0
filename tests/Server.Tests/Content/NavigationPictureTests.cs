using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Server.Content;

public sealed class NavigationPictureTests
{
    [Fact]
    public void Each_layer_is_where_the_format_says()
    {
        Grid grid = new(5, 3);
        grid.SetOpen(2, 1, false);
        grid.SetCost(4, 2, 2.5f);
        AgentTrace agent = new(new Vec2(1, 2), 0.5f, AgentState.Moving, AgentFlags.Flying, new Vec2(3, 4), new Vec2(5, 6), [new Vec2(7, 8), new Vec2(9, 10)]);
        ObstacleTrace disc = new([new Vec2(11, 12)], 0.75f, new Vec2(13, 14));
        byte[] bytes = new NavigationPicture(77, new CellPicture(grid), [agent], [disc], 3).Bytes(NavigationLayers.All, new Cell(4, 0));
        Assert.Equal("RSNV"u8.ToArray(), bytes[..4]);
        Assert.Equal((2, 31, 77u), (Short(bytes, 4), Short(bytes, 6), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8))));
        Assert.Equal((2, 5, 3, 4, 0, 1, 3), (Int(bytes, 12), Short(bytes, 16), Short(bytes, 18), Short(bytes, 20), Short(bytes, 22), Int(bytes, 24), Int(bytes, 28)));
        ReadOnlySpan<byte> costs = bytes.AsSpan(32, 15);
        Assert.Equal([8, 8, 8, 8, 8, 8, 8, 0, 8, 8, 8, 8, 8, 8, 20], costs.ToArray());
        ReadOnlySpan<byte> clearances = bytes.AsSpan(47, 15);
        Assert.Equal((8, 8, 0), (clearances[0], clearances[6], clearances[7])); // half a cell to the border, and to the wall
        ReadOnlySpan<byte> flow = bytes.AsSpan(62, 30);
        Assert.Equal((127, 0), ((sbyte)flow[0], (sbyte)flow[1])); // along the first row to its end
        Assert.Equal((0, 0, 0, 0), (flow[8], flow[9], flow[14], flow[15])); // the goal, and the wall
        Assert.Equal((0, -127), ((sbyte)flow[28], (sbyte)flow[29]));
        Assert.Equal([1f, 2f, 0.5f], Floats(bytes, 92, 3));
        Assert.Equal(((byte)AgentState.Moving, (byte)AgentFlags.Flying, 2, 0), (bytes[104], bytes[105], bytes[106], bytes[107]));
        Assert.Equal([3f, 4, 5, 6, 7, 8, 9, 10], Floats(bytes, 108, 8));
        Assert.Equal(1, Short(bytes, 140));
        Assert.Equal([0.75f, 13, 14], Floats(bytes, 142, 3));
        Assert.Equal(1, bytes[154]);
        Assert.Equal([11f, 12], Floats(bytes, 155, 2));
        Assert.Equal(163, bytes.Length);
    }

    [Fact]
    public void Only_what_is_asked_for_is_in_it()
    {
        AgentTrace agent = new(Vec2.Zero, 1, AgentState.Idle, AgentFlags.None, Vec2.Zero, Vec2.Zero, [Vec2.Zero]);
        NavigationPicture picture = new(1, new CellPicture(new Grid(4, 4)), [agent], [], 0);
        Assert.Equal(32, picture.Bytes(NavigationLayers.None, default).Length);
        Assert.Equal(32 + 16, picture.Bytes(NavigationLayers.Grid, default).Length);
        Assert.Equal(32 + 32, picture.Bytes(NavigationLayers.Flow, new Cell(-9, 900)).Length);
        Assert.Equal(32 + 16 + 16 + 2, picture.Bytes(NavigationLayers.Velocities, default).Length);
        Assert.Equal(32 + 16 + 8, picture.Bytes(NavigationLayers.Paths, default).Length);
        byte[] large = new NavigationPicture(1, null, [agent], [], 0).Bytes(NavigationLayers.All, default);
        Assert.Equal((int)NavigationLayers.Agents, Short(large, 6));
        Assert.Equal(32 + 16 + 16 + 8 + 2, large.Length);
    }

    [Fact]
    public void A_picture_works_out_few_flow_fields_and_remembers_them()
    {
        CellPicture cells = new(new Grid(128, 128));
        NavigationPicture picture = new(1, cells, [], [], 0);
        Assert.Equal((int)NavigationLayers.Flow, Short(picture.Bytes(NavigationLayers.Flow, new Cell(5, 5)), 6));
        Assert.Equal(0, Short(picture.Bytes(NavigationLayers.Flow, new Cell(6, 5)), 6)); // as large as this only one
        Assert.Equal((int)NavigationLayers.Flow, Short(picture.Bytes(NavigationLayers.Flow, new Cell(5, 5)), 6));
        Assert.Equal((int)NavigationLayers.Flow, Short(new NavigationPicture(2, cells, [], [], 0).Bytes(NavigationLayers.Flow, new Cell(6, 5)), 6));
    }

    private static int Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static int Int(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static float[] Floats(byte[] bytes, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at + (4 * i))))];
}
