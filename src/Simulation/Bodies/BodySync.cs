using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Contacts;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>Keeps entities and bodies in step: bodies go with their entities, poses and velocities come back, touches are told by entity.</summary>
internal sealed class BodySync
{
    private readonly World _entities;
    private readonly PhysicsWorld _world;
    private readonly BodyOwners _owners;
    private readonly Query _bodies;
    private BodyContact[] _contacts = [];
    private SensorVisit[] _visits = [];
    private int _contactCount;
    private int _visitCount;
    private int _goneSeen;

    public BodySync(World entities, PhysicsWorld world, BodyOwners owners)
    {
        _entities = entities;
        _world = world;
        _owners = owners;
        _bodies = entities.Query().All<RigidBody, Transform>().Build();
        entities.Track<RigidBody>();
    }

    public ReadOnlySpan<BodyContact> Contacts => _contacts.AsSpan(0, _contactCount);

    public ReadOnlySpan<SensorVisit> SensorVisits => _visits.AsSpan(0, _visitCount);

    public static Transform TransformOf(in Pose pose) => new() { Position = pose.Position, Rotation = pose.Rotation };

    /// <summary>The world's events are forgotten with the last tick, and so is what was read of them.</summary>
    public void Forget()
    {
        _goneSeen = 0;
        _contactCount = 0;
        _visitCount = 0;
    }

    /// <summary>Removes the bodies of entities that are gone, or have no body any more.</summary>
    public void RemoveGone()
    {
        ReadOnlySpan<ComponentEvent<RigidBody>> events = _entities.ComponentEvents<RigidBody>();
        for (; _goneSeen < events.Length; _goneSeen++)
        {
            ref readonly ComponentEvent<RigidBody> gone = ref events[_goneSeen];
            if (gone.Kind != ComponentEventKind.Added && _world.Contains(gone.Value.Body))
            {
                _world.Remove(gone.Value.Body);
            }
        }
    }

    /// <summary>After a step: writes back what moved, and tells what touched.</summary>
    public void Follow()
    {
        foreach (Chunk chunk in _bodies)
        {
            FollowChunk(chunk);
        }

        ReadOnlySpan<ContactEvent> contacts = _world.ContactEvents;
        Fit(ref _contacts, contacts.Length);
        for (int i = 0; i < contacts.Length; i++)
        {
            ref readonly ContactEvent told = ref contacts[i];
            _contacts[i] = new BodyContact(_owners.Of(told.A), _owners.Of(told.B), told.Change, told.Normal, told.Point, told.Impulse, told.ApproachSpeed);
        }

        ReadOnlySpan<SensorEvent> visits = _world.SensorEvents;
        Fit(ref _visits, visits.Length);
        for (int i = 0; i < visits.Length; i++)
        {
            _visits[i] = new SensorVisit(_owners.Of(visits[i].Sensor), _owners.Of(visits[i].Visitor), visits[i].Change);
        }

        (_contactCount, _visitCount) = (contacts.Length, visits.Length);
    }

    /// <summary>Only columns in which something moved are handed out to be written: replication packs those again.</summary>
    private void FollowChunk(in Chunk chunk)
    {
        ReadOnlySpan<RigidBody> bodies = chunk.Read<RigidBody>();
        ReadOnlySpan<Transform> known = chunk.Read<Transform>();
        bool hasVelocity = chunk.Has<Velocity>();
        Span<Transform> transforms = [];
        Span<Velocity> velocities = [];
        for (int i = 0; i < bodies.Length; i++)
        {
            BodyId id = bodies[i].Body;
            if (!_world.Contains(id))
            {
                // Removed behind the entity's back.
                _entities.Commands.Remove<RigidBody>(chunk.Entities[i]);
                continue;
            }

            Body body = _world.Body(id);
            Pose pose = body.Pose;
            if (pose.Position == known[i].Position && IsSameTurn(pose.Rotation, known[i].Rotation) && !body.IsAwake)
            {
                continue;
            }

            transforms = transforms.IsEmpty ? chunk.Span<Transform>() : transforms;
            bool isFlipped = Quat.Dot(pose.Rotation, transforms[i].Rotation) < 0;
            transforms[i].Position = pose.Position;
            transforms[i].Rotation = isFlipped ? new Quat(-pose.Rotation.X, -pose.Rotation.Y, -pose.Rotation.Z, -pose.Rotation.W) : pose.Rotation;
            if (hasVelocity)
            {
                velocities = velocities.IsEmpty ? chunk.Span<Velocity>() : velocities;
                velocities[i] = new Velocity { Linear = body.LinearVelocity, Angular = body.AngularVelocity };
            }
        }
    }

    private static bool IsSameTurn(Quat a, Quat b) => a == b || (a.X == -b.X && a.Y == -b.Y && a.Z == -b.Z && a.W == -b.W);

    private static void Fit<T>(ref T[] items, int count)
    {
        if (items.Length < count)
        {
            items = new T[Math.Max(count, Math.Max(16, items.Length * 2))];
        }
    }
}
