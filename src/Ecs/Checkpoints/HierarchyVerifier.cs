namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>
/// Checks the links between parents and children of a checkpoint that came as bytes: a ring of them would be walked for ever. All children must be
/// reached by going down from those who have no parent, and each link must be answered by the one at its other end.
/// </summary>
internal sealed class HierarchyVerifier
{
    private readonly Stack<Entity> _parents = [];
    private int _children;

    public void Add(World world, ulong mask, ReadOnlySpan<Entity> entities)
    {
        if ((mask & world.RelationMask) == 0)
        {
            return;
        }

        bool isChild = (mask >> world.ComponentIndex<ChildOf>() & 1) != 0;
        _children += isChild ? entities.Length : 0;
        if (!isChild)
        {
            foreach (Entity root in entities)
            {
                _parents.Push(root);
            }
        }
    }

    /// <exception cref="InvalidDataException">A link leads nowhere, is not answered, or is part of a ring.</exception>
    public void Verify(WorldCheckpoint checkpoint)
    {
        int reached = 0;
        while (_parents.TryPop(out Entity parent))
        {
            checkpoint.TryGet(parent, out ParentOf family);
            Entity previous = Entity.None;
            Entity at = family.First;
            for (int i = 0; i < family.Children || !at.IsNone; i++)
            {
                if (i >= family.Children || !checkpoint.TryGet(at, out ChildOf child) || child.Parent != parent || child.Previous != previous)
                {
                    throw new InvalidDataException($"The checkpoint's children of entity {parent} are not linked as they must be, at {at}.");
                }

                reached++;
                if (checkpoint.TryGet(at, out ParentOf _))
                {
                    _parents.Push(at);
                }

                previous = at;
                at = child.Next;
            }

            if (family.Last != previous || family.Children < 1)
            {
                throw new InvalidDataException($"The checkpoint's entity {parent} has {family.Children} children up to {family.Last}, but they end at {previous}.");
            }
        }

        if (reached != _children)
        {
            throw new InvalidDataException($"The checkpoint has {_children} entities with a parent, of which {reached} are below one that has none.");
        }
    }
}
