using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics.Joints;

/// <summary>
/// Solves the joints of a <see cref="JointForest"/> all at once: block elimination from the leaves to the roots and back, in time proportional to their
/// number (D. Baraff, "Linear-Time Dynamics using Lagrange Multipliers", 1996; R. Featherstone's articulated bodies). However unequal the masses along a chain,
/// one pass is enough.
/// </summary>
internal static unsafe class ForestSolver
{
    /// <summary>
    /// Of what an impulse along a row does: so much gives way. Enough above rounding that every block can be inverted, even where two ends of a straight bridge
    /// hold the same, and too little to see: a chain of thirty with a hundred times a link's mass stretches by less than a hundredth of a percent for it.
    /// </summary>
    private const float ComplianceShare = 1e-4f;

    /// <summary>Takes the impulses of the last substep.</summary>
    public static void Load(StepScratch scratch, JointSet joints)
    {
        JointForest forest = scratch.Forest;
        for (int i = 0; i < forest.Count; i++)
        {
            JointLink* link = forest.Links + i;
            JointRows.LoadImpulse(joints.Joints[scratch.Joints[link->Constraint].Joint], link);
        }
    }

    /// <summary>Hands the impulses back, to be remembered.</summary>
    public static void Store(StepScratch scratch, JointSet joints)
    {
        JointForest forest = scratch.Forest;
        for (int i = 0; i < forest.Count; i++)
        {
            JointLink* link = forest.Links + i;
            JointRows.StoreImpulse(ref joints.Joints[scratch.Joints[link->Constraint].Joint], link);
        }
    }

    /// <summary>Finds rows and blocks where the bodies are now.</summary>
    public static void Place(in SolverContext context, StepScratch scratch)
    {
        JointForest forest = scratch.Forest;
        JointMobility* bodies = forest.Mobilities;
        ReadOnlySpan<int> members = forest.Members;
        for (int m = 0; m < members.Length; m++)
        {
            bodies[m].Stiffness = 0;
        }

        for (int i = 0; i < forest.Count; i++)
        {
            JointLink* link = forest.Links + i;
            JointRows.Place(scratch.Joints[link->Constraint], link);
            float pull = JointRows.Pull(link), turn = JointRows.Twist(link);
            bodies[link->Parent].Stiffness += (link->LeverParent * pull) + turn;
            if (link->Child >= 0)
            {
                bodies[link->Child].Stiffness += (link->LeverChild * pull) + turn;
            }
        }

        for (int m = 0; m < members.Length; m++)
        {
            bodies[m].Begin(context, members[m]);
        }

        for (int i = 0; i < forest.Count; i++)
        {
            Eliminate(bodies, forest.Links + i);
        }
    }

    public static void WarmStart(in SolverContext context, StepScratch scratch)
    {
        JointForest forest = scratch.Forest;
        JointMobility* bodies = forest.Mobilities;
        ReadOnlySpan<int> members = forest.Members;
        for (int m = 0; m < members.Length; m++)
        {
            bodies[m].Damp(context, members[m]);
        }

        for (int i = 0; i < forest.Count; i++)
        {
            JointLink* link = forest.Links + i;
            Apply(bodies, link, link->Impulse);
        }

        ApplyImpulses(context, forest);
    }

    /// <summary>Meets all rows at once: with errors taken back at a rate in the one pass, with velocities alone in the other.</summary>
    /// <param name="context">Of the step.</param>
    /// <param name="scratch">Of the thread.</param>
    /// <param name="biasRate">Share of the errors a second; zero for velocities alone.</param>
    public static void Solve(in SolverContext context, StepScratch scratch, float biasRate)
    {
        JointForest forest = scratch.Forest;
        JointMobility* bodies = forest.Mobilities;
        ReadOnlySpan<int> members = forest.Members;
        for (int m = 0; m < members.Length; m++)
        {
            bodies[m].Velocity = context.Bodies[members[m]].Velocity;
        }

        for (int i = 0; i < forest.Count; i++)
        {
            Up(context, bodies, forest.Links + i, biasRate);
        }

        for (int i = forest.Count - 1; i >= 0; i--)
        {
            Down(bodies, forest.Links + i);
        }

        ApplyImpulses(context, forest);
    }

