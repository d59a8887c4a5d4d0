using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A closed surface of triangles that grows outward to the farthest point until none is left outside.</summary>
internal sealed class GrowingHull
{
    internal sealed class Triangle
    {
        public readonly int[] Vertices = new int[3];

        /// <summary>Across the sides from vertex i to vertex i + 1.</summary>
        public readonly Triangle[] Neighbours = new Triangle[3];
        public readonly List<int> Outside = [];
        public Double3 Normal;
        public double Offset;
        public int FarthestPoint = -1;
        public double FarthestDistance;
        public bool IsGone;
        public int Group = -1;
    }

    private readonly Double3[] _points;
    private readonly List<Triangle> _triangles = [];
    private readonly List<Triangle> _visible = [];
    private readonly List<(Triangle Kept, int Side)> _horizon = [];

    /// <param name="extent">Of the points, in metres.</param>
    /// <param name="thinnest">What is thinner, in metres, has no volume.</param>
    public GrowingHull(ReadOnlySpan<Vec3> points, double extent, double thinnest)
    {
        _points = new Double3[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            _points[i] = points[i];
        }

        Tolerance = extent * 1e-7;
        MergeTolerance = extent * 4e-5;
        Begin(FirstFour(thinnest));
    }

    /// <summary>Points this close to a face count as on it, in metres.</summary>
    public double Tolerance { get; }

    /// <summary>Triangles whose corners are this close to one plane make one face, in metres.</summary>
    public double MergeTolerance { get; }

    public IEnumerable<Triangle> Triangles => _triangles.Where(triangle => !triangle.IsGone);

    public Double3 Point(int index) => _points[index];

    public void Grow(int verticesMax)
    {
        for (int vertices = 4; vertices < verticesMax; vertices++)
        {
            Triangle? from = null;
            foreach (Triangle triangle in _triangles)
            {
                if (!triangle.IsGone && triangle.FarthestPoint >= 0 && (from is null || triangle.FarthestDistance > from.FarthestDistance))
                {
                    from = triangle;
                }
            }

            if (from is null)
            {
                return;
            }

            AddPoint(from, from.FarthestPoint);
        }
    }

    private int[] FirstFour(double thinnest)
    {
        int[] extremes = [0, 0, 0, 0, 0, 0];
        for (int i = 1; i < _points.Length; i++)
        {
            Double3 p = _points[i];
            extremes[0] = p.X < _points[extremes[0]].X ? i : extremes[0];
            extremes[1] = p.X > _points[extremes[1]].X ? i : extremes[1];
            extremes[2] = p.Y < _points[extremes[2]].Y ? i : extremes[2];
            extremes[3] = p.Y > _points[extremes[3]].Y ? i : extremes[3];
            extremes[4] = p.Z < _points[extremes[4]].Z ? i : extremes[4];
            extremes[5] = p.Z > _points[extremes[5]].Z ? i : extremes[5];
        }

        int a = extremes[0], b = extremes[1];
        foreach (int i in extremes)
        {
            foreach (int k in extremes)
            {
                (a, b) = (_points[i] - _points[k]).LengthSquared > (_points[a] - _points[b]).LengthSquared ? (i, k) : (a, b);
            }
        }

        Double3 along = _points[b] - _points[a];
        (int c, double area) = Farthest(p => Double3.Cross(along, p - _points[a]).Length);
        if (area <= along.Length * thinnest)
        {
            throw new ShapeException($"The {_points.Length} points of the convex hull lie on one line, through points {a} and {b}: it would have no volume.");
        }

        Double3 normal = Double3.Cross(along, _points[c] - _points[a]);
        (int d, double volume) = Farthest(p => Math.Abs(Double3.Dot(normal, p - _points[a])));
        if (volume <= normal.Length * thinnest)
        {
            throw new ShapeException($"The {_points.Length} points of the convex hull lie in one plane, through points {a}, {b} and {c}: it would have no volume.");
        }

        return Double3.Dot(normal, _points[d] - _points[a]) > 0 ? [a, c, b, d] : [a, b, c, d];
    }

    private (int Index, double Value) Farthest(Func<Double3, double> measure)
    {
        (int index, double most) = (0, -1);
        for (int i = 0; i < _points.Length; i++)
        {
            double value = measure(_points[i]);
            (index, most) = value > most ? (i, value) : (index, most);
        }

        return (index, most);
    }

