using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>
/// The terrain of one match: as its grid is. Once a tick, before anything moves, cells that have opened or closed since become columns of another height. Each state
/// of the terrain has a shape of its own, so that the bodies of earlier steps still stand on the terrain of then; the shapes of states that no step remembers are taken
/// again.
/// </summary>
internal sealed class MapTerrain
{
    private readonly PhysicsWorld _world;
    private readonly BodyId _body;
    private readonly GameMap _map;
    private readonly Grid _grid;
    private readonly float _cellSize;
    private readonly bool _isMesh;
    private readonly GridTerrain _began;
    private readonly int _statesMax;
    private readonly List<TerrainCell> _cells = [];
    private readonly List<Aabb> _boxes = [];
    private List<State> _states;
    private int _at;
    private int _seen;

    /// <param name="stepsRemembered">Steps whose bodies may be asked for; the terrain needs a state for each, and one for now.</param>
    public MapTerrain(PhysicsWorld world, BodyId body, GameMap map, Grid grid, PhysicsSettings settings, int stepsRemembered)
    {
        var shapes = MapShapes.Of(map, settings.CellSize);
        (_world, _body, _map, _grid, _cellSize) = (world, body, map, grid, settings.CellSize);
        (_began, _isMesh) = (shapes.Terrain, shapes.Mesh is not null);
        _statesMax = stepsRemembered + 1;
        _states = [new State(world.Body(body).Shape, _began)];
        _seen = grid.Version;
    }

    /// <summary>Metres; as it is now.</summary>
    public GridTerrain Terrain => _states[_at].Terrain;

    /// <summary>Takes over what has changed in the grid, and wakes what is near.</summary>
    /// <param name="before">The terrain until now.</param>
    /// <returns>Boxes of the world in which the terrain has changed; none if it is as it was. Valid until the next call.</returns>
    public ReadOnlySpan<Aabb> Follow(out GridTerrain before)
    {
        before = Terrain;
        _boxes.Clear();
        if (_grid.Version == _seen)
        {
            return default;
        }

        Span<CellRect> changes = stackalloc CellRect[Navigation.Limits.GridChangesMax];
        int count = _grid.ChangedSince(_seen, changes);
        _seen = _grid.Version;
        _cells.Clear();
        for (int i = 0; i < count; i++)
        {
            Compare(changes[i]);
        }

        if (_boxes.Count > 0)
        {
            Become(before.With(CollectionsMarshal.AsSpan(_cells)));
        }

        return CollectionsMarshal.AsSpan(_boxes);
    }

