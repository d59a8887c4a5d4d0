using RealtimeServer.Foundation;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

/// <summary>Finds the planes of all surfaces near a convex shape. One buffer, used again and again.</summary>
internal sealed class PlaneFinder
{
    private const float SameNormal = 0.9998f;
    private const float SameDistance = 2e-3f;
    private readonly MovePlane[] _planes = new MovePlane[Limits.CharacterPlanesMax];
    private int _count;

    public Span<MovePlane> Planes => _planes.AsSpan(0, _count);

    public void Find(in BodyFilter filter, in ShapeRecord shape, in Pose pose, float reach)
    {
        _count = 0;
        var visitor = new BodyVisitor(this, filter, shape, pose, reach);
        filter.Overlap(shape.Bounds(pose).Expanded(reach), ref visitor);
    }

    private void AddNear(in Near near, int slot)
    {
        // Triangles of one floor are one plane; of several the nearest counts.
        for (int i = 0; i < _count; i++)
        {
            ref MovePlane plane = ref _planes[i];
            if (plane.Slot == slot && Math.Abs(plane.Distance - near.Distance) < SameDistance && Vec3.Dot(plane.Normal, near.Normal) > SameNormal)
            {
                if (near.Distance < plane.Distance)
                {
                    (plane.Distance, plane.Point) = (near.Distance, near.Point);
                }

                return;
            }
        }

        var added = new MovePlane { Normal = near.Normal, Distance = near.Distance, Point = near.Point, Slot = slot };
        if (_count < _planes.Length)
        {
            _planes[_count++] = added;
        }
        else
        {
            // The farthest makes room.
            int farthest = 0;
            for (int i = 1; i < _count; i++)
            {
                farthest = _planes[i].Distance > _planes[farthest].Distance ? i : farthest;
            }

            _planes[farthest] = near.Distance < _planes[farthest].Distance ? added : _planes[farthest];
        }
    }

    private struct BodyVisitor(PlaneFinder finder, BodyFilter filter, ShapeRecord shape, Pose pose, float reach) : IBoxVisitor, INearVisitor
    {
        private int _slot;

        public bool Visit(int slot)
        {
            if (filter.Allows(slot))
            {
                _slot = slot;
                ShapeNear.Find(filter.Shape(slot), filter.Pose(slot), shape, pose, reach, 0, ref this);
            }

            return true;
        }

        public readonly bool Visit(in Near near)
        {
            finder.AddNear(near, _slot);
            return true;
        }
    }
}
