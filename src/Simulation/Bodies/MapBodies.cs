using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>The map as static bodies: a terrain extruded from its cells, and walls around it. Matches on one map share the terrain.</summary>
internal static class MapBodies
{
    private const float BorderThickness = 2;

    private static readonly ConditionalWeakTable<GameMap, ConcurrentDictionary<float, GridTerrain>> Terrains = [];

    public static void Add(PhysicsWorld world, GameMap map, PhysicsSettings settings)
    {
        if (settings.HasMap)
        {
            GridTerrain terrain = Terrains.GetOrCreateValue(map).GetOrAdd(settings.CellSize, cellSize => Extrude(map, cellSize));
            AddStatic(world, world.Shapes.Add(terrain), Vec3.Zero, settings);
        }

        if (settings.BorderHeight is { } height)
        {
            AddBorder(world, map.Width * settings.CellSize, map.Height * settings.CellSize, height, settings);
        }
    }

    private static GridTerrain Extrude(GameMap map, float cellSize)
    {
        float[] heights = map.Collision.ColumnTops.ToArray();
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] *= cellSize;
        }

        return new GridTerrain(map.Width, map.Height, heights, cellSize);
    }

    private static void AddBorder(PhysicsWorld world, float width, float depth, float height, PhysicsSettings settings)
    {
        float half = 0.5f * BorderThickness, y = 0.5f * height;
        ShapeId side = world.Shapes.Add(new Box(half, y, (0.5f * depth) + BorderThickness));
        ShapeId end = world.Shapes.Add(new Box((0.5f * width) + BorderThickness, y, half));
        AddStatic(world, side, new Vec3(-half, y, 0.5f * depth), settings);
        AddStatic(world, side, new Vec3(width + half, y, 0.5f * depth), settings);
        AddStatic(world, end, new Vec3(0.5f * width, y, -half), settings);
        AddStatic(world, end, new Vec3(0.5f * width, y, depth + half), settings);
    }

    private static void AddStatic(PhysicsWorld world, ShapeId shape, Vec3 at, PhysicsSettings settings) =>
        world.Add(BodyDescription.Static(shape, new Pose(at)) with { Material = settings.MapMaterial, Layers = settings.MapLayers });
}
