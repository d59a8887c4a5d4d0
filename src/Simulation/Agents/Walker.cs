using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>One agent, with all of it that the steps of its movement change.</summary>
internal readonly ref struct Walker(ref Position position, ref Agent agent, ref PathFollower path, ref MeshAgent mesh)
{
    public readonly ref Position Position = ref position;
    public readonly ref Agent Agent = ref agent;
    public readonly ref PathFollower Path = ref path;

    /// <summary>Only of those on the mesh.</summary>
    public readonly ref MeshAgent Mesh = ref mesh;

    public bool Flies => (Agent.Flags & AgentFlags.Flying) != 0;

    public bool IsHalted => (Agent.Flags & AgentFlags.Halted) != 0;

    /// <summary>True if it walks on the navigation mesh: else on the grid, or it flies.</summary>
    public bool IsOnMesh => !Unsafe.IsNullRef(ref Mesh) && !Flies;

    /// <summary>Of those on the mesh, where they stand.</summary>
    public Vec3 Feet => new(Position.X, Mesh.Height, Position.Y);

    /// <summary>True once its goal, as seen from above, has moved a tenth of the way to it: a target that walks is not worth a new plan every tick.</summary>
    public bool HasGoalMoved
    {
        get
        {
            float movedSquared = Vec2.DistanceSquared(Agent.Goal, Path.PlannedGoal);
            return movedSquared > MathF.Max(0.0025f, Vec2.DistanceSquared(Position.Value, Agent.Goal) * 0.01f);
        }
    }

    public static Walker Of(World world, Entity entity, bool hasMesh)
    {
        ref MeshAgent mesh = ref Unsafe.NullRef<MeshAgent>();
        if (hasMesh && world.Has<MeshAgent>(entity))
        {
            mesh = ref world.Get<MeshAgent>(entity);
        }

        return new Walker(ref world.Get<Position>(entity), ref world.Get<Agent>(entity), ref world.Get<PathFollower>(entity), ref mesh);
    }
}

/// <summary>The agents of a chunk.</summary>
internal readonly ref struct Walkers
{
    private readonly Span<Position> _positions;
    private readonly Span<Agent> _agents;
    private readonly Span<PathFollower> _paths;
    private readonly Span<MeshAgent> _meshes;

    /// <param name="hasMesh">True in a match with a navigation mesh.</param>
    /// <param name="isOnlyRead">True if nothing of them will be changed: then it does not count as a change.</param>
    public Walkers(Chunk chunk, bool hasMesh, bool isOnlyRead = false)
    {
        _positions = Of<Position>(chunk, isOnlyRead);
        _agents = Of<Agent>(chunk, isOnlyRead);
        _paths = Of<PathFollower>(chunk, isOnlyRead);
        _meshes = hasMesh && chunk.Has<MeshAgent>() ? Of<MeshAgent>(chunk, isOnlyRead) : default;
    }

    public int Count => _positions.Length;

    public Walker this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(ref _positions[index], ref _agents[index], ref _paths[index], ref _meshes.IsEmpty ? ref Unsafe.NullRef<MeshAgent>() : ref _meshes[index]);
    }

    private static Span<T> Of<T>(Chunk chunk, bool isOnlyRead)
        where T : unmanaged
    {
        if (!isOnlyRead)
        {
            return chunk.Span<T>();
        }

        ReadOnlySpan<T> column = chunk.Read<T>();
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(column), column.Length);
    }
}
