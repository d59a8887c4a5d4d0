using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// The signed distance of two convex shapes without any algorithm of the room: the greatest gap over directions, searched by trying
/// many and then closing in, in double precision. Apart, it is their distance; overlapping, minus the least way out.
/// </summary>
internal static class SeparationOracle
{
    private const int Directions = 300;
    private const int Starts = 4;

    public readonly record struct Point(double X, double Y, double Z)
    {
        public static Point Of(Vec3 v) => new(v.X, v.Y, v.Z);

        public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

        public static Point operator *(Point a, double s) => new(a.X * s, a.Y * s, a.Z * s);

        public static double Dot(Point a, Point b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

        public Point Normalized() => this * (1 / Math.Sqrt(Dot(this, this)));
    }

    /// <summary>How far the shape reaches in a direction of length one.</summary>
    public static double Reach(ShapeSet shapes, ShapeId shape, in Pose pose, Point d)
    {
        ref readonly ShapeRecord record = ref shapes.Get(shape);
        (double qx, double qy, double qz, double qw) = (pose.Rotation.X, pose.Rotation.Y, pose.Rotation.Z, pose.Rotation.W);
        double Along(double x, double y, double z)
        {
            // The axis (x, y, z) turned by the rotation, then its product with the direction.
            double tx = 2 * ((qy * z) - (qz * y)), ty = 2 * ((qz * x) - (qx * z)), tz = 2 * ((qx * y) - (qy * x));
            return ((x + (qw * tx) + (qy * tz) - (qz * ty)) * d.X) + ((y + (qw * ty) + (qz * tx) - (qx * tz)) * d.Y) + ((z + (qw * tz) + (qx * ty) - (qy * tx)) * d.Z);
        }

        double centre = Point.Dot(Point.Of(pose.Position), d);
        double ax = Along(1, 0, 0), ay = Along(0, 1, 0), az = Along(0, 0, 1);
        switch (record.Kind)
        {
            case ShapeKind.Sphere:
                return centre + record.Size.X;
            case ShapeKind.Capsule:
                return centre + record.Size.X + (Math.Abs(ay) * record.Size.Y);
            case ShapeKind.Box:
                return centre + (Math.Abs(ax) * record.Size.X) + (Math.Abs(ay) * record.Size.Y) + (Math.Abs(az) * record.Size.Z);
            case ShapeKind.Cylinder:
                return centre + (Math.Abs(ay) * record.Size.Y) + (Math.Sqrt((ax * ax) + (az * az)) * record.Size.X);
            default:
                double most = double.NegativeInfinity;
                for (int i = 0; i < record.Hull.VertexCount; i++)
                {
                    Vec3 v = record.Hull.Vertex(i);
                    most = Math.Max(most, (ax * v.X) + (ay * v.Y) + (az * v.Z));
                }

                return centre + most;
        }
    }

    /// <summary>The gap along a direction: where B begins less where A ends.</summary>
    public static double Gap(ShapeSet shapes, ShapeId a, in Pose poseA, ShapeId b, in Pose poseB, Point d) =>
        -Reach(shapes, b, poseB, d * -1) - Reach(shapes, a, poseA, d);

    public static double SignedDistance(ShapeSet shapes, ShapeId a, in Pose poseA, ShapeId b, in Pose poseB)
    {
        var best = new (double Gap, Point Direction)[Starts];
        Array.Fill(best, (double.NegativeInfinity, default));
        for (int i = 0; i < Directions; i++)
        {
            double y = 1 - (2 * (i + 0.5) / Directions), angle = i * 2.399963229728653, r = Math.Sqrt(1 - (y * y));
            var d = new Point(r * Math.Cos(angle), y, r * Math.Sin(angle));
            double gap = Gap(shapes, a, poseA, b, poseB, d);
            int worst = 0;
            for (int k = 1; k < Starts; k++)
            {
                worst = best[k].Gap < best[worst].Gap ? k : worst;
            }

            if (gap > best[worst].Gap)
            {
                best[worst] = (gap, d);
            }
        }

        double most = double.NegativeInfinity;
        foreach ((double start, Point from) in best)
        {
            (double gap, Point at) = (start, from);
            for (double step = 0.1; step > 1e-5;)
            {
                bool better = false;
                Point u = Across(at), v = Cross(at, u);
                for (int k = 0; k < 12; k++)
                {
                    Point trial = (at + (u * (step * Math.Cos(k * Math.PI / 6))) + (v * (step * Math.Sin(k * Math.PI / 6)))).Normalized();
                    double value = Gap(shapes, a, poseA, b, poseB, trial);
                    if (value > gap)
                    {
                        (gap, at, better) = (value, trial, true);
                    }
                }

                step = better ? step : step * 0.5;
            }

            most = Math.Max(most, gap);
        }

        return most;
    }

    private static Point Across(Point d) => (Math.Abs(d.X) < 0.6 ? Cross(d, new Point(1, 0, 0)) : Cross(d, new Point(0, 1, 0))).Normalized();

    private static Point Cross(Point a, Point b) => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));
}
