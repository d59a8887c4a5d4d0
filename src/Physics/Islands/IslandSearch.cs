using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;

namespace RealtimeServer.Physics.Islands;

/// <summary>Finds islands: dynamic bodies awake that contacts and joints bind together, by union-find over their places in the list of those awake.</summary>
internal static class IslandSearch
{
    /// <param name="roots">One for each body awake; afterwards each leads to the root of its island, which is the least place in it.</param>
    /// <param name="bodies">All bodies.</param>
    /// <param name="active">The pairs of those awake, with this step's manifolds.</param>
    /// <param name="joints">All joints.</param>
    public static void Unite(Span<int> roots, BodySet bodies, PairList active, JointSet joints)
    {
        for (int i = 0; i < roots.Length; i++)
        {
            roots[i] = i;
        }

        foreach (ref readonly Pair pair in active.Pairs.Span)
        {
            if (pair.ManifoldCount > 0)
            {
                Join(roots, bodies.States[pair.A], bodies.States[pair.B]);
            }
        }

        foreach (ref readonly Joint joint in joints.Joints.Span)
        {
            if (joint.IsAlive)
            {
                Join(roots, bodies.States[joint.A], bodies.States[joint.B]);
            }
        }
    }

    public static int Root(Span<int> roots, int i)
    {
        while (roots[i] != i)
        {
            roots[i] = roots[roots[i]];
            i = roots[i];
        }

        return i;
    }

    private static void Join(Span<int> roots, in BodyState bodyA, in BodyState bodyB)
    {
        if (!bodyA.IsAwake || !bodyB.IsAwake || !bodyA.IsDynamic || !bodyB.IsDynamic)
        {
            return;
        }

        int a = Root(roots, bodyA.AwakeIndex), b = Root(roots, bodyB.AwakeIndex);
        if (a < b)
        {
            roots[b] = a;
        }
        else
        {
            roots[a] = b;
        }
    }
}
