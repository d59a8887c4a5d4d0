using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Physics.DebugDraw;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Snapshots;
using RealtimeServer.Physics.Threads;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>
/// The physics of a match. Entities get bodies by <see cref="Add"/> and <see cref="AddCharacter"/>; in <see cref="Stage.Physics"/> of each tick characters move, the world steps once, and
/// poses come back as <see cref="Transform"/>. Systems of later stages see what touched as <see cref="Contacts"/> and <see cref="SensorVisits"/>. Body and entity go together:
/// a destroyed entity's body is gone by the next use of <see cref="GameContext.Physics"/>.
/// </summary>
public sealed class MatchPhysics
{
    private readonly World _entities;
    private readonly BodyOwners _owners = new();
    private readonly BodySync _sync;
    private readonly CharacterMover _mover;
    private readonly Query _characters;
    private readonly PhysicsHistory? _history;
    private readonly MapTerrain? _terrain;
    private GridTerrain? _before; // what it was until the last change
    private readonly PhysicsSnapshot _snapshot = new();

    internal MatchPhysics(World entities, GameMap map, Grid grid, PhysicsSettings settings, int rewindTicks)
    {
        _entities = entities;
        Settings = settings;
        World = new PhysicsWorld(new ShapeSet(), settings.World);
        _sync = new BodySync(entities, World, _owners);
        _mover = new CharacterMover(World);
        _characters = entities.Query().All<Character>().Build();
        BodyId? terrain = MapBodies.Add(World, map, settings);
        _terrain = terrain is { } body && settings.FollowsGrid ? new MapTerrain(World, body, map, grid, settings, rewindTicks) : null;
        foreach (CharacterSettings kind in settings.Characters)
        {
            World.Shapes.Add(kind.CapsuleOf(isCrouching: false));
            World.Shapes.Add(kind.CapsuleOf(isCrouching: true));
        }

        _history = rewindTicks > 0 ? new PhysicsHistory(World, rewindTicks) : null;
    }

    public PhysicsSettings Settings { get; }

    /// <summary>
    /// All bodies, to ask (<see cref="Physics.Queries.WorldQueries"/>), to join and to change. Bodies that belong to no entity, such as doors of the map, may be added to it
    /// directly; an entity loses a body that is removed directly in the next step.
    /// </summary>
    public PhysicsWorld World { get; }

    /// <summary>The match's shapes. Equal measures are one shape. Hulls, compounds and surfaces are made while the game starts: a checkpoint finds them.</summary>
    public ShapeSet Shapes => World.Shapes;

    /// <summary>What bodies touched in this tick's step; empty before the physics stage.</summary>
    public ReadOnlySpan<BodyContact> Contacts => _sync.Contacts;

    /// <summary>What sensors noticed in this tick's step; empty before the physics stage.</summary>
    public ReadOnlySpan<SensorVisit> SensorVisits => _sync.SensorVisits;

    /// <summary>Help for a large world; the bits are the same with and without.</summary>
    internal PhysicsThreads? Threads { get; set; }

    /// <summary>A point of the map, told in the world.</summary>
    /// <param name="point">In cells.</param>
    /// <param name="height">Metres above zero, the floor.</param>
    public Vec3 ToWorld(Vec2 point, float height = 0) => new(point.X * Settings.CellSize, height, point.Y * Settings.CellSize);

    /// <summary>A point of the world, told in cells of the map.</summary>
    public Vec2 ToMap(Vec3 point) => new(point.X / Settings.CellSize, point.Z / Settings.CellSize);

    /// <summary>Gives an entity a body, and the components <see cref="RigidBody"/> and <see cref="Transform"/>. The description's tag is the binding's own.</summary>
    /// <exception cref="EcsException">The entity is not alive or has a body, or a query is being iterated.</exception>
    /// <exception cref="PhysicsException">The description is not one of a body; the message says why, and nothing has changed.</exception>
    public BodyId Add(Entity entity, BodyDescription description)
    {
        _sync.RemoveGone();
        if (_entities.Has<RigidBody>(entity))
        {
            throw new EcsException($"Entity {entity} has a body already.");
        }

        // The component first: it is refused while a query is iterated, and then there must be no body either.
        _entities.Add(entity, default(RigidBody));
        BodyId body;
        try
        {
            body = World.Add(description with { Tag = ((ulong)entity.Generation << 32) | entity.Index });
        }
        catch
        {
            _entities.Remove<RigidBody>(entity);
            throw;
        }

        _owners.Set(body, entity);
        _entities.Get<RigidBody>(entity).Body = body;
        _entities.Add(entity, BodySync.TransformOf(World.Body(body).Pose));
        return body;
    }

