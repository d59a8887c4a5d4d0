using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// The shapes of one world, or of many that play on the same map. A shape never changes and is never taken away, so that ids in
/// snapshots and replays keep their meaning; equal small shapes get the same id. Reading is free of locks while another thread adds. The one exception is
/// <see cref="Replace"/>, for terrains that change with their match.
/// </summary>
public sealed class ShapeSet
{
    private readonly Lock _adding = new();
    private readonly Dictionary<(ShapeKind, Vec3), ShapeId> _small = [];
    private readonly Dictionary<object, ShapeId> _large = new(ReferenceEqualityComparer.Instance);
    private volatile ShapeRecord[] _records = new ShapeRecord[4];
    private int _count;

    public int Count => _count;

    /// <exception cref="ShapeException">The radius is not a number within <see cref="Limits"/>.</exception>
    public ShapeId Add(in Sphere sphere)
    {
        Check(sphere.Radius, "sphere", "radius");
        return AddSmall(ShapeRecord.Of(sphere));
    }

    /// <exception cref="ShapeException">A measure is not a number within <see cref="Limits"/>.</exception>
    public ShapeId Add(in Capsule capsule)
    {
        Check(capsule.Radius, "capsule", "radius");
        Check(capsule.HalfLength, "capsule", "half length");
        return AddSmall(ShapeRecord.Of(capsule));
    }

    /// <exception cref="ShapeException">A measure is not a number within <see cref="Limits"/>.</exception>
    public ShapeId Add(in Box box)
    {
        Check(box.HalfExtents.X, "box", "half extent along x");
        Check(box.HalfExtents.Y, "box", "half extent along y");
        Check(box.HalfExtents.Z, "box", "half extent along z");
        return AddSmall(ShapeRecord.Of(box));
    }

    /// <exception cref="ShapeException">A measure is not a number within <see cref="Limits"/>.</exception>
    public ShapeId Add(in Cylinder cylinder)
    {
        Check(cylinder.Radius, "cylinder", "radius");
        Check(cylinder.HalfHeight, "cylinder", "half height");
        return AddSmall(ShapeRecord.Of(cylinder));
    }

    /// <summary>A hull from <see cref="HullBuilder"/>; adding it again gives the same id.</summary>
    public ShapeId Add(ConvexHull hull) => AddLarge(hull, ShapeRecord.Of(hull));

    /// <exception cref="ShapeException">The compound was made for another set.</exception>
    public ShapeId Add(Compound compound) => compound.Shapes == this
        ? AddLarge(compound, new ShapeRecord(ShapeKind.Compound, default, compound.BoundingRadius, compound))
        : throw new ShapeException("The compound was made for another set of shapes: its children's ids mean nothing here.");

    public ShapeId Add(TriangleMesh mesh) => AddLarge(mesh, new ShapeRecord(ShapeKind.TriangleMesh, default, mesh.BoundingRadius, mesh));

    public ShapeId Add(HeightField field) => AddLarge(field, new ShapeRecord(ShapeKind.HeightField, default, field.BoundingRadius, field));

    public ShapeId Add(GridTerrain terrain) => AddLarge(terrain, RecordOf(terrain));

    /// <summary>
    /// Makes an id mean another terrain. Only for a set that one world has for itself, and an id that no body of that world has, now or in a history that will be asked:
    /// a terrain that changes takes the ids of its own forgotten states again.
    /// </summary>
    /// <exception cref="ArgumentException">The id is no terrain of this set.</exception>
    /// <exception cref="ShapeException">The terrain is in the set under another id.</exception>
    public void Replace(ShapeId id, GridTerrain terrain)
    {
        ArgumentNullException.ThrowIfNull(terrain);
        lock (_adding)
        {
            ref readonly ShapeRecord old = ref Get(id);
            if (id.Kind != ShapeKind.GridTerrain)
            {
                throw new ArgumentException($"{id} is no terrain: only terrains are replaced.", nameof(id));
            }

            if (_large.TryGetValue(terrain, out ShapeId other) && other != id)
            {
                throw new ShapeException($"The terrain is {other} already: it cannot be {id} too.");
            }

            _large.Remove(old.Content!);
            _large[terrain] = id;
            _records[id.Index] = RecordOf(terrain);
        }
    }

    /// <summary>True if the id is of this set.</summary>
    public bool Contains(ShapeId shape)
    {
        ShapeRecord[] records = _records;
        return shape.Kind != ShapeKind.None && (uint)shape.Index < (uint)records.Length && records[shape.Index].Kind == shape.Kind;
    }

    /// <summary>True if a shape of this set is that capsule.</summary>
    internal bool IsCapsule(ShapeId shape, in Capsule capsule)
    {
        ref readonly ShapeRecord record = ref Get(shape);
        return record.Kind == ShapeKind.Capsule && record.Size.X == capsule.Radius && record.Size.Y == capsule.HalfLength;
    }

    /// <summary>The box along the world's axes that holds a shape at a pose: tight for convex shapes.</summary>
    public Aabb Bounds(ShapeId shape, in Pose pose) => Get(shape).Bounds(pose);

    /// <summary>Radius of the ball round the shape's origin that holds it.</summary>
    public float BoundingRadius(ShapeId shape) => Get(shape).BoundingRadius;

