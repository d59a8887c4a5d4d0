using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>A world with the rule of which of its bodies a query may find.</summary>
internal readonly struct BodyFilter(PhysicsWorld world, in QueryFilter filter)
{
    private readonly QueryFilter _filter = filter;

    public bool Allows(int slot)
    {
        ref readonly BodyTraits traits = ref world.Bodies.Traits[slot];
        return (traits.Layers & _filter.Layers) != 0
            && ((world.Bodies.States[slot].Flags & BodyFlags.Sensor) == 0 || _filter.FindsSensors)
            && (slot != _filter.Ignored.Slot || traits.Generation != _filter.Ignored.Generation);
    }

    public ref readonly ShapeRecord Shape(int slot) => ref world.Shapes.Get(world.Bodies.Traits[slot].Shape);

    public ref readonly Pose Pose(int slot) => ref world.Bodies.States[slot].Pose;

    public ref readonly Aabb Box(int slot) => ref world.Bodies.Bounds[slot].Tight;

    public BodyId Id(int slot) => world.Bodies.IdOf(slot);

    public void Overlap<TVisitor>(in Aabb box, ref TVisitor visitor)
        where TVisitor : struct, IBoxVisitor, allows ref struct
    {
        if ((_filter.IgnoresStatic || TreeTraversal.Overlap(world.StaticTree, box, ref visitor)) && !_filter.IgnoresMoving)
        {
            TreeTraversal.Overlap(world.MovingTree, box, ref visitor);
        }
    }

    public void Cast<TVisitor>(in Aabb box, Vec3 displacement, ref float fraction, ref TVisitor visitor)
        where TVisitor : struct, IRayVisitor, allows ref struct
    {
        if (!_filter.IgnoresMoving)
        {
            TreeTraversal.Cast(world.MovingTree, box.Center, box.HalfExtents, displacement, ref fraction, ref visitor);
        }

        if (!_filter.IgnoresStatic)
        {
            TreeTraversal.Cast(world.StaticTree, box.Center, box.HalfExtents, displacement, ref fraction, ref visitor);
        }
    }
}
