using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.DebugDraw;

/// <summary>What to draw of a world.</summary>
[Flags]
public enum DebugLayers : byte
{
    None = 0,
    Shapes = 1,
    Contacts = 2,
    Joints = 4,
    Boxes = 8,
    All = Shapes | Contacts | Joints | Boxes,
}

/// <summary>
/// Draws a world as it is between two steps: shapes by the state of their bodies, contacts, joints, boxes of the broad phase. What moves comes first, so that it is what
/// stays where not all fits. Surfaces are drawn by the lines that tell their form. Changes nothing and allocates nothing.
/// </summary>
public static class WorldPainter
{
    /// <param name="world">What to draw.</param>
    /// <param name="picture">Gets the primitives, behind those it has.</param>
    /// <param name="layers">What to draw of it.</param>
    /// <param name="region">Draws only what meets this box.</param>
    public static void Draw(this PhysicsWorld world, DebugPicture picture, DebugLayers layers = DebugLayers.All, in Aabb? region = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(picture);
        if ((layers & DebugLayers.Shapes) != 0)
        {
            DrawShapes(world, picture, region, isAwake: true);
        }

        if ((layers & DebugLayers.Joints) != 0)
        {
            DrawJoints(world, picture, region);
        }

        if ((layers & DebugLayers.Contacts) != 0)
        {
            DrawContacts(world, world.State.Pairs.Active, picture, region);
            DrawContacts(world, world.State.Pairs.Asleep, picture, region);
        }

        if ((layers & DebugLayers.Shapes) != 0)
        {
            DrawShapes(world, picture, region, isAwake: false);
        }

        if ((layers & DebugLayers.Boxes) != 0)
        {
            DrawBoxes(world.MovingTree, picture, region);
            DrawBoxes(world.StaticTree, picture, region);
        }
    }

    private static void DrawShapes(PhysicsWorld world, DebugPicture picture, in Aabb? region, bool isAwake)
    {
        for (int slot = 0; slot < world.Bodies.States.Count; slot++)
        {
            ref readonly BodyState body = ref world.Bodies.States[slot];
            if (body.IsAlive && body.IsAwake == isAwake && IsIn(region, world.Bodies.Bounds[slot].Tight))
            {
                DrawShape(world, world.Bodies.Traits[slot].Shape, body.Pose, StateOf(body), picture, region);
            }
        }
    }

    private static DebugState StateOf(in BodyState body) =>
        (body.Flags & BodyFlags.Sensor) != 0 ? DebugState.Sensor
        : body.Kind == BodyKind.Static ? DebugState.Static
        : !body.IsAwake ? DebugState.Asleep
        : body.IsDynamic ? DebugState.Awake : DebugState.Kinematic;

    private static void DrawShape(PhysicsWorld world, ShapeId id, in Pose pose, DebugState state, DebugPicture picture, in Aabb? region)
    {
        ref readonly ShapeRecord shape = ref world.Shapes.Get(id);
        switch (shape.Kind)
        {
            case ShapeKind.Sphere:
                picture.Sphere(state, pose.Position, shape.Size.X);
                break;
            case ShapeKind.Capsule:
                Vec3 half = pose.Rotation.Rotate(new Vec3(0, shape.Size.Y, 0));
                picture.Capsule(state, pose.Position - half, pose.Position + half, shape.Size.X);
                break;
            case ShapeKind.Box:
                picture.Box(state, pose, shape.Size);
                break;
            case ShapeKind.Cylinder:
                picture.Cylinder(state, pose, shape.Size.X, shape.Size.Y);
                break;
            case ShapeKind.ConvexHull:
                DrawEdges(shape.Hull, pose, state, picture);
                break;
            case ShapeKind.Compound:
                foreach (ref readonly CompoundChild child in ((Compound)shape.Content!).Children)
                {
                    DrawShape(world, child.Shape, pose * child.Pose, state, picture, region);
                }

                break;
            default:
                new SurfacePainter(picture, state, pose, region).Draw(shape.Content!);
                break;
        }
    }

    /// <summary>Each edge once, by the face on which it runs from the lower vertex to the higher.</summary>
    private static void DrawEdges(ConvexHull hull, in Pose pose, DebugState state, DebugPicture picture)
    {
        for (int face = 0; face < hull.FaceCount; face++)
        {
            ReadOnlySpan<byte> vertices = hull.FaceVertices(face);
            for (int i = 0; i < vertices.Length; i++)
            {
                byte from = vertices[i], to = vertices[(i + 1) % vertices.Length];
                if (from < to)
                {
                    picture.Segment(state, pose.Transform(hull.Vertex(from)), pose.Transform(hull.Vertex(to)));
                }
            }
        }
    }

    private static void DrawJoints(PhysicsWorld world, DebugPicture picture, in Aabb? region)
    {
        foreach (ref readonly Joint joint in world.Joints.Joints.Span)
        {
            if (joint.IsAlive)
            {
                ref readonly BodyState a = ref world.Bodies.States[joint.A];
                ref readonly BodyState b = ref world.Bodies.States[joint.B];
                Vec3 onA = a.Pose.Transform(joint.FrameA.Position), onB = b.Pose.Transform(joint.FrameB.Position);
                if (IsIn(region, new Aabb(Vec3.Min(onA, onB), Vec3.Max(onA, onB))))
                {
                    picture.Segment(DebugState.Joint, a.Centre, onA);
                    picture.Segment(DebugState.Joint, onA, onB);
                    picture.Segment(DebugState.Joint, onB, b.Centre);
                }
            }
        }
    }

    private static void DrawContacts(PhysicsWorld world, PairList list, DebugPicture picture, in Aabb? region)
    {
        foreach (ref readonly Pair pair in list.Pairs.Span)
        {
            Vec3 centre = world.Bodies.States[pair.A].Centre;
            foreach (ref readonly ContactManifold manifold in list.ManifoldsOf(pair))
            {
                for (int i = 0; i < manifold.Count; i++)
                {
                    SolvedPoint point = manifold.Points[i];
                    Vec3 at = centre + point.OffsetA;
                    if (IsIn(region, new Aabb(at, at)))
                    {
                        picture.Contact(at, manifold.Normal, point.StepImpulse);
                    }
                }
            }
        }
    }

    /// <summary>The grown boxes that bodies are filed under, and those of the nodes above them.</summary>
    private static void DrawBoxes(BodyTree tree, DebugPicture picture, in Aabb? region)
    {
        StateList<TreeNode> nodes = tree.Nodes;
        foreach (ref readonly TreeNode node in nodes.Span)
        {
            DrawBox(node.A, picture, region);
            DrawBox(node.B, picture, region);
        }
    }

    private static void DrawBox(in TreeChild child, DebugPicture picture, in Aabb? region)
    {
        if (child.Index != TreeChild.None && child.Box.IsValid && IsIn(region, child.Box))
        {
            picture.Bounds(DebugState.BroadPhase, child.Box);
        }
    }

    private static bool IsIn(in Aabb? region, in Aabb box) => region is not { } within || Aabb.Overlaps(within, box);
}
