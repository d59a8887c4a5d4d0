using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Bench.Paths;

/// <summary>A navigation mesh of a file of triangles: how long it takes to make it, and what questions to it cost.</summary>
internal sealed class MeshBenchmark(TextWriter output)
{
    private const int Questions = 2000;

    /// <param name="file">A Wavefront OBJ file; only its vertices and faces are read.</param>
    public void Run(string file)
    {
        (Vec3[] vertices, int[] triangles) = Read(file);
        double build = double.MaxValue;
        NavMesh mesh = null!;
        long begin = Stopwatch.GetTimestamp();

        // For so long, too, that the builder is not still being compiled.
        for (int i = 0; i < 8 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 1; i++)
        {
            long start = Stopwatch.GetTimestamp();
            mesh = NavMeshBuilder.FromTriangles(vertices, triangles, new NavMeshSettings());
            build = Math.Min(build, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        output.WriteLine(Invariant($"{triangles.Length / 3} triangles: a mesh of {mesh.PolygonCount} polygons in {build:F1} ms"));
        NavMeshQuery query = new(mesh);
        DeterministicRandom random = new(5);
        Vec3 low = vertices.Aggregate(Vec3.Min);
        Vec3 size = vertices.Aggregate(Vec3.Max) - low;
        Vec3[] points = new Vec3[Questions];
        MeshPoint[] places = new MeshPoint[Questions];
        for (int i = 0; i < Questions;)
        {
            points[i] = low + new Vec3(random.NextSingle(0, size.X), random.NextSingle(0, size.Y), random.NextSingle(0, size.Z));
            i += query.TryFindNearest(points[i], new Vec3(2, 4, 2), out places[i]) ? 1 : 0;
        }

        double nearest = Best(i => query.TryFindNearest(points[i], new Vec3(2, 4, 2), out _));
        double ray = Best(i => query.Raycast(places[i], places[Questions - 1 - i].Position, out _));
        int[] polygons = new int[512];
        MeshWaypoint[] waypoints = new MeshWaypoint[256];
        List<(int Polygons, double Corridor, double Path)> paths = [];
        for (int i = 0; i + 1 < Questions; i += 2)
        {
            int count = query.FindPolygons(places[i], places[i + 1], polygons);
            if (count > 0)
            {
                int at = i;
                double corridor = One(() => query.FindPolygons(places[at], places[at + 1], polygons));
                paths.Add((count, corridor, One(() => query.FindPath(places[at], places[at + 1], waypoints))));
            }
        }

        output.WriteLine(Invariant($"nearest point {nearest:F2} us, ray {ray:F2} us"));
        foreach ((int least, int most) in new[] { (1, 7), (8, 12), (13, 15), (16, 30), (31, 512) })
        {
            var some = paths.Where(path => path.Polygons >= least && path.Polygons <= most).ToArray();
            if (some.Length > 0)
            {
                output.WriteLine(Invariant(
                    $"{some.Length,5} paths of {least} to {most} polygons: {some.Average(path => path.Corridor):F2} us, pulled straight {some.Average(path => path.Path):F2} us"));
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Best(Action<int> ask)
    {
        double best = double.MaxValue;
        for (int round = 0; round < 8; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Questions; i++)
            {
                ask(i);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / Questions);
        }

        return best;
    }

    private static double One(Action ask)
    {
        double best = double.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 10; i++)
            {
                ask();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 10);
        }

        return best;
    }

    private static (Vec3[] Vertices, int[] Triangles) Read(string file)
    {
        List<Vec3> vertices = [];
        List<int> triangles = [];
        foreach (string line in File.ReadLines(file))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 4 && parts[0] == "v")
            {
                vertices.Add(new Vec3(Number(parts[1]), Number(parts[2]), Number(parts[3])));
            }
            else if (parts.Length >= 4 && parts[0] == "f")
            {
                for (int i = 2; i + 1 < parts.Length; i++)
                {
                    triangles.AddRange([Index(parts[1]), Index(parts[i]), Index(parts[i + 1])]);
                }
            }
        }

        return ([.. vertices], [.. triangles]);

        static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

        int Index(string text)
        {
            int index = int.Parse(text.Split('/')[0], CultureInfo.InvariantCulture);
            return index < 0 ? vertices.Count + index : index - 1;
        }
    }
}
