using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>Whose each body is or was, by the body's slot. It outlives the body, because the end of its contacts is told a step later.</summary>
internal sealed class BodyOwners
{
    private Owner[] _owners = [];
    private int _count;

    private ReadOnlySpan<Owner> All => _owners.AsSpan(0, _count);

    public void Set(BodyId body, Entity entity)
    {
        if (body.Slot >= _owners.Length)
        {
            Array.Resize(ref _owners, Math.Max(body.Slot + 1, Math.Max(16, _owners.Length * 2)));
        }

        _count = Math.Max(_count, body.Slot + 1);
        _owners[body.Slot] = new Owner(body, entity);
    }

    public Entity Of(BodyId body) => (uint)body.Slot < (uint)_count && _owners[body.Slot].Body == body ? _owners[body.Slot].Entity : Entity.None;

    public void Hash(ref StateHash hash) => hash.Add(All);

    public void Save(StateWriter writer)
    {
        writer.Int(_count);
        writer.Values(All);
    }

    /// <exception cref="InvalidDataException">It ends too early.</exception>
    public static BodyOwners Read(ref StateReader reader)
    {
        int count = reader.Count(Physics.Limits.BodiesMax, "owners of bodies");
        ReadOnlySpan<byte> bytes = reader.Bytes((long)count * Unsafe.SizeOf<Owner>());
        return new BodyOwners { _owners = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Owner>(bytes).ToArray(), _count = count };
    }

    public void Become(BodyOwners other) => (_owners, _count) = (other._owners, other._count);

    private readonly record struct Owner(BodyId Body, Entity Entity);
}
