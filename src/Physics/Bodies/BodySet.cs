using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Bodies;

/// <summary>
/// The bodies of a world, each in a slot that it keeps, and the list of those awake. Free slots are reused newest first; a removed body's slot
/// is free only after the next step, when nothing refers to it any more.
/// </summary>
internal sealed class BodySet
{
    public readonly StateList<BodyState> States = new();
    public readonly StateList<BodyTraits> Traits = new();
    public readonly StateList<BodyBounds> Bounds = new();

    /// <summary>Slots of dynamic and kinematic bodies that are awake.</summary>
    public readonly StateList<int> Awake = new();

    /// <summary>Slots whose boxes changed since partners were last looked for.</summary>
    public readonly StateList<int> Moved = new();

    /// <summary>Slots of bodies removed since the last step.</summary>
    public readonly StateList<int> Leaving = new();
    public readonly StateList<int> Free = new();

    public int Count => States.Count - Free.Count - Leaving.Count;

    public void Reserve(int count)
    {
        States.EnsureCapacity(count);
        Traits.EnsureCapacity(count);
        Bounds.EnsureCapacity(count);
        Awake.EnsureCapacity(count);
        Moved.EnsureCapacity(count);
    }

    public int Allocate()
    {
        int slot;
        if (Free.Count > 0)
        {
            slot = Free[Free.Count - 1];
            Free.RemoveLast();
        }
        else
        {
            slot = States.Count;
            States.Add(default(BodyState));
            Traits.Add(default(BodyTraits));
            Bounds.Add(default(BodyBounds));
        }

        uint generation = Traits[slot].Generation + 1;
        States[slot] = new BodyState { AwakeIndex = -1, Flags = BodyFlags.Alive };
        Traits[slot] = new BodyTraits { Generation = generation == 0 ? 1 : generation, FirstJoint = -1, IslandNext = slot };
        return slot;
    }

    public BodyId IdOf(int slot) => new(slot, Traits[slot].Generation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(BodyId id) =>
        (uint)id.Slot < (uint)States.Count && Traits[id.Slot].Generation == id.Generation && States[id.Slot].IsAlive;

    /// <exception cref="PhysicsException">There is no such body.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SlotOf(BodyId id)
    {
        if (!Contains(id))
        {
            ThrowGone(id);
        }

        return id.Slot;
    }

    /// <summary>True if what two bodies fill is nearer than a margin, as far as their boxes tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreNear(int a, int b, float margin) => Aabb.Overlaps(Bounds[a].Tight.Expanded(margin), Bounds[b].Tight);

    public void MarkMoved(int slot)
    {
        ref BodyFlags flags = ref States[slot].Flags;
        if ((flags & BodyFlags.Moved) == 0)
        {
            flags |= BodyFlags.Moved;
            Moved.Add(slot);
        }
    }

    public void AddAwake(int slot)
    {
        States[slot].AwakeIndex = Awake.Count;
        Awake.Add(slot);
    }

    /// <summary>The last of the list takes the place of the one taken out.</summary>
    public void RemoveAwake(int slot)
    {
        int index = States[slot].AwakeIndex;
        int last = Awake[Awake.Count - 1];
        Awake[index] = last;
        States[last].AwakeIndex = index;
        Awake.RemoveLast();
        States[slot].AwakeIndex = -1;
    }

    /// <summary>Slots of removed bodies can be given out again.</summary>
    public void FreeLeaving()
    {
        foreach (int slot in Leaving.Span)
        {
            States[slot].Flags = BodyFlags.None;
            Free.Add(slot);
        }

        Leaving.Clear();
    }

    private static void ThrowGone(BodyId id) => throw new PhysicsException($"There is no {id} in this world: it was removed, or is of another world.");
}