    /// <summary>The nearest place beside the columns for what a column came up under: an open cell that is no higher, and close by.</summary>
    /// <param name="at">Where its middle is.</param>
    /// <param name="bottom">The lowest that it reaches.</param>
    /// <param name="reach">How far it reaches along the ground.</param>
    /// <returns>False if there is none within <see cref="Limits.PushOutCellsMax"/> cells.</returns>
    public bool TryFindBeside(Vec3 at, float bottom, float reach, out Vec3 place)
    {
        place = at;
        (int column, int row) = CellAt(at);
        for (int ring = 1; ring <= Limits.PushOutCellsMax; ring++)
        {
            float best = float.PositiveInfinity;
            for (int y = row - ring; y <= row + ring; y++)
            {
                int step = y == row - ring || y == row + ring ? 1 : 2 * ring;
                for (int x = column - ring; x <= column + ring; x += step)
                {
                    if (_grid.IsOpen(x, y) && Terrain.HeightAt(x, y) <= bottom + Limits.PushOutStep)
                    {
                        var there = new Vec3(Within(at.X, x, reach), at.Y, Within(at.Z, y, reach));
                        float distance = Vec3.DistanceSquared(there, at);
                        (best, place) = distance < best ? (distance, there) : (best, place);
                    }
                }
            }

            if (best < float.PositiveInfinity)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How high a terrain of this map is where a point is.</summary>
    public float HeightAt(GridTerrain terrain, Vec3 point)
    {
        (int column, int row) = CellAt(point);
        return _grid.IsInside(column, row) ? terrain.HeightAt(column, row) : GridTerrain.Nothing;
    }

    public void Save(StateWriter writer)
    {
        writer.Int(_seen);
        writer.Int(_at);
        writer.Int(_states.Count);
        foreach (State state in _states)
        {
            writer.Value(state.Shape);
            state.Terrain.SaveChanges(writer);
        }
    }

    /// <summary>Reads all of it before anything changes.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="terrains">Receives the shapes, which the match's set of shapes needs to be read.</param>
    /// <returns>Makes the change.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public Action Read(ref StateReader reader, out IReadOnlyDictionary<ShapeId, GridTerrain> terrains)
    {
        int seen = reader.Count(int.MaxValue, "changes of the grid");
        int at = reader.Count(_statesMax - 1, "as the place of the terrain");
        int count = reader.Count(_statesMax, "states of the terrain");
        List<State> states = [];
        var shapes = new Dictionary<ShapeId, GridTerrain>();
        for (int i = 0; i < count; i++)
        {
            var shape = reader.Value<ShapeId>();

            // The first state is the map's own terrain until it is taken again, and that one matches share.
            GridTerrain terrain = _began.ReadChanges(ref reader);
            states.Add(new State(shape, terrain));
            if (shape.Kind != ShapeKind.GridTerrain || !shapes.TryAdd(shape, terrain))
            {
                throw new InvalidDataException($"The checkpoint's state {i} of the terrain is shape {shape}, which cannot be.");
            }
        }

        if (at >= count)
        {
            throw new InvalidDataException($"The checkpoint's terrain is state {at} of {count}.");
        }

        terrains = shapes;
        return () => (_states, _at, _seen) = (states, at, seen);
    }

    public void Hash(ref StateHash hash)
    {
        if (_states.Count > 1)
        {
            hash.Add(((long)_states.Count << 32) | (uint)_at);
        }
    }

    private (int Column, int Row) CellAt(Vec3 point) => ((int)MathF.Floor(point.X / _cellSize), (int)MathF.Floor(point.Z / _cellSize));

    private float Within(float at, int cell, float reach)
    {
        float inside = Math.Min(reach, 0.5f * _cellSize);
        return Math.Clamp(at, (cell * _cellSize) + inside, ((cell + 1) * _cellSize) - inside);
    }

    private void Compare(CellRect changed)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        (int left, int top, int right, int bottom) = (_grid.Width, _grid.Height, 0, 0);
        for (int y = changed.Y; y < changed.Y + changed.Height; y++)
        {
            for (int x = changed.X; x < changed.X + changed.Width; x++)
            {
                float was = Terrain.HeightAt(x, y), now = HeightOf(x, y);
                if (was == now)
                {
                    continue;
                }

                _cells.Add(new TerrainCell((y * _grid.Width) + x, now));
                (low, high) = (Math.Min(low, Math.Min(was, now)), Math.Max(high, Math.Max(was, now)));
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        if (left < right)
        {
            low = Math.Max(low, Terrain.Bounds.Min.Y);
            _boxes.Add(new Aabb(new Vec3(left * _cellSize, low, top * _cellSize), new Vec3(right * _cellSize, high, bottom * _cellSize)));
        }
    }

    private float HeightOf(int x, int y)
    {
        int cell = (y * _grid.Width) + x;
        MapCollision solid = _map.Collision;
        float floor = _map.Heights is { } heights ? heights.Cells[cell] : 0;
        bool isOpen = !solid.IsWall(_grid, x, y), wasOpen = solid.ColumnTops[cell] == floor;
        if (_isMesh)
        {
            // What the map itself has closed is solid by its triangles, if at all.
            return isOpen || !wasOpen ? GridTerrain.Nothing : (floor + solid.WallHeight) * _cellSize;
        }

        return isOpen ? floor * _cellSize : (floor + solid.WallHeight) * _cellSize;
    }

    private void Become(GridTerrain terrain)
    {
        if (_states.Count < _statesMax)
        {
            _at = _states.Count;
            _states.Add(new State(_world.Shapes.Add(terrain), terrain));
        }
        else
        {
            _at = (_at + 1) % _statesMax;
            ShapeId shape = _states[_at].Shape;
            _world.Shapes.Replace(shape, terrain);
            _states[_at] = new State(shape, terrain);
        }

        _world.Body(_body).SetSurface(_states[_at].Shape, CollectionsMarshal.AsSpan(_boxes));
    }

    private readonly record struct State(ShapeId Shape, GridTerrain Terrain);
}