    private static void Eliminate(JointMobility* bodies, JointLink* link)
    {
        const int max = JointLink.RowsMax;
        int count = link->Rows;
        bool moves = link->Child >= 0;
        JointMobility* parent = bodies + link->Parent;
        JointMobility* child = moves ? bodies + link->Child : null;
        var onParent = (Vector256<float>*)&link->OnParent;
        var onChild = (Vector256<float>*)&link->OnChild;
        var response = (Vector256<float>*)&link->Response;
        JointRowBlock childBlock;
        var childResponse = (Vector256<float>*)&childBlock;
        for (int k = 0; k < count; k++)
        {
            response[k] = Times(parent, onParent + k);
            Vector256<float> bound = onParent[k] * onParent[k] * parent->Bound;
            if (moves)
            {
                childResponse[k] = Times(child, onChild + k);
                bound += onChild[k] * onChild[k] * child->Bound;
            }

            link->Compliance[k] = ComplianceShare * Sum(bound);
        }

        float* lower = link->Lower;
        for (int k = 0; k < count; k++)
        {
            for (int l = 0; l <= k; l++)
            {
                Vector256<float> product = response[k] * onParent[l];
                if (moves)
                {
                    product += childResponse[k] * onChild[l];
                }

                lower[(k * max) + l] = Sum(product);
            }

            lower[(k * max) + k] += link->Compliance[k];
        }

        for (int k = 0; k < count; k++)
        {
            float pivot = lower[(k * max) + k];

            // Rows along which nothing can move have none.
            float inverse = pivot > link->Compliance[k] * 0.5f ? 1f / pivot : 0f;
            link->InversePivot[k] = inverse;
            for (int i = k + 1; i < count; i++)
            {
                float factor = lower[(i * max) + k] * inverse;
                for (int l = k + 1; l <= i; l++)
                {
                    lower[(i * max) + l] -= factor * lower[(l * max) + k];
                }

                response[i] -= response[k] * Vector256.Create(factor);
            }

            for (int i = k + 1; i < count; i++)
            {
                lower[(i * max) + k] *= inverse;
            }
        }

        var rows = (Vector256<float>*)&parent->Rows;
        for (int k = 0; k < count; k++)
        {
            Vector256<float> scaled = response[k] * Vector256.Create(link->InversePivot[k]);
            var by = (float*)(response + k);
            rows[0] -= scaled * Vector256.Create(by[0]);
            rows[1] -= scaled * Vector256.Create(by[1]);
            rows[2] -= scaled * Vector256.Create(by[2]);
            rows[3] -= scaled * Vector256.Create(by[4]);
            rows[4] -= scaled * Vector256.Create(by[5]);
            rows[5] -= scaled * Vector256.Create(by[6]);
        }
    }

    private static void Up(in SolverContext context, JointMobility* bodies, JointLink* link, float biasRate)
    {
        const int max = JointLink.RowsMax;
        int count = link->Rows;
        JointMobility* parent = bodies + link->Parent;
        Vector256<float> childVelocity = link->Child >= 0 ? bodies[link->Child].Velocity : context.Bodies[link->Child & int.MaxValue].Velocity;
        Vector256<float> parentVelocity = parent->Velocity;
        var onParent = (Vector256<float>*)&link->OnParent;
        var onChild = (Vector256<float>*)&link->OnChild;
        var response = (Vector256<float>*)&link->Response;
        for (int k = 0; k < count; k++)
        {
            float residual = Sum((onChild[k] * childVelocity) + (onParent[k] * parentVelocity));
            if (biasRate > 0)
            {
                residual += (biasRate * link->Error[k]) + (link->Compliance[k] * link->Impulse[k]);
            }

            link->Residual[k] = residual;
        }

        for (int k = 0; k < count; k++)
        {
            float residual = link->Residual[k];
            for (int l = 0; l < k; l++)
            {
                residual -= link->Lower[(k * max) + l] * link->Residual[l];
            }

            link->Residual[k] = residual;
            parentVelocity -= response[k] * Vector256.Create(residual * link->InversePivot[k]);
        }

        parent->Velocity = parentVelocity;
    }

    private static void Down(JointMobility* bodies, JointLink* link)
    {
        const int max = JointLink.RowsMax;
        int count = link->Rows;
        Vector256<float> parentImpulse = bodies[link->Parent].Impulse;
        var response = (Vector256<float>*)&link->Response;
        float* change = stackalloc float[max];
        for (int k = count - 1; k >= 0; k--)
        {
            float value = -link->InversePivot[k] * (link->Residual[k] + Sum(response[k] * parentImpulse));
            for (int l = k + 1; l < count; l++)
            {
                value -= link->Lower[(l * max) + k] * change[l];
            }

            change[k] = value;
            link->Impulse[k] += value;
        }

        Apply(bodies, link, change);
    }

    private static void Apply(JointMobility* bodies, JointLink* link, float* impulses)
    {
        var onParent = (Vector256<float>*)&link->OnParent;
        var onChild = (Vector256<float>*)&link->OnChild;
        Vector256<float> parent = bodies[link->Parent].Impulse, child = link->Child >= 0 ? bodies[link->Child].Impulse : Vector256<float>.Zero;
        for (int k = 0; k < link->Rows; k++)
        {
            var impulse = Vector256.Create(impulses[k]);
            parent += onParent[k] * impulse;
            child += onChild[k] * impulse;
        }

        bodies[link->Parent].Impulse = parent;
        if (link->Child >= 0)
        {
            bodies[link->Child].Impulse = child;
        }
    }

    private static void ApplyImpulses(in SolverContext context, JointForest forest)
    {
        ReadOnlySpan<int> members = forest.Members;
        for (int m = 0; m < members.Length; m++)
        {
            forest.Mobilities[m].Apply(context, members[m]);
        }
    }

    /// <summary>What an impulse along a row gives a body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Times(JointMobility* body, Vector256<float>* row)
    {
        var rows = (Vector256<float>*)&body->Rows;
        var by = (float*)row;
        return (rows[0] * Vector256.Create(by[0])) + (rows[1] * Vector256.Create(by[1])) + (rows[2] * Vector256.Create(by[2]))
            + (rows[3] * Vector256.Create(by[4])) + (rows[4] * Vector256.Create(by[5])) + (rows[5] * Vector256.Create(by[6]));
    }

    /// <summary>Of the six lanes that count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> v)
    {
        Vector128<float> both = v.GetLower() + v.GetUpper();
        return both[0] + both[1] + both[2];
    }
}
