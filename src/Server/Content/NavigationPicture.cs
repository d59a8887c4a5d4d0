using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Server.Content;

/// <summary>
/// How a match's agents find their way at one moment, as bytes for people's viewers, little-endian:
/// <code>
/// picture = "RSNV", u16 version, u16 layers in it, u32 tick, i32 grid version, u16 width, u16 height, i16 goal x, i16 goal y,
///           i32 agents, i32 agents left out, grid, clearance, flow, agents, obstacles
/// grid    = a byte a cell: 0 closed, otherwise the cost in eighths          (each only if it is among the layers)
/// clearance = a byte a cell: sixteenths of a cell to the nearest closed one
/// flow    = two signed bytes a cell: the direction to the goal, 127 long
/// agent   = f32 x, f32 y, f32 radius, u8 state, u8 flags, u8 points, u8 0, velocities: 4 f32 (wanted, chosen), paths: 2 f32 a point
/// obstacles = u16 count, of each: f32 radius, 2 f32 velocity, u8 corners, 2 f32 a corner                         (with the velocities)
/// </code>
/// </summary>
/// <param name="Tick">When it was taken.</param>
/// <param name="Cells">Null where there are more than <see cref="Limits.DemoCellsMax"/>.</param>
/// <param name="Agents">At most <see cref="Limits.DemoAgentsMax"/>.</param>
/// <param name="Obstacles">What they go round besides cells; as many at most.</param>
/// <param name="LeftOut">How many more there are.</param>
internal sealed record NavigationPicture(uint Tick, CellPicture? Cells, IReadOnlyList<AgentTrace> Agents, IReadOnlyList<ObstacleTrace> Obstacles, int LeftOut)
{
    public const int HeaderBytes = 32;
    public const ushort FormatVersion = 2;

    private const int AgentBytes = 16;
    private const int PairBytes = 8;
    private const int ObstacleBytes = 13;

    private int _flowAllowance = Cells is null ? 0 : Math.Clamp(Limits.DemoCellsMax / (Cells.Width * Cells.Height), 1, Limits.DemoFlowGoalsMax);

    /// <summary>Writes the layers asked for; those that cannot be had are left out.</summary>
    public byte[] Bytes(NavigationLayers layers, Cell goal)
    {
        byte[]? flow = null;
        goal = Cells?.Clamp(goal) ?? default;
        bool leads = layers.HasFlag(NavigationLayers.Flow) && Cells is not null && Cells.TryFlow(goal, ref _flowAllowance, out flow);
        layers &= Cells is null ? NavigationLayers.Agents : NavigationLayers.All;
        layers &= leads ? NavigationLayers.All : ~NavigationLayers.Flow;
        IReadOnlyList<AgentTrace> agents = (layers & NavigationLayers.Agents) == 0 ? [] : Agents;
        bool hasObstacles = layers.HasFlag(NavigationLayers.Velocities);
        int obstacleBytes = hasObstacles ? sizeof(ushort) + Obstacles.Sum(static obstacle => ObstacleBytes + (obstacle.Corners.Count * PairBytes)) : 0;
        byte[] bytes = new byte[HeaderBytes + CellBytes(layers) + agents.Sum(agent => AgentBytesOf(agent, layers)) + obstacleBytes];
        Span<byte> at = WriteHeader(bytes, layers, goal, agents.Count);
        at = layers.HasFlag(NavigationLayers.Grid) ? Append(at, Cells!.Costs) : at;
        at = layers.HasFlag(NavigationLayers.Clearance) ? Append(at, Cells!.Clearances) : at;
        at = flow is null ? at : Append(at, flow);
        foreach (AgentTrace agent in agents)
        {
            at = WriteAgent(at, agent, layers);
        }

        if (hasObstacles)
        {
            WriteObstacles(at);
        }

        return bytes;
    }

    private int CellBytes(NavigationLayers layers) => Cells is null ? 0 : Cells.Width * Cells.Height
        * ((layers.HasFlag(NavigationLayers.Grid) ? 1 : 0) + (layers.HasFlag(NavigationLayers.Clearance) ? 1 : 0) + (layers.HasFlag(NavigationLayers.Flow) ? 2 : 0));

    private static int AgentBytesOf(AgentTrace agent, NavigationLayers layers) => AgentBytes
        + (layers.HasFlag(NavigationLayers.Velocities) ? 2 * PairBytes : 0) + (layers.HasFlag(NavigationLayers.Paths) ? agent.Way.Count * PairBytes : 0);

    private Span<byte> WriteHeader(Span<byte> to, NavigationLayers layers, Cell goal, int agents)
    {
        "RSNV"u8.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], FormatVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(to[6..], (ushort)layers);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Tick);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], Cells?.Version ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(to[16..], (ushort)(Cells?.Width ?? 0));
        BinaryPrimitives.WriteUInt16LittleEndian(to[18..], (ushort)(Cells?.Height ?? 0));
        BinaryPrimitives.WriteInt16LittleEndian(to[20..], (short)goal.X);
        BinaryPrimitives.WriteInt16LittleEndian(to[22..], (short)goal.Y);
        BinaryPrimitives.WriteInt32LittleEndian(to[24..], agents);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], LeftOut);
        return to[HeaderBytes..];
    }

    private static Span<byte> WriteAgent(Span<byte> to, AgentTrace agent, NavigationLayers layers)
    {
        to = WritePair(to, agent.Position);
        BinaryPrimitives.WriteSingleLittleEndian(to, agent.Radius);
        to[4] = (byte)agent.State;
        to[5] = (byte)agent.Flags;
        to[6] = layers.HasFlag(NavigationLayers.Paths) ? (byte)agent.Way.Count : (byte)0;
        to = to[8..];
        if (layers.HasFlag(NavigationLayers.Velocities))
        {
            to = WritePair(WritePair(to, agent.Wanted), agent.Velocity);
        }

        if (layers.HasFlag(NavigationLayers.Paths))
        {
            foreach (Vec2 point in agent.Way)
            {
                to = WritePair(to, point);
            }
        }

        return to;
    }

    private void WriteObstacles(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)Obstacles.Count);
        to = to[sizeof(ushort)..];
        foreach (ObstacleTrace obstacle in Obstacles)
        {
            BinaryPrimitives.WriteSingleLittleEndian(to, obstacle.Radius);
            to = WritePair(to[sizeof(float)..], obstacle.Velocity);
            to[0] = (byte)obstacle.Corners.Count;
            to = to[1..];
            foreach (Vec2 corner in obstacle.Corners)
            {
                to = WritePair(to, corner);
            }
        }
    }

    private static Span<byte> WritePair(Span<byte> to, Vec2 pair)
    {
        BinaryPrimitives.WriteSingleLittleEndian(to, pair.X);
        BinaryPrimitives.WriteSingleLittleEndian(to[4..], pair.Y);
        return to[PairBytes..];
    }

    private static Span<byte> Append(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }
}