    /// <summary>Makes an entity a character: a <see cref="Character"/>, and a kinematic body that others meet and rays hit.</summary>
    /// <param name="entity">Without a body so far.</param>
    /// <param name="kind">Which of <see cref="PhysicsSettings.Characters"/>.</param>
    /// <param name="soles">Where it stands, in the world.</param>
    /// <param name="layers">The layers its body is in.</param>
    /// <exception cref="GameException">There is no such kind.</exception>
    /// <exception cref="EcsException">The entity is not alive or has a body, or a query is being iterated.</exception>
    public BodyId AddCharacter(Entity entity, int kind, Vec3 soles, uint layers = 1)
    {
        if ((uint)kind >= (uint)Settings.Characters.Count)
        {
            throw new GameException($"there is no character of kind {kind}: UsePhysics was told {Settings.Characters.Count}");
        }

        CharacterSettings settings = Settings.Characters[kind];
        var pose = new Pose(soles + new Vec3(0, 0.5f * settings.Height, 0));
        BodyId body = Add(entity, BodyDescription.Kinematic(Shapes.Add(settings.CapsuleOf(isCrouching: false)), pose) with { Layers = layers, MaySleep = false });
        _entities.Add(entity, new Character { Kind = (byte)kind, State = new CharacterState { Position = soles, Body = body } });
        return body;
    }

    /// <summary>Puts a character somewhere else, at rest.</summary>
    /// <exception cref="EcsException">The entity is not alive or no character.</exception>
    public void Teleport(Entity character, Vec3 soles)
    {
        ref Character moved = ref _entities.Get<Character>(character);
        moved.State = new CharacterState { Position = soles, Body = moved.State.Body, Flags = moved.State.Flags & CharacterFlags.Crouching };
        Body body = World.Body(moved.State.Body);
        body.Pose = new Pose(soles + new Vec3(0, 0.5f * Settings.Characters[moved.Kind].HeightOf(moved.State.IsCrouching), 0));
        body.LinearVelocity = Vec3.Zero;
    }

    /// <summary>Takes the body, and if it is a character that too, from an entity that lives on; its <see cref="Transform"/> stays as it is.</summary>
    /// <returns>False if it has no body.</returns>
    public bool Remove(Entity entity)
    {
        _entities.Remove<Character>(entity);
        bool had = _entities.Remove<RigidBody>(entity);
        _sync.RemoveGone();
        return had;
    }

    /// <summary>An entity's body, to look at and change; for the moment, not to be kept.</summary>
    /// <exception cref="EcsException">The entity is not alive or has no body.</exception>
    public Body Body(Entity entity) => World.Body(_entities.Read<RigidBody>(entity).Body);

    /// <summary>Whose body it is, or was until a moment ago; none if it is no entity's.</summary>
    public Entity EntityOf(BodyId body) => _owners.Of(body);

    /// <summary>
    /// The bodies as players saw them in the snapshot of an earlier tick, to ask what was hit then: lag compensation. Not to be changed, and valid until the next call.
    /// </summary>
    /// <param name="tick">No later than the last one, and no more ticks ago than <see cref="GameBuilder.Rewind"/> keeps.</param>
    /// <param name="past">The bodies as they were; a body since removed is there, one since added is not.</param>
    /// <returns>False if that tick is not kept.</returns>
    /// <exception cref="GameException">The game did not ask to keep any.</exception>
    public bool TryPast(Tick tick, [NotNullWhen(true)] out PhysicsWorld? past)
    {
        PhysicsHistory history = _history ?? throw new GameException("this game keeps no past: call Rewind(ticks) in Configure");
        past = history.At(tick.Value);
        return past is not null;
    }

    /// <summary>A tick begins: what was told of the last is forgotten.</summary>
    internal void BeginTick() => _sync.Forget();

    /// <summary>Bodies of entities that are gone go.</summary>
    internal MatchPhysics Settled()
    {
        _sync.RemoveGone();
        return this;
    }

    /// <summary>Takes over what has changed in the grid; then characters walk.</summary>
    internal void MoveCharacters(float seconds)
    {
        FollowGrid();
        foreach (Chunk chunk in _characters)
        {
            foreach (ref Character character in chunk.Span<Character>())
            {
                _mover.Move(
                    Settings.Characters[Math.Min(character.Kind, Settings.Characters.Count - 1)],
                    ref character.State,
                    new CharacterInput(character.Move, character.Jump, character.Crouch),
                    seconds);
                character.Jump = false;
            }
        }
    }

    /// <summary>Characters as they stand, walk and fall, with what they stand on; then the world.</summary>
    internal void Draw(DebugPicture picture, DebugLayers layers)
    {
        foreach (Chunk chunk in _characters)
        {
            foreach (ref readonly Character character in chunk.Read<Character>())
            {
                if ((layers & DebugLayers.Shapes) != 0)
                {
                    DrawCharacter(picture, Settings.Characters[Math.Min(character.Kind, Settings.Characters.Count - 1)], character.State);
                }
            }
        }

        World.Draw(picture, layers);
    }

