using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

public sealed class SegmentTriangleTests
{
    private const float Margin = 0.1f;
    private static readonly Vec3 Floor = new(1, 0, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Eight_triangles_at_once_give_the_bits_of_each_alone(bool isTwoSided)
    {
        var random = new DeterministicRandom(seed: 11);
        int near = 0, leaning = 0, pierced = 0;
        for (int round = 0; round < 20_000; round++)
        {
            // Half of them upright over a floor, where much is equal to the bit.
            bool isCalm = round % 2 == 0;
            var convex = ConvexCore.Segment(random.NextSingle(0.1f, 0.6f), random.NextSingle(0.01f, 1f));
            Quat turn = isCalm ? Quat.Identity : TestShapes.NextRotationOrNone(ref random);
            var relative = new Relative(Pose.Identity, new Pose(Point(ref random) * (isCalm ? Floor + (Vec3.UnitY * 0.5f) : Vec3.One), turn));
            TriangleBatch batch = default;
            int count = 1 + random.Next(8);
            var triangles = new SurfaceTriangle[count];
            for (int i = 0; i < count; i++)
            {
                triangles[i] = Triangle(ref random, isCalm, (uint)i);
                batch.Add(triangles[i]);
            }

            Vec3 centre = relative.Offset;
            new SegmentTriangles(convex, relative, centre, Margin, isTwoSided).Find(ref batch, out SegmentTriangles.Found found);
            for (int i = 0; i < count; i++)
            {
                (SurfaceTriangle front, Vec3 normal) = (triangles[i], triangles[i].Normal);
                bool isBehind = Vec3.Dot(normal, centre - front.P) < 0;
                if (isBehind && isTwoSided)
                {
                    (front, normal) = (front.Back(), -normal);
                }

                Closest closest = default;
                bool isNear = (!isBehind || isTwoSided) && TriangleContacts.FindClosest(front, normal, convex, relative, Margin, ref closest);
                Assert.Equal(isNear, (found.Near & (1u << i)) != 0);
                if (!isNear)
                {
                    continue;
                }

                near++;
                pierced += closest.Distance < 0 ? 1 : 0;
                bool isExact = true;
                if (TriangleContacts.LeansInward(front, normal, closest))
                {
                    leaning++;
                    isExact = Vec3.Dot(closest.Normal, normal) >= TriangleContacts.UprightCosine;
                    closest = TriangleContacts.Upright(front, normal, convex, relative);
                }

                Assert.Equal(front, batch[i]);
                Assert.Equal(normal, found.Face[i]);
                Assert.Equal(isExact, (found.Exact & (1u << i)) != 0);
                Assert.Equal(Bits(closest), Bits(found[i]));
            }
        }

        Assert.True(near > 10_000 && leaning > 4_000 && pierced > 1_000, $"{near} near, {leaning} leaning, {pierced} pierced");
    }

    /// <summary>Zeros of either sign differ.</summary>
    private static byte[] Bits(Closest closest) => MemoryMarshal.AsBytes(new ReadOnlySpan<Closest>(in closest)).ToArray();

    private static Vec3 Point(ref DeterministicRandom random) => new(random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1));

    private static SurfaceTriangle Triangle(ref DeterministicRandom random, bool isCalm, uint key)
    {
        var outer = (OuterEdges)random.Next(8);
        if (isCalm)
        {
            // Quads of a grid: the segment's ends are often exactly over a side or a corner.
            var corner = new Vec3(random.Next(3) - 1, 0, random.Next(3) - 1);
            return new SurfaceTriangle(corner, corner + Vec3.UnitZ, corner + Vec3.UnitX, key, outer);
        }

        while (true)
        {
            var triangle = new SurfaceTriangle(Point(ref random), Point(ref random), Point(ref random), key, outer);
            if (triangle.Normal != Vec3.Zero)
            {
                return triangle;
            }
        }
    }
}
