using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>Mass, centre and inertia of solid bodies of even density.</summary>
internal static class SolidMass
{
    private const float Pi = 3.14159265f;

    public static MassProperties Of(in ShapeRecord record, float density)
    {
        if (!(density > 0) || !float.IsFinite(density))
        {
            throw new ArgumentOutOfRangeException(nameof(density), density, "A density is a positive number of kg/m³.");
        }

        float r = record.Size.X, h = record.Size.Y;
        switch (record.Kind)
        {
            case ShapeKind.Sphere:
                float ball = 4f / 3f * Pi * r * r * r * density;
                return new MassProperties(ball, default, SymMat3.Diagonal(Vec3.One * (0.4f * ball * r * r)));
            case ShapeKind.Capsule:
                return OfCapsule(r, h, density);
            case ShapeKind.Box:
                Vec3 square = record.Size * record.Size;
                float box = 8 * record.Size.X * record.Size.Y * record.Size.Z * density;
                return new MassProperties(box, default, SymMat3.Diagonal(new Vec3(square.Y + square.Z, square.X + square.Z, square.X + square.Y) * (box / 3f)));
            case ShapeKind.Cylinder:
                float cylinder = 2 * Pi * r * r * h * density;
                float across = cylinder * ((0.25f * r * r) + (h * h / 3f));
                return new MassProperties(cylinder, default, SymMat3.Diagonal(new Vec3(across, 0.5f * cylinder * r * r, across)));
            case ShapeKind.ConvexHull:
                return OfHull(record.Hull, density);
            case ShapeKind.Compound:
                return OfCompound((Compound)record.Content!, density);
            default:
                throw new ShapeException($"A {record.Kind} has no volume and so no mass: it belongs to a static or kinematic body.");
        }
    }

    private static MassProperties OfCapsule(float r, float h, float density)
    {
        float middle = 2 * Pi * r * r * h * density, ends = 4f / 3f * Pi * r * r * r * density;
        float along = (0.5f * middle * r * r) + (0.4f * ends * r * r);

        // The round ends: half balls whose centres of mass lie 3/8 r beyond the segment's ends.
        float across = (middle * ((0.25f * r * r) + (h * h / 3f))) + (ends * ((0.4f * r * r) + (h * h) + (0.75f * h * r)));
        return new MassProperties(middle + ends, default, SymMat3.Diagonal(new Vec3(across, along, across)));
    }

    /// <summary>Sums tetrahedra from the first vertex to the triangles of each face, in double precision (B. Mirtich, 1996, in its simplest form).</summary>
    private static MassProperties OfHull(ConvexHull hull, float density)
    {
        Vec3 origin = hull.Vertex(0);
        double volume = 0, x = 0, y = 0, z = 0, xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0;
        for (int face = 0; face < hull.FaceCount; face++)
        {
            ReadOnlySpan<byte> loop = hull.FaceVertices(face);
            Vec3 a = hull.Vertex(loop[0]) - origin;
            for (int i = 1; i + 1 < loop.Length; i++)
            {
                Vec3 b = hull.Vertex(loop[i]) - origin, c = hull.Vertex(loop[i + 1]) - origin;
                double six = Vec3.Dot(a, Vec3.Cross(b, c));
                volume += six;
                x += six * ((double)a.X + b.X + c.X);
                y += six * ((double)a.Y + b.Y + c.Y);
                z += six * ((double)a.Z + b.Z + c.Z);
                xx += six * Product(a.X, b.X, c.X, a.X, b.X, c.X);
                yy += six * Product(a.Y, b.Y, c.Y, a.Y, b.Y, c.Y);
                zz += six * Product(a.Z, b.Z, c.Z, a.Z, b.Z, c.Z);
                xy += six * Product(a.X, b.X, c.X, a.Y, b.Y, c.Y);
                xz += six * Product(a.X, b.X, c.X, a.Z, b.Z, c.Z);
                yz += six * Product(a.Y, b.Y, c.Y, a.Z, b.Z, c.Z);
            }
        }

        double mass = density * volume / 6;
        double cx = x / (4 * volume), cy = y / (4 * volume), cz = z / (4 * volume), unit = density / 120.0;
        xx = (xx * unit) - (mass * cx * cx);
        yy = (yy * unit) - (mass * cy * cy);
        zz = (zz * unit) - (mass * cz * cz);
        xy = (xy * unit) - (mass * cx * cy);
        xz = (xz * unit) - (mass * cx * cz);
        yz = (yz * unit) - (mass * cy * cz);
        var inertia = new SymMat3((float)(yy + zz), (float)-xy, (float)(xx + zz), (float)-xz, (float)-yz, (float)(xx + yy));
        return new MassProperties((float)mass, origin + new Vec3((float)cx, (float)cy, (float)cz), inertia);
    }

    /// <summary>Twenty times the mean of a product over a tetrahedron from the origin, the coordinates of its other corners given.</summary>
    private static double Product(double pa, double pb, double pc, double qa, double qb, double qc) =>
        ((pa + pb + pc) * (qa + qb + qc)) + (pa * qa) + (pb * qb) + (pc * qc);


    private static MassProperties OfCompound(Compound compound, float density)
    {
        float mass = 0;
        Vec3 moment = default;
        foreach (ref readonly CompoundChild child in compound.Children)
        {
            MassProperties part = Of(compound.Shapes.Get(child.Shape), density);
            mass += part.Mass;
            moment += child.Pose.Transform(part.Centre) * part.Mass;
        }

        Vec3 centre = moment / mass;
        SymMat3 inertia = default;
        foreach (ref readonly CompoundChild child in compound.Children)
        {
            MassProperties part = Of(compound.Shapes.Get(child.Shape), density);
            Vec3 offset = child.Pose.Transform(part.Centre) - centre;
            inertia += SymMat3.Rotated(Mat3.FromQuat(child.Pose.Rotation), part.Inertia) + (SymMat3.OfPoint(offset) * part.Mass);
        }

        return new MassProperties(mass, centre, inertia);
    }
}