    internal void Step(float seconds)
    {
        World.Step(seconds, Threads);
        _sync.Follow();
        _history?.Record();
    }

    internal void Hash(ref StateHash hash)
    {
        hash.Add(World.Hash());
        _owners.Hash(ref hash);
        _terrain?.Hash(ref hash);
    }

    internal void Save(StateWriter writer)
    {
        World.Save(_snapshot);
        _terrain?.Save(writer);
        Shapes.Save(writer);
        writer.Int(_snapshot.Length);
        writer.Bytes(_snapshot.Bytes);
        _owners.Save(writer);
        _history?.Save(writer);
    }

    /// <summary>Reads all of it before anything changes; what is returned makes the change.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a match with other shapes or options.</exception>
    internal Action Read(ref StateReader reader)
    {
        try
        {
            IReadOnlyDictionary<ShapeId, GridTerrain>? terrains = null;
            Action? terrain = _terrain?.Read(ref reader, out terrains);
            ShapeSet shapes = Shapes.Read(ref reader, terrains);
            PhysicsSnapshot snapshot = PhysicsSnapshot.FromBytes(reader.Bytes(reader.Count(Limits.CheckpointBytesMax, "bytes of physics")));

            // Tried on a world of its own: if it is refused the match must not have changed.
            new PhysicsWorld(shapes, World.Options).Restore(snapshot);
            BodyOwners owners = BodyOwners.Read(ref reader);
            Action? history = _history?.Read(ref reader, shapes);
            return () =>
            {
                Shapes.Become(shapes);
                World.Restore(snapshot);
                terrain?.Invoke();
                _owners.Become(owners);
                _sync.Forget();
                history?.Invoke();
            };
        }
        catch (SnapshotException error)
        {
            throw new InvalidDataException($"The checkpoint's physics: {error.Message}", error);
        }
    }

    private void FollowGrid()
    {
        if (_terrain is not null)
        {
            foreach (ref readonly Aabb box in _terrain.Follow(out _before))
            {
                FreeBuried(box);
            }
        }
    }

    /// <summary>Puts beside a column what it came up under: else it would fall through the floor that is no longer there.</summary>
    private void FreeBuried(in Aabb box)
    {
        var found = new BodyId[Math.Min(World.BodyCount, 64)];
        int count;
        while ((count = World.OverlapBox(box, found)) == found.Length && count < World.BodyCount)
        {
            found = new BodyId[Math.Min(found.Length * 2, World.BodyCount)];
        }

        foreach (BodyId id in found.AsSpan(0, count))
        {
            Body body = World.Body(id);
            Entity owner = _owners.Of(id);
            bool isCharacter = body.Kind == BodyKind.Kinematic && _entities.IsAlive(owner) && _entities.Has<Character>(owner);
            if ((body.Kind == BodyKind.Dynamic || isCharacter) && !body.IsSensor && IsBuried(body.CentreOfMass))
            {
                Free(body, isCharacter ? owner : Entity.None);
            }
        }
    }

    private bool IsBuried(Vec3 centre) => _terrain!.HeightAt(_terrain.Terrain, centre) > centre.Y && _terrain.HeightAt(_before!, centre) <= centre.Y;

    private void Free(Body body, Entity character)
    {
        Aabb bounds = body.Bounds;
        Vec3 centre = body.CentreOfMass;
        if (!_terrain!.TryFindBeside(centre, bounds.Min.Y, Math.Max(bounds.HalfExtents.X, bounds.HalfExtents.Z), out Vec3 place))
        {
            place = centre with { Y = centre.Y + _terrain.HeightAt(_terrain.Terrain, centre) - bounds.Min.Y + Limits.PushOutStep };
        }

        body.Pose = body.Pose with { Position = body.Pose.Position + place - centre };
        if (!character.IsNone)
        {
            ref Character moved = ref _entities.Get<Character>(character);
            moved.State.Position += place - centre;
        }
    }

    private static void DrawCharacter(DebugPicture picture, CharacterSettings kind, in CharacterState state)
    {
        DebugState shown = (state.Flags & CharacterFlags.AgainstWall) != 0 ? DebugState.CharacterAgainstWall
            : state.IsGrounded ? DebugState.CharacterOnGround : DebugState.CharacterInAir;
        float height = kind.HeightOf(state.IsCrouching);
        Vec3 lower = state.Position + new Vec3(0, kind.Radius, 0), upper = state.Position + new Vec3(0, Math.Max(kind.Radius, height - kind.Radius), 0);
        picture.Capsule(shown, lower, upper, kind.Radius);
        picture.Segment(shown, upper, upper + (state.Velocity * 0.2f));
    }
}
