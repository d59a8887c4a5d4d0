using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Joints;

/// <summary>The degrees of freedom that each kind of joint takes, as rows of a <see cref="JointLink"/>, and impulses along them as they are remembered.</summary>
internal static unsafe class JointRows
{
    public static void Place(in JointConstraint constraint, JointLink* link)
    {
        ref readonly JointPlace place = ref constraint.Place;
        var builder = new Builder(link);
        link->LeverChild = (link->IsChildA ? place.OffsetA : place.OffsetB).Length;
        link->LeverParent = (link->IsChildA ? place.OffsetB : place.OffsetA).Length;
        switch (constraint.Kind)
        {
            case JointKind.Ball:
                builder.Point(place);
                break;
            case JointKind.Hinge:
                Vec3 y = place.RotationA.Rotate(Vec3.UnitY), z = place.RotationA.Rotate(Vec3.UnitZ);
                Vec3 bent = Vec3.Cross(place.RotationA.Rotate(Vec3.UnitX), place.RotationB.Rotate(Vec3.UnitX));
                builder.Point(place);
                builder.About(y, Vec3.Dot(bent, y));
                builder.About(z, Vec3.Dot(bent, z));
                break;
            case JointKind.Slider:
                Vec3 reachA = place.OffsetA + place.Apart;
                Vec3 acrossY = place.RotationA.Rotate(Vec3.UnitY), acrossZ = place.RotationA.Rotate(Vec3.UnitZ);
                builder.Along(acrossY, reachA, place.OffsetB, Vec3.Dot(place.Apart, acrossY));
                builder.Along(acrossZ, reachA, place.OffsetB, Vec3.Dot(place.Apart, acrossZ));
                builder.Turn(place.Misturned);
                break;
            case JointKind.Fixed:
                builder.Point(place);
                builder.Turn(place.Misturned);
                break;
            default:
                Vec3 direction = place.Direction(out float length);
                builder.Along(direction, place.OffsetA, place.OffsetB, length - constraint.Length);
                break;
        }
    }

    public static void LoadImpulse(in Joint joint, JointLink* link)
    {
        Vec3 linear = joint.LinearImpulse, angular = joint.AngularImpulse;
        (Vec3 first, Vec3 last) = joint.Kind switch
        {
            JointKind.Slider => (new Vec3(linear.Y, linear.Z, angular.X), new Vec3(angular.Y, angular.Z, 0)),
            JointKind.Hinge => (linear, new Vec3(angular.Y, angular.Z, 0)),
            _ => (linear, angular),
        };
        Put(link->Impulse, first);
        Put(link->Impulse + 3, last);
    }

    public static void StoreImpulse(ref Joint joint, JointLink* link)
    {
        // What has run away is not remembered.
        Vec3 first = Get(link->Impulse), last = Get(link->Impulse + 3);
        (first, last) = first.IsFinite && last.IsFinite ? (first, last) : (default, default);
        (joint.LinearImpulse, joint.AngularImpulse) = joint.Kind switch
        {
            JointKind.Slider => (new Vec3(0, first.X, first.Y), new Vec3(first.Z, last.X, last.Y)),
            JointKind.Hinge => (first, new Vec3(0, last.X, last.Y)),
            _ => (first, last),
        };
    }

    /// <summary>The size of the impulse that a link gave last, roughly: a slider's torque counts among it.</summary>
    public static float Pull(JointLink* link) => Get(link->Impulse).Length;

    /// <summary>And of its torque.</summary>
    public static float Twist(JointLink* link) => Get(link->Impulse + 3).Length;

    private static void Put(float* at, Vec3 v) => (at[0], at[1], at[2]) = (v.X, v.Y, v.Z);

    private static Vec3 Get(float* at) => new(at[0], at[1], at[2]);

    private ref struct Builder
    {
        private readonly JointLink* _link;
        private readonly Vector256<float>* _a;
        private readonly Vector256<float>* _b;

        public Builder(JointLink* link)
        {
            _link = link;
            link->Rows = 0;
            var onChild = (Vector256<float>*)&link->OnChild;
            var onParent = (Vector256<float>*)&link->OnParent;
            _a = link->IsChildA ? onChild : onParent;
            _b = link->IsChildA ? onParent : onChild;
        }

        /// <summary>Holds two points together.</summary>
        public readonly void Point(in JointPlace place)
        {
            Vec3 a = place.OffsetA, b = place.OffsetB;
            Add(Vector256.Create(-1f, 0, 0, 0, 0, -a.Z, a.Y, 0), Vector256.Create(1f, 0, 0, 0, 0, b.Z, -b.Y, 0), place.Apart.X);
            Add(Vector256.Create(0, -1f, 0, 0, a.Z, 0, -a.X, 0), Vector256.Create(0, 1f, 0, 0, -b.Z, 0, b.X, 0), place.Apart.Y);
            Add(Vector256.Create(0, 0, -1f, 0, -a.Y, a.X, 0, 0), Vector256.Create(0, 0, 1f, 0, b.Y, -b.X, 0, 0), place.Apart.Z);
        }

        /// <summary>Holds two rotations together.</summary>
        public readonly void Turn(Vec3 error)
        {
            About(Vec3.UnitX, error.X);
            About(Vec3.UnitY, error.Y);
            About(Vec3.UnitZ, error.Z);
        }

        public readonly void About(Vec3 axis, float error)
        {
            Vector256<float> row = Vector256.Create(0, 0, 0, 0, axis.X, axis.Y, axis.Z, 0);
            Add(-row, row, error);
        }

        public readonly void Along(Vec3 axis, Vec3 reachA, Vec3 offsetB, float error)
        {
            Vec3 a = Vec3.Cross(reachA, axis), b = Vec3.Cross(offsetB, axis);
            Add(-Vector256.Create(axis.X, axis.Y, axis.Z, 0, a.X, a.Y, a.Z, 0), Vector256.Create(axis.X, axis.Y, axis.Z, 0, b.X, b.Y, b.Z, 0), error);
        }

        private readonly void Add(Vector256<float> a, Vector256<float> b, float error)
        {
            int row = _link->Rows++;
            _a[row] = a;
            _b[row] = b;
            _link->Error[row] = error;
        }
    }
}
