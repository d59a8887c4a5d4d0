using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Collision;

public sealed class CapsulePairTests
{
    private const float Margin = 0.1f;

    [Fact]
    public void Eight_pairs_at_once_give_the_bits_of_each_alone()
    {
        var random = new DeterministicRandom(seed: 3);
        var bodies = new BodyState[2 * WideMath.Lanes];
        var measures = new Vec3[2 * WideMath.Lanes];
        var manifolds = new Manifold[WideMath.Lanes];
        Span<byte> places = [7, 6, 5, 4, 3, 2, 1, 0];
        int single = 0, both = 0;
        for (int round = 0; round < 20_000; round++)
        {
            int count = 1 + random.Next(WideMath.Lanes);
            CapsulePairs batch = default;
            for (int i = 0; i < count; i++)
            {
                Fill(ref random, round % 4, bodies.AsSpan(2 * i), measures.AsSpan(2 * i));
                batch.Add(bodies[2 * i], measures[2 * i], bodies[(2 * i) + 1], measures[(2 * i) + 1]);
            }

            batch.Collide(Margin, places, manifolds);
            for (int i = 0; i < count; i++)
            {
                Manifold alone = default;
                BallPairs.CapsuleCapsule(measures[2 * i], bodies[2 * i].Pose, measures[(2 * i) + 1], bodies[(2 * i) + 1].Pose, Margin, ref alone);
                ref readonly Manifold found = ref manifolds[places[i]];
                Assert.Equal(alone.Count, found.Count);
                if (alone.Count > 0)
                {
                    Assert.Equal(Bits(alone), Bits(found));
                }

                single += alone.Count == 1 ? 1 : 0;
                both += alone.Count == 2 ? 1 : 0;
            }
        }

        Assert.True(single > 10_000 && both > 10_000, $"{single} with a point, {both} with two");
    }

    /// <summary>Two capsules: turned anyhow, upright, nearly along each other, or in one place.</summary>
    private static void Fill(ref DeterministicRandom random, int kind, Span<BodyState> bodies, Span<Vec3> measures)
    {
        Quat turn = kind == 1 ? Quat.Identity : Turn(ref random, 3f);
        for (int i = 0; i < 2; i++)
        {
            var at = new Vec3(random.NextSingle(-0.5f, 0.5f), random.NextSingle(-0.5f, 0.5f), random.NextSingle(-0.5f, 0.5f));
            bodies[i].Pose = new Pose(kind == 3 ? Vec3.Zero : at, kind == 0 ? Turn(ref random, 3f) : kind == 2 ? Turn(ref random, 0.1f) * turn : turn);
            measures[i] = new Vec3(random.NextSingle(0.05f, 0.4f), random.NextSingle(0.01f, 0.6f), 0);
        }
    }

    private static Quat Turn(ref DeterministicRandom random, float most) =>
        Quat.FromRotationVector(new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), random.NextSingle(-1, 1)) * (most * 0.5f));

    /// <summary>Of what counts; zeros of either sign differ.</summary>
    private static byte[] Bits(in Manifold manifold) =>
        [.. MemoryMarshal.AsBytes(new ReadOnlySpan<Vec3>(in manifold.Normal)), .. MemoryMarshal.AsBytes(manifold.Span)];
}
