using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.DebugDraw;

/// <summary>
/// Draws surfaces by the lines that tell their form: the edges of a mesh where it ends or bends outward, where a terrain's cells stand higher than their neighbours, and
/// lines over a heightfield. Lines that go on in one direction are one.
/// </summary>
internal readonly ref struct SurfacePainter
{
    /// <summary>Lines over a heightfield each way.</summary>
    private const int FieldLines = 32;

    private readonly DebugPicture _picture;
    private readonly DebugState _state;
    private readonly Pose _pose;
    private readonly Aabb _within;

    /// <param name="picture">Gets the lines.</param>
    /// <param name="state">What the body is.</param>
    /// <param name="pose">Where the body is.</param>
    /// <param name="region">Of the world: only what meets it is drawn.</param>
    public SurfacePainter(DebugPicture picture, DebugState state, in Pose pose, in Aabb? region)
    {
        const float Far = 1e9f;
        (_picture, _state, _pose) = (picture, state, pose);
        _within = region ?? new Aabb(new Vec3(-Far, -Far, -Far), new Vec3(Far, Far, Far));
    }

    public void Draw(object surface)
    {
        switch (surface)
        {
            case TriangleMesh mesh:
                DrawMesh(mesh);
                break;
            case HeightField field:
                DrawField(field);
                break;
            case GridTerrain terrain:
                DrawTerrain(terrain);
                break;
        }
    }

    private void DrawMesh(TriangleMesh mesh)
    {
        for (int i = 0; i < mesh.TriangleCount; i++)
        {
            if (!_picture.HasRoom)
            {
                _picture.LeaveOut(mesh.TriangleCount - i);
                return;
            }

            SurfaceTriangle triangle = mesh.Triangle(i);
            Edge(triangle, OuterEdges.PQ, triangle.P, triangle.Q);
            Edge(triangle, OuterEdges.QR, triangle.Q, triangle.R);
            Edge(triangle, OuterEdges.RP, triangle.R, triangle.P);
        }
    }

    private void Edge(in SurfaceTriangle triangle, OuterEdges edge, Vec3 from, Vec3 to)
    {
        if ((triangle.Outer & edge) != 0)
        {
            Line(from, to);
        }
    }

    /// <summary>Every so many-th line, and the last.</summary>
    private void DrawField(HeightField field)
    {
        int step = Math.Max(1, Math.Max(field.Columns, field.Rows) / FieldLines);
        for (int row = 0; row < field.Rows; row = Next(row, step, field.Rows))
        {
            for (int column = 0; column + 1 < field.Columns; column = Next(column, step, field.Columns))
            {
                Line(field.Point(column, row), field.Point(Next(column, step, field.Columns), row));
            }
        }

        for (int column = 0; column < field.Columns; column = Next(column, step, field.Columns))
        {
            for (int row = 0; row + 1 < field.Rows; row = Next(row, step, field.Rows))
            {
                Line(field.Point(column, row), field.Point(column, Next(row, step, field.Rows)));
            }
        }
    }

    private static int Next(int at, int step, int count) => at == count - 1 ? count : Math.Min(at + step, count - 1);

    private void DrawTerrain(GridTerrain terrain)
    {
        // Nobody looks at more at once: then its box, which says where it is.
        if ((long)terrain.Columns * terrain.Rows > Limits.DebugTerrainCellsMax)
        {
            Aabb box = terrain.Bounds;
            _picture.Box(_state, new Pose(_pose.Transform(box.Center), _pose.Rotation), box.HalfExtents);
            return;
        }

        for (int line = 0; line <= terrain.Rows; line++)
        {
            DrawBorder(terrain, line, terrain.Columns, isRow: true);
        }

        for (int line = 0; line <= terrain.Columns; line++)
        {
            DrawBorder(terrain, line, terrain.Rows, isRow: false);
        }
    }

    /// <summary>The walls that stand on one line between rows, or columns, of cells: along their tops, along their feet, and down where they end.</summary>
    private void DrawBorder(GridTerrain terrain, int line, int cells, bool isRow)
    {
        int from = 0;
        (float Top, float Foot) wall = default;
        for (int at = 0; at <= cells; at++)
        {
            (float Top, float Foot) next = at == cells ? default : isRow ? Wall(terrain, at, line - 1, at, line) : Wall(terrain, line - 1, at, line, at);
            if (next == wall)
            {
                continue;
            }

            if (wall.Top > wall.Foot)
            {
                DrawWall(terrain, line, from, at, wall, isRow);
            }

            (from, wall) = (at, next);
        }
    }

    private static (float Top, float Foot) Wall(GridTerrain terrain, int columnA, int rowA, int columnB, int rowB)
    {
        float a = terrain.HeightOrBottom(columnA, rowA), b = terrain.HeightOrBottom(columnB, rowB);
        return a == b ? default : (Math.Max(a, b), Math.Min(a, b));
    }

    private void DrawWall(GridTerrain terrain, int line, int from, int to, (float Top, float Foot) wall, bool isRow)
    {
        float size = terrain.CellSize, across = line * size, a = from * size, b = to * size;
        Vec3 start = isRow ? new Vec3(a, wall.Top, across) : new Vec3(across, wall.Top, a), end = isRow ? new Vec3(b, wall.Top, across) : new Vec3(across, wall.Top, b);
        Line(start, end);
        Line(start, start with { Y = wall.Foot });
        Line(end, end with { Y = wall.Foot });
        Line(start with { Y = wall.Foot }, end with { Y = wall.Foot });
    }

    private void Line(Vec3 from, Vec3 to)
    {
        Vec3 a = _pose.Transform(from), b = _pose.Transform(to);
        if (Aabb.Overlaps(_within, new Aabb(Vec3.Min(a, b), Vec3.Max(a, b))))
        {
            _picture.Segment(_state, a, b);
        }
    }
}
