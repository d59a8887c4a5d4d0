using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Physics.Joints;

/// <summary>Up to six rows over the six degrees of a body, in the lanes of <see cref="Solver.SolverBody.Velocity"/>; the other two lanes are zero.</summary>
[InlineArray(JointLink.RowsMax)]
internal struct JointRowBlock
{
    private Vector256<float> _first;
}

/// <summary>
/// A joint of a <see cref="JointForest"/>: its rows (the Jacobian), and what is left of its block when its child is eliminated (K = L D Lᵀ, and
/// L⁻¹ of what an impulse along each row does to the parent).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct JointLink
{
    public const int RowsMax = 6;

    public int Constraint;

    /// <summary>Members of the forest; the child is a row of the solver, below zero, where joints do not move it.</summary>
    public int Child;
    public int Parent;
    public bool IsChildA;

    /// <summary>Degrees of freedom that it takes: 1 to <see cref="RowsMax"/>.</summary>
    public int Rows;

    /// <summary>Metres from their centres to where it pulls.</summary>
    public float LeverChild;
    public float LeverParent;

    /// <summary>Metres or radians that B has too much along each row.</summary>
    public fixed float Error[RowsMax];

    /// <summary>Newton seconds, or times metres. Zero beyond the rows there are.</summary>
    public fixed float Impulse[RowsMax];

    /// <summary>Velocity that an impulse of one gives along its own row for nothing.</summary>
    public fixed float Compliance[RowsMax];

    /// <summary>L⁻¹ of the velocities that are still to be taken away.</summary>
    public fixed float Residual[RowsMax];

    /// <summary>D⁻¹; zero for rows along which nothing can move.</summary>
    public fixed float InversePivot[RowsMax];

    /// <summary>L, of rows of six.</summary>
    public fixed float Lower[RowsMax * RowsMax];
    public JointRowBlock OnChild;
    public JointRowBlock OnParent;
    public JointRowBlock Response;
}
