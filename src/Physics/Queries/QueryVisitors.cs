using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>Keeps the first body a ray meets.</summary>
internal struct RayVisitor(BodyFilter filter, Vec3 origin, Vec3 displacement) : IRayVisitor
{
    private SurfaceHit _hit;
    private int _slot = -1;

    public readonly CastHit Result => _slot < 0 ? CastHit.None : new CastHit(filter.Id(_slot), _hit.Fraction, _hit.Point, _hit.Normal, _hit.ChildKey);

    public void Walk(Vec3 from, Vec3 way, ref float fraction) => filter.Cast(new Aabb(from, from), way, ref fraction, ref this);

    public void Visit(int slot, ref float fraction)
    {
        if (filter.Allows(slot) && ShapeCasts.Ray(filter.Shape(slot), filter.Pose(slot), origin, displacement, ref fraction, ref _hit))
        {
            _slot = slot;
        }
    }
}

/// <summary>Keeps the nearest hits of a ray, in order.</summary>
internal ref struct AllRayVisitor(BodyFilter filter, Vec3 origin, Vec3 displacement, Span<CastHit> hits) : IRayVisitor
{
    private readonly Span<CastHit> _hits = hits;

    public int Count { get; private set; }

    public void Walk(Vec3 from, Vec3 way, ref float fraction) => filter.Cast(new Aabb(from, from), way, ref fraction, ref this);

    public void Visit(int slot, ref float fraction)
    {
        float own = fraction;
        SurfaceHit hit = default;
        if (!filter.Allows(slot) || !ShapeCasts.Ray(filter.Shape(slot), filter.Pose(slot), origin, displacement, ref own, ref hit))
        {
            return;
        }

        int at = Count < _hits.Length ? Count++ : _hits.Length - 1;
        for (; at > 0 && _hits[at - 1].Fraction > hit.Fraction; at--)
        {
            _hits[at] = _hits[at - 1];
        }

        _hits[at] = new CastHit(filter.Id(slot), hit.Fraction, hit.Point, hit.Normal, hit.ChildKey);
        fraction = Count == _hits.Length ? _hits[^1].Fraction : fraction;
    }
}

/// <summary>Keeps the first body a moving shape meets.</summary>
internal struct CastVisitor(BodyFilter filter, ShapeRecord shape, Pose pose, Vec3 displacement) : IRayVisitor
{
    private SurfaceHit _hit;
    private int _slot = -1;

    public readonly CastHit Result => _slot < 0 ? CastHit.None : new CastHit(filter.Id(_slot), _hit.Fraction, _hit.Point, _hit.Normal, _hit.ChildKey);

    public void Walk(in Aabb box, Vec3 way, ref float fraction) => filter.Cast(box, way, ref fraction, ref this);

    public void Visit(int slot, ref float fraction)
    {
        if (filter.Allows(slot) && ShapeCasts.Convex(filter.Shape(slot), filter.Pose(slot), shape, pose, displacement, ref fraction, ref _hit))
        {
            _slot = slot;
        }
    }
}

/// <summary>Keeps the bodies whose boxes meet a box.</summary>
internal ref struct BoxVisitor(BodyFilter filter, Aabb box, Span<BodyId> bodies) : IBoxVisitor
{
    private readonly Span<BodyId> _bodies = bodies;

    public readonly BodyFilter Filter => filter;

    public int Count { get; private set; }

    public bool Visit(int slot)
    {
        if (filter.Allows(slot) && Aabb.Overlaps(filter.Box(slot), box))
        {
            _bodies[Count++] = filter.Id(slot);
        }

        return Count < _bodies.Length;
    }
}

/// <summary>Keeps the bodies that overlap a shape.</summary>
internal ref struct OverlapVisitor(BodyFilter filter, ShapeRecord shape, Pose pose, Span<BodyId> bodies) : IBoxVisitor
{
    private readonly Span<BodyId> _bodies = bodies;

    public readonly BodyFilter Filter => filter;

    public int Count { get; private set; }

    public bool Visit(int slot)
    {
        AnyNear near = default;
        if (filter.Allows(slot) && !ShapeNear.Find(filter.Shape(slot), filter.Pose(slot), shape, pose, 0, 0, ref near))
        {
            _bodies[Count++] = filter.Id(slot);
        }

        return Count < _bodies.Length;
    }

    private readonly struct AnyNear : INearVisitor
    {
        public bool Visit(in Near near) => false;
    }
}

/// <summary>Keeps the nearest point of all bodies.</summary>
internal struct ClosestVisitor(BodyFilter filter, Vec3 point, float distanceMax) : IBoxVisitor, INearVisitor
{
    private readonly ShapeRecord _point = new(ShapeKind.Sphere, default, 0);
    private float _reach = distanceMax;
    private int _slot;
    private Near _nearest;

    public readonly BodyFilter Filter => filter;

    public ClosestHit Result { get; private set; }

    public bool Visit(int slot)
    {
        if (filter.Allows(slot) && Aabb.Overlaps(filter.Box(slot), new Aabb(point, point).Expanded(_reach)))
        {
            _slot = slot;
            ShapeNear.Find(filter.Shape(slot), filter.Pose(slot), _point, new Pose(point), _reach, 0, ref this);
        }

        return true;
    }

    public bool Visit(in Near near)
    {
        if (near.Distance < _reach || (near.Distance <= _reach && !Result.IsHit))
        {
            _nearest = near;
            _reach = near.Distance;
            Result = new ClosestHit(filter.Id(_slot), _nearest.Point, _nearest.Normal, _nearest.Distance);
        }

        return true;
    }
}