    /// <summary>A tetrahedron whose first three corners are counter-clockwise seen from outside.</summary>
    private void Begin(int[] v)
    {
        Triangle[] faces = [New(v[0], v[1], v[2]), New(v[0], v[3], v[1]), New(v[1], v[3], v[2]), New(v[2], v[3], v[0])];
        foreach (Triangle face in faces)
        {
            for (int side = 0; side < 3; side++)
            {
                face.Neighbours[side] = faces.First(other => other != face && SideFrom(other, face.Vertices[(side + 1) % 3], face.Vertices[side]) >= 0);
            }
        }

        for (int i = 0; i < _points.Length; i++)
        {
            Assign(i, faces);
        }
    }

    private static int SideFrom(Triangle triangle, int from, int to)
    {
        for (int side = 0; side < 3; side++)
        {
            if (triangle.Vertices[side] == from && triangle.Vertices[(side + 1) % 3] == to)
            {
                return side;
            }
        }

        return -1;
    }

    private Triangle New(int a, int b, int c)
    {
        var triangle = new Triangle();
        (triangle.Vertices[0], triangle.Vertices[1], triangle.Vertices[2]) = (a, b, c);
        Double3 normal = Double3.Cross(_points[b] - _points[a], _points[c] - _points[a]);
        double length = normal.Length;
        triangle.Normal = length > 0 ? normal * (1 / length) : default;
        triangle.Offset = Double3.Dot(triangle.Normal, _points[a]);
        _triangles.Add(triangle);
        return triangle;
    }

    private void Assign(int point, ReadOnlySpan<Triangle> triangles)
    {
        foreach (Triangle triangle in triangles)
        {
            double distance = Double3.Dot(triangle.Normal, _points[point]) - triangle.Offset;
            if (distance > Tolerance)
            {
                triangle.Outside.Add(point);
                (triangle.FarthestPoint, triangle.FarthestDistance) =
                    distance > triangle.FarthestDistance ? (point, distance) : (triangle.FarthestPoint, triangle.FarthestDistance);
                return;
            }
        }
    }

    private void AddPoint(Triangle from, int point)
    {
        FindHorizon(from, _points[point]);
        var fan = new Triangle[_horizon.Count];
        for (int i = 0; i < fan.Length; i++)
        {
            (Triangle kept, int side) = _horizon[i];

            // The kept triangle's side runs the other way round in the new one.
            fan[i] = New(kept.Vertices[(side + 1) % 3], kept.Vertices[side], point);
            if (fan[i].Normal.LengthSquared == 0)
            {
                (fan[i].Normal, fan[i].Offset) = (kept.Normal, kept.Offset);
            }

            fan[i].Neighbours[0] = kept;
            kept.Neighbours[side] = fan[i];
        }

        foreach (Triangle triangle in fan)
        {
            triangle.Neighbours[1] = Array.Find(fan, other => other.Vertices[0] == triangle.Vertices[1])!;
            triangle.Neighbours[2] = Array.Find(fan, other => other.Vertices[1] == triangle.Vertices[0])!;
        }

        foreach (Triangle gone in _visible)
        {
            foreach (int left in gone.Outside)
            {
                if (left != point)
                {
                    Assign(left, fan);
                }
            }
        }

        _triangles.RemoveAll(triangle => triangle.IsGone);
    }

    /// <summary>Takes away what a point sees, walking from triangle to triangle so that it is one piece, and lists its border.</summary>
    private void FindHorizon(Triangle from, Double3 point)
    {
        _visible.Clear();
        _horizon.Clear();
        from.IsGone = true;
        _visible.Add(from);
        for (int i = 0; i < _visible.Count; i++)
        {
            foreach (Triangle next in _visible[i].Neighbours)
            {
                if (!next.IsGone && Double3.Dot(next.Normal, point) - next.Offset > 0.1 * Tolerance)
                {
                    next.IsGone = true;
                    _visible.Add(next);
                }
            }
        }

        foreach (Triangle gone in _visible)
        {
            for (int side = 0; side < 3; side++)
            {
                Triangle next = gone.Neighbours[side];
                if (!next.IsGone)
                {
                    _horizon.Add((next, SideFrom(next, gone.Vertices[(side + 1) % 3], gone.Vertices[side])));
                }
            }
        }
    }
}
