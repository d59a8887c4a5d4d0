namespace RealtimeServer.Ecs.Systems;

public sealed class ScheduleTests
{
    [Fact]
    public void Systems_run_by_stage_then_constraint_then_declaration()
    {
        using var world = new World();
        var ran = new List<string>();
        var schedule = new SystemSchedule<int>(world,
        [
            System("e", 2), System("b", 1, new SystemAccess().After("c")), System("a", 1), System("c", 1), System("d", 1, new SystemAccess().Before("a")),
        ]);
        schedule.Run(0);
        Assert.Equal(["c", "b", "d", "a", "e"], ran);
        Assert.Equal("e", schedule.Running);

        SystemDefinition<int> System(string name, int stage, SystemAccess? access = null) => new(name, stage, _ => ran.Add(name), access);
    }

    [Fact]
    public void Impossible_orders_are_named()
    {
        using var world = new World();
        Assert.Contains("'a', 'b' wait for each other", Refusal(world, ("a", new SystemAccess().After("b")), ("b", new SystemAccess().After("a"))), StringComparison.Ordinal);
        Assert.Contains("after 'nobody', but its stage has no such system", Refusal(world, ("a", new SystemAccess().After("nobody"))), StringComparison.Ordinal);
        Assert.Contains("named 'a'", Refusal(world, ("a", null), ("a", null)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_sees_what_others_changed_since_its_own_last_run()
    {
        using var world = new World();
        Entity entity = world.Create(new Position(), new Speed());
        Query moved = world.Query().Changed<Position>().Build();
        var seen = new List<int>();
        bool move = false;
        var schedule = new SystemSchedule<World>(world,
        [
            new("watch", 0, Watch),
            new("move", 1, world =>
            {
                if (move)
                {
                    world.Get<Position>(entity).X++;
                }
            }),
            new("own", 2, Watch),
        ]);
        schedule.Run(world);
        schedule.Run(world);
        move = true;
        schedule.Run(world);
        move = false;
        schedule.Run(world);
        schedule.Run(world);
        Assert.Equal([1, 1, 0, 0, 0, 1, 1, 0, 0, 0], seen);

        void Watch(World world)
        {
            int chunks = 0;
            foreach (Chunk _ in moved)
            {
                chunks++;
            }

            seen.Add(chunks);
        }
    }

#if DEBUG
    [Fact]
    public void Undeclared_use_is_an_error_that_names_system_component_and_entity()
    {
        using var world = new World();
        Entity entity = world.Create(new Position(), new Speed());
        Query query = world.Query().All<Position>().Build();
        SystemAccess Declared() => new SystemAccess().Reads<Position>().Writes<Speed>();
        Assert.Equal("System 'x' writes Position of entity 0:1, which it did not declare.", Failure(w => w.Get<Position>(entity)));
        Assert.Equal("System 'x' reads Padded, which it did not declare.", Failure(w => w.ReadSingleton<Padded>()));
        Assert.Contains("writes Position, which", Failure(w => query.ForEach<Position>(static (_, ref _) => { })), StringComparison.Ordinal);
        Assert.Equal("System 'x' destroys entity 0:1, but did not declare that it changes structure.", Failure(w => w.Destroy(entity)));
        Assert.Contains("changes the components of entity 0:1", Failure(w => w.Commands.Remove<Speed>(entity)), StringComparison.Ordinal);
        Assert.Contains("creates", Failure(w => w.Create(new Speed())), StringComparison.Ordinal);
        Run(Declared(), w =>
        {
            w.Get<Speed>(entity).Value += (int)w.Read<Position>(entity).X + w.Read<Speed>(entity).Value;
            foreach (Chunk chunk in query)
            {
                chunk.Span<Speed>()[0].Value += (int)chunk.Read<Position>()[0].X;
            }
        });
        Run(Declared().Structure(), w => w.Commands.Destroy(w.Create(new Speed())));
        Run(new SystemAccess().After("y"), w => w.Get<Position>(entity).X = 1);

        string Failure(Action<World> use) => Assert.Throws<EcsException>(() => Run(Declared(), use)).Message;

        void Run(SystemAccess access, Action<World> use) =>
            new SystemSchedule<World>(world, [new("y", 0, static _ => { }), new("x", 0, use, access)]).Run(world);
    }
#endif

    private static string Refusal(World world, params (string Name, SystemAccess? Access)[] systems) => Assert.Throws<EcsException>(() =>
        new SystemSchedule<int>(world, systems.Select(system => new SystemDefinition<int>(system.Name, 0, static _ => { }, system.Access)))).Message;
}
