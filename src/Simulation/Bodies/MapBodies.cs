using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>The map as static bodies: its cells or its triangles, what else is solid, and walls around it.</summary>
internal static class MapBodies
{
    private const float BorderThickness = 2;

    /// <returns>The body whose terrain changes with the grid; null if the map gives none.</returns>
    public static BodyId? Add(PhysicsWorld world, GameMap map, PhysicsSettings settings)
    {
        BodyId? terrain = null;
        if (settings.HasMap)
        {
            var shapes = MapShapes.Of(map, settings.CellSize);
            if (shapes.Mesh is null || settings.FollowsGrid)
            {
                terrain = AddStatic(world, world.Shapes.Add(shapes.Terrain), Pose.Identity, settings);
            }

            if (shapes.Mesh is { } mesh)
            {
                AddStatic(world, world.Shapes.Add(mesh), Pose.Identity, settings);
            }

            for (int i = 0; i < shapes.SolidCount; i++)
            {
                (ShapeId shape, Pose pose) = shapes.Solid(i, world.Shapes);
                AddStatic(world, shape, pose, settings);
            }
        }

        if (settings.BorderHeight is { } height)
        {
            AddBorder(world, map.Width * settings.CellSize, map.Height * settings.CellSize, height, settings);
        }

        return terrain;
    }

    private static void AddBorder(PhysicsWorld world, float width, float depth, float height, PhysicsSettings settings)
    {
        float half = 0.5f * BorderThickness, y = 0.5f * height;
        ShapeId side = world.Shapes.Add(new Box(half, y, (0.5f * depth) + BorderThickness));
        ShapeId end = world.Shapes.Add(new Box((0.5f * width) + BorderThickness, y, half));
        AddStatic(world, side, new Pose(new Vec3(-half, y, 0.5f * depth)), settings);
        AddStatic(world, side, new Pose(new Vec3(width + half, y, 0.5f * depth)), settings);
        AddStatic(world, end, new Pose(new Vec3(0.5f * width, y, -half)), settings);
        AddStatic(world, end, new Pose(new Vec3(0.5f * width, y, depth + half)), settings);
    }

    private static BodyId AddStatic(PhysicsWorld world, ShapeId shape, in Pose pose, PhysicsSettings settings) =>
        world.Add(BodyDescription.Static(shape, pose) with { Material = settings.MapMaterial, Layers = settings.MapLayers });
}
