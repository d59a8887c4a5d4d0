using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>One fighter as others see it.</summary>
internal struct Standing
{
    public Entity Entity;
    public Vec2 Position;

    /// <summary>Half the sides of a building; zero for units.</summary>
    public Vec2 HalfSize;
    public float Radius;
    public UnitKind Kind;
    public byte Owner;

    public readonly float DistanceFrom(Vec2 from)
    {
        float x = Math.Max(0, Math.Abs(from.X - Position.X) - HalfSize.X);
        float y = Math.Max(0, Math.Abs(from.Y - Position.Y) - HalfSize.Y);
        return Math.Max(0, MathF.Sqrt((x * x) + (y * y)) - Radius);
    }
}

/// <summary>
/// Who stands where, sorted into square buckets, one set for each player, so that looking for an enemy looks at few. It is built anew
/// in every tick from components and holds no state of its own.
/// </summary>
internal sealed class Battlefield
{
    private const int BucketCells = 3;

    /// <summary>A fighter is found by its middle, so a search must look further by the largest half side there is.</summary>
    private static readonly float HalfSideMax = UnitKinds.Of(UnitKind.KingTower).FootprintCells * 0.5f;

    private readonly Standing[] _unsorted = new Standing[Limits.FightersMax];
    private readonly Standing[] _sorted = new Standing[Limits.FightersMax];
    private int[] _starts = [];
    private int _columns;
    private int _rows;
    private int _count;

    public ReadOnlySpan<Standing> All => _sorted.AsSpan(0, _count);

    public void Build(GameContext game)
    {
        Gather(game.World);
        Fit(game.Map.Width, game.Map.Height);
        for (int i = 0; i < _count; i++)
        {
            _starts[Bucket(in _unsorted[i]) + 1]++;
        }

        for (int i = 1; i < _starts.Length; i++)
        {
            _starts[i] += _starts[i - 1];
        }

        // Filled from the end, so that each start ends up where its bucket begins and equals keep their order.
        for (int i = _count - 1; i >= 0; i--)
        {
            _sorted[--_starts[Bucket(in _unsorted[i]) + 1]] = _unsorted[i];
        }
    }

    /// <summary>The nearest enemy that an attacker may hit within a distance; none if there is none. Of equals the first sorted.</summary>
    public Entity NearestEnemy(Vec2 from, byte player, UnitStats attacker, float within)
    {
        Entity nearest = Entity.None;
        float best = within;
        int player0 = Board.Enemy(player) - 1;
        (int left, int right, int top, int bottom) = Area(from, within);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                foreach (ref readonly Standing enemy in In(player0, column, row))
                {
                    float distance = enemy.DistanceFrom(from);
                    if (distance <= best && (distance < best || nearest.IsNone) && Combat.MayHit(attacker, UnitKinds.Of(enemy.Kind)))
                    {
                        best = distance;
                        nearest = enemy.Entity;
                    }
                }
            }
        }

        return nearest;
    }

    /// <summary>Harms all ground enemies of a player near a place.</summary>
    public void Splash(GameContext game, Vec2 place, float radius, byte player, int damage, bool towersUnharmed)
    {
        int player0 = Board.Enemy(player) - 1;
        (int left, int right, int top, int bottom) = Area(place, radius);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                foreach (ref readonly Standing enemy in In(player0, column, row))
                {
                    if (!UnitKinds.Of(enemy.Kind).Flying && enemy.DistanceFrom(place) <= radius)
                    {
                        Combat.Harm(game.World, enemy.Entity, damage, towersUnharmed);
                    }
                }
            }
        }
    }

    private void Fit(int width, int height)
    {
        _columns = ((width - 1) / BucketCells) + 1;
        _rows = ((height - 1) / BucketCells) + 1;
        int size = (_columns * _rows * 2) + 1;
        if (_starts.Length != size)
        {
            _starts = new int[size];
        }

        Array.Clear(_starts);
    }

    private void Gather(World world)
    {
        _count = 0;
        foreach (Chunk chunk in world.Query().All<Position, Fighter>().Build())
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            ReadOnlySpan<Fighter> fighters = chunk.Read<Fighter>();
            for (int i = 0; i < entities.Length; i++)
            {
                UnitStats stats = UnitKinds.Of(fighters[i].Kind);
                float half = stats.FootprintCells * 0.5f;
                _unsorted[_count++] = new Standing
                {
                    Entity = entities[i],
                    Position = positions[i].Value,
                    HalfSize = new Vec2(half, half),
                    Radius = stats.Radius,
                    Kind = fighters[i].Kind,
                    Owner = fighters[i].Owner,
                };
            }
        }
    }

    private ReadOnlySpan<Standing> In(int player0, int column, int row)
    {
        int bucket = (((player0 * _rows) + row) * _columns) + column;

        // Filling moved every start one place down: the start of a bucket is kept at its number plus one, its end at the next.
        int start = _starts[bucket + 1];
        int end = bucket + 2 < _starts.Length ? _starts[bucket + 2] : _count;
        return _sorted.AsSpan(start, end - start);
    }

    private int Bucket(in Standing standing) =>
        ((((standing.Owner - 1) * _rows) + Clamped(standing.Position.Y, _rows)) * _columns) + Clamped(standing.Position.X, _columns);

    private (int Left, int Right, int Top, int Bottom) Area(Vec2 place, float radius)
    {
        float reach = radius + HalfSideMax;
        return (Clamped(place.X - reach, _columns), Clamped(place.X + reach, _columns), Clamped(place.Y - reach, _rows), Clamped(place.Y + reach, _rows));
    }

    private static int Clamped(float place, int count) => Math.Clamp((int)(place * (1f / BucketCells)), 0, count - 1);
}
