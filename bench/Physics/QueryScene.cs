using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Bench.Physics;

/// <summary>Questions to 5,000 balls, boxes and capsules, scattered in a cube of a hundred metres.</summary>
public sealed class QueryScene
{
    private const int Bodies = 5_000;

    private readonly PhysicsWorld _world = new(new ShapeSet(), PhysicsScenes.Awake);
    private readonly Vec3[] _origins;
    private readonly Vec3[] _directions;
    private uint _state = 12345;

    public QueryScene(int count)
    {
        ShapeId ball = _world.Shapes.Add(new Sphere(0.5f)), box = _world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f)), capsule = _world.Shapes.Add(new Capsule(0.4f, 0.5f));
        for (int i = 0; i < Bodies; i++)
        {
            Vec3 at = Place();
            var turn = new Quat(Next() - 0.5f, Next() - 0.5f, Next() - 0.5f, Next() - 0.5f);
            _world.Add(BodyDescription.Kinematic((i % 3) switch { 0 => ball, 1 => box, _ => capsule }, new Pose(at, turn)));
        }

        _origins = new Vec3[count];
        _directions = new Vec3[count];
        for (int i = 0; i < count; i++)
        {
            _origins[i] = Place();
            do
            {
                _directions[i] = new Vec3((Next() * 2) - 1, (Next() * 2) - 1, (Next() * 2) - 1);
            }
            while (_directions[i].LengthSquared is > 1 or < 0.01f);
            _directions[i] = _directions[i].Normalized();
        }

        _world.Step(PhysicsScenes.Step);
    }

    /// <summary>Of the last round.</summary>
    public int Hits { get; private set; }

    public Action CastRays(float length) => () =>
    {
        Hits = 0;
        for (int i = 0; i < _origins.Length; i++)
        {
            Hits += _world.RayCast(_origins[i], _directions[i] * length).IsHit ? 1 : 0;
        }
    };

    public Action CastSpheres(float length)
    {
        ShapeId ball = _world.Shapes.Add(new Sphere(0.3f));
        return () =>
        {
            Hits = 0;
            for (int i = 0; i < _origins.Length; i++)
            {
                Hits += _world.ShapeCast(ball, new Pose(_origins[i]), _directions[i] * length).IsHit ? 1 : 0;
            }
        };
    }

    private Vec3 Place() => new((Next() * 100) - 50, (Next() * 100) - 50, (Next() * 100) - 50);

    private float Next()
    {
        _state = unchecked((_state * 1664525) + 1013904223);
        return (_state >> 8) * (1f / 16777216f);
    }
}