    /// <summary>Mass, centre and inertia of a solid shape.</summary>
    /// <param name="density">In kg/m³.</param>
    /// <exception cref="ShapeException">The shape has no volume: a mesh, heightfield or terrain.</exception>
    public MassProperties Mass(ShapeId shape, float density) => SolidMass.Of(Get(shape), density);

    /// <summary>Writes which shapes there are, so that bodies can be restored elsewhere: the measures of small ones, of others only enough to know them again.</summary>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Int(_count);
        foreach (ref readonly ShapeRecord record in _records.AsSpan(0, _count))
        {
            writer.Value(record.Trace);
        }
    }

    /// <summary>The set that was saved, as one of its own. Small shapes come from the bytes, all others must lie at their places in this set.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="terrains">Terrains that stand at the places of those in this set, or where it has none; null for none.</param>
    /// <exception cref="InvalidDataException">Damaged, or a hull, compound or surface is not here, or is another.</exception>
    public ShapeSet Read(ref StateReader reader, IReadOnlyDictionary<ShapeId, GridTerrain>? terrains = null)
    {
        int count = reader.Count(Limits.ShapesMax, "shapes");
        var read = new ShapeSet();
        for (int i = 0; i < count; i++)
        {
            ShapeTrace trace = reader.Value<ShapeTrace>();
            if (terrains?.GetValueOrDefault(new ShapeId(ShapeKind.GridTerrain, i)) is { } terrain && RecordOf(terrain).Trace == trace)
            {
                read.Take(RecordOf(terrain));
                continue;
            }

            bool isHere = i < _count && _records[i].Trace == trace;
            if (!isHere && trace.IsSmall)
            {
                AddTraced(read, trace, i);
            }
            else if (isHere)
            {
                read.Take(_records[i]);
            }
            else
            {
                throw new InvalidDataException($"Shape {i} was a {trace.Kind} that is not here: hulls, compounds and surfaces must be made before, in the same order.");
            }
        }

        return read;
    }

    /// <summary>Makes this set hold what another does, and no more.</summary>
    public void Become(ShapeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        lock (_adding)
        {
            _small.Clear();
            _large.Clear();
            _count = 0;
            foreach (ref readonly ShapeRecord record in other._records.AsSpan(0, other._count))
            {
                Take(record);
            }
        }
    }

    /// <exception cref="ArgumentException">The id is not of this set.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly ShapeRecord Get(ShapeId shape)
    {
        ShapeRecord[] records = _records;
        int index = shape.Index;
        if ((uint)index >= (uint)records.Length || records[index].Kind != shape.Kind || shape.Kind == ShapeKind.None)
        {
            ThrowUnknown(shape);
        }

        return ref records[index];
    }

    private static ShapeRecord RecordOf(GridTerrain terrain) => new(ShapeKind.GridTerrain, default, terrain.BoundingRadius, terrain);

    private static void ThrowUnknown(ShapeId shape) => throw new ArgumentException($"Shape {shape} is not of this set: ids belong to the set that gave them.", nameof(shape));

    private static void Check(float value, string shape, string measure)
    {
        if (!(value >= Limits.ShapeExtentMin && value <= Limits.ShapeExtentMax))
        {
            throw new ShapeException($"The {measure} of a {shape} is {value}: it must be {Limits.ShapeExtentMin} to {Limits.ShapeExtentMax} metres.");
        }
    }

    private static void AddTraced(ShapeSet read, in ShapeTrace trace, int index)
    {
        try
        {
            ShapeId id = trace.Kind switch
            {
                ShapeKind.Sphere => read.Add(new Sphere(trace.Size.X)),
                ShapeKind.Capsule => read.Add(new Capsule(trace.Size.X, trace.Size.Y)),
                ShapeKind.Box => read.Add(new Box(trace.Size)),
                _ => read.Add(new Cylinder(trace.Size.X, trace.Size.Y)),
            };
            if (id.Index != index)
            {
                throw new InvalidDataException($"Shape {index} is there twice.");
            }
        }
        catch (ShapeException error)
        {
            throw new InvalidDataException($"Shape {index}: {error.Message}", error);
        }
    }

    private void Take(in ShapeRecord record)
    {
        if (record.Content is { } content)
        {
            AddLarge(content, record);
        }
        else
        {
            AddSmall(record);
        }
    }

    private ShapeId AddSmall(in ShapeRecord record)
    {
        lock (_adding)
        {
            if (!_small.TryGetValue((record.Kind, record.Size), out ShapeId id))
            {
                _small.Add((record.Kind, record.Size), id = Append(record));
            }

            return id;
        }
    }

    private ShapeId AddLarge(object content, in ShapeRecord record)
    {
        lock (_adding)
        {
            if (!_large.TryGetValue(content, out ShapeId id))
            {
                _large.Add(content, id = Append(record));
            }

            return id;
        }
    }

    private ShapeId Append(in ShapeRecord record)
    {
        if (_count == Limits.ShapesMax)
        {
            throw new ShapeException($"The set holds {Limits.ShapesMax} shapes already; shapes of the same measures are shared by themselves.");
        }

        ShapeRecord[] records = _records;
        if (_count == records.Length)
        {
            records = new ShapeRecord[records.Length * 2];
            _records.AsSpan(0, _count).CopyTo(records);
        }

        records[_count] = record;
        _records = records;
        return new ShapeId(record.Kind, _count++);
    }
}
