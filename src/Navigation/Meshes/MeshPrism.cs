using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Something upright that stands on triangles when a mesh is made of them.</summary>
/// <param name="Outline">Convex; x and z of the world.</param>
/// <param name="Foot">Where it begins.</param>
/// <param name="Top">Where it ends: what lies higher is ground.</param>
internal readonly record struct MeshPrism(IReadOnlyList<Vec2> Outline, float Foot, float Top)
{
    /// <summary>Takes away the ground of all columns that it touches, where an agent has no room under it.</summary>
    /// <param name="low">The lowest corner of the ground.</param>
    public void Close(OpenGround ground, Vec3 low, NavMeshSettings settings)
    {
        Vec2[] outline = [.. Outline.Select(corner => new Vec2((corner.X - low.X) / settings.CellSize, (corner.Y - low.Z) / settings.CellSize))];
        int first = (int)Math.Clamp(MathF.Floor(outline.Min(corner => corner.Y)), 0, ground.Depth);
        int last = (int)Math.Clamp(MathF.Floor(outline.Max(corner => corner.Y)), -1, ground.Depth - 1);
        for (int z = first; z <= last; z++)
        {
            if (!ConvexRows.TryExtent(outline, z, z + 1, alongX: true, out double left, out double right))
            {
                continue;
            }

            int lastColumn = (int)Math.Clamp(Math.Floor(right), -1, ground.Width - 1);
            for (int x = (int)Math.Clamp(Math.Floor(left), 0, ground.Width); x <= lastColumn; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    bool isFree = ground.Surface[i] >= Top || ground.Surface[i] + settings.AgentHeight <= Foot;
                    ground.Area[i] = isFree ? ground.Area[i] : (byte)0;
                }
            }
        }
    }
}
