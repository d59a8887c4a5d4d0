using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Bench.Physics;

/// <summary>Characters that walk in squares over a mesh of hills, each with a body that the others meet.</summary>
public sealed class CharacterScene
{
    private const int Quads = 100;
    private const int TicksOfASide = 30;
    private const float Speed = 4f;

    private readonly PhysicsWorld _world = new(new ShapeSet(), PhysicsScenes.Awake);
    private readonly CharacterSettings _settings = new() { Radius = 0.5f, Height = 2f, Gravity = 10f };
    private readonly CharacterMover _mover;
    private readonly CharacterState[] _states;
    private int _tick;

    public CharacterScene(int count)
    {
        _world.Add(BodyDescription.Static(_world.Shapes.Add(Hills()), Pose.Identity));
        _mover = new CharacterMover(_world);
        _states = new CharacterState[count];
        ShapeId capsule = _world.Shapes.Add(new Capsule(_settings.Radius, (0.5f * _settings.Height) - _settings.Radius));
        int side = (int)MathF.Ceiling(MathF.Sqrt(count));
        for (int i = 0; i < count; i++)
        {
            var at = new Vec3(((i % side) - (side * 0.5f)) * 3.5f, 4f, ((i / side) - (side * 0.5f)) * 3.5f);
            _states[i].Position = at;
            _states[i].Body = _world.Add(BodyDescription.Kinematic(capsule, new Pose(at with { Y = at.Y + (0.5f * _settings.Height) })));
        }
    }

    public ReadOnlySpan<CharacterState> States => _states;

    /// <summary>A side each way in turn, each character's turns shifted by its number.</summary>
    public void Tick()
    {
        _tick++;
        for (int i = 0; i < _states.Length; i++)
        {
            Vec3 way = (((_tick / TicksOfASide) + i) % 4) switch
            {
                0 => Vec3.UnitX,
                1 => -Vec3.UnitZ,
                2 => -Vec3.UnitX,
                _ => Vec3.UnitZ,
            };
            _mover.Move(_settings, ref _states[i], new CharacterInput(way * Speed), PhysicsScenes.Step);
        }

        _world.Step(PhysicsScenes.Step);
    }

    /// <summary>A hundred by a hundred quads of a metre, as high as whole numbers say.</summary>
    private static TriangleMesh Hills()
    {
        var vertices = new Vec3[(Quads + 1) * (Quads + 1)];
        var indices = new int[Quads * Quads * 6];
        for (int j = 0; j <= Quads; j++)
        {
            for (int i = 0; i <= Quads; i++)
            {
                float height = (0.15f * Fold(i, 16)) + (0.1f * Fold(j, 12)) + (0.05f * Fold(i + (2 * j), 10));
                vertices[(j * (Quads + 1)) + i] = new Vec3(i - (Quads / 2), height, j - (Quads / 2));
            }
        }

        for (int cell = 0; cell < Quads * Quads; cell++)
        {
            int corner = (cell / Quads * (Quads + 1)) + (cell % Quads), below = corner + Quads + 1;
            ReadOnlySpan<int> two = [corner, below, corner + 1, corner + 1, below, below + 1];
            two.CopyTo(indices.AsSpan(cell * 6));
        }

        return new TriangleMesh(vertices, indices);
    }

    private static int Fold(int value, int period)
    {
        int m = value % period;
        return m < period / 2 ? m : period - m;
    }
}
