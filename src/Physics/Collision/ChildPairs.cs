using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>Manifolds of any two shapes: those made of children are taken apart, down to convex against convex or against a surface.</summary>
internal static class ChildPairs
{
    private const uint KeyFactor = 0x9E37_79B1;

    /// <summary>Adds manifolds, with offsets from A's origin along the world's axes.</summary>
    public static void Collide(
        in ShapeRecord a, in Pose poseA, in ShapeRecord b, in Pose poseB, float margin, uint key, ManifoldList manifolds)
    {
        if (a.Kind == ShapeKind.Compound)
        {
            CollideCompound((Compound)a.Content!, poseA, b, poseB, margin, key, isFirst: true, manifolds);
        }
        else if (b.Kind == ShapeKind.Compound)
        {
            CollideCompound((Compound)b.Content!, poseB, a, poseA, margin, key, isFirst: false, manifolds);
        }
        else if (a.Kind > ShapeKind.Compound)
        {
            if (b.Kind < ShapeKind.Compound)
            {
                SurfacePairs.Collide(a, poseA, b, poseB, margin, key, isSurfaceFirst: true, manifolds);
            }
        }
        else if (b.Kind > ShapeKind.Compound)
        {
            SurfacePairs.Collide(b, poseB, a, poseA, margin, key, isSurfaceFirst: false, manifolds);
        }
        else
        {
            ref Manifold manifold = ref manifolds.Add();
            manifold.ChildKey = key;
            ConvexPairs.Collide(a, poseA, b, poseB, margin, ref manifold);
            if (manifold.Count == 0)
            {
                manifolds.RemoveLast();
            }
        }
    }

    private static void CollideCompound(
        Compound compound, in Pose pose, in ShapeRecord other, in Pose otherPose, float margin, uint key, bool isFirst, ManifoldList manifolds)
    {
        Pose inside = pose.InverseTransform(otherPose);
        Aabb box = other.Bounds(inside).Expanded(margin);
        for (int i = 0; i < compound.Children.Length; i++)
        {
            if (!Aabb.Overlaps(compound.Box(i), box))
            {
                continue;
            }

            ref readonly CompoundChild child = ref compound.Children[i];
            ref readonly ShapeRecord shape = ref compound.Shapes.Get(child.Shape);
            Pose childPose = pose * child.Pose;
            uint childKey = unchecked((key + (uint)i + 1) * KeyFactor);
            if (!isFirst)
            {
                Collide(other, otherPose, shape, childPose, margin, childKey, manifolds);
                continue;
            }

            int start = manifolds.Count;
            Collide(shape, childPose, other, otherPose, margin, childKey, manifolds);
            for (int k = start; k < manifolds.Count; k++)
            {
                manifolds[k].Shift(childPose.Position - pose.Position);
            }
        }
    }
}
