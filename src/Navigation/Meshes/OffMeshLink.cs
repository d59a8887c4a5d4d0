using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>A way between two points that does not lie on the ground: a jump, a ladder, a portal.</summary>
/// <param name="From">Where it begins: the point of the mesh that is nearest, within 2 units and 4 in height.</param>
/// <param name="To">Where it ends, likewise.</param>
/// <param name="BothWays">True if it can be gone back.</param>
/// <param name="Cost">What it costs, in units of length over plain ground, 0 or more; 0 is what its straight length costs.</param>
/// <param name="Seconds">How long agents take for it, 0 or more; 0 is what its straight length takes at their speed.</param>
public readonly record struct OffMeshLink(Vec3 From, Vec3 To, bool BothWays, float Cost = 0, float Seconds = 0);

/// <summary>A link in one direction, with the polygons it joins and the points on them.</summary>
internal readonly record struct AttachedLink(int FromPolygon, int ToPolygon, Vec3 From, Vec3 To, float Cost, int Index);

/// <summary>A point on a mesh.</summary>
public readonly record struct MeshPoint(int Polygon, Vec3 Position);
