using System.Buffers;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class MapReloadTests
{
    private static readonly GameMap Open = TestMaps.Draw("........", "........", "........", "........");
    private static readonly GameMap Walled = TestMaps.Draw("...#....", "...#....", "...#....", "........");

    [Fact]
    public void Changed_cells_are_taken_over_in_the_next_tick_and_the_game_hears_of_them()
    {
        using MatchSimulation match = new(Setup(Open));
        match.Step();
        Assert.True(match.ReplaceMap(new MapReplacement(Walled)));
        Assert.Equal(0, Count(match).Cells);
        match.Step();
        Assert.Equal(3, Count(match).Cells);
        Assert.Equal(new CellRect(3, 0, 1, 3), Count(match).Changed);
        Assert.False(match.ReplaceMap(new MapReplacement(Walled)));
        Assert.True(match.ReplaceMap(new MapReplacement(Open)));
        match.Step();
        Assert.Equal(0, Count(match).Closed);
    }

    [Fact]
    public void An_agent_plans_round_a_wall_that_came_up_before_it()
    {
        using MatchSimulation match = new(Setup(Open));
        match.Step();
        match.ReplaceMap(new MapReplacement(Walled));
        float lowest = 0;
        for (int i = 0; i < 200; i++)
        {
            match.Step();
            lowest = MathF.Max(lowest, Count(match).Walker.Y);
        }

        Assert.True(lowest > 3, $"it went down to {lowest}");
        Assert.Equal(7.5f, Count(match).Walker.X, 0.3f);
    }

    [Fact]
    public void A_replay_repeats_the_change_and_a_checkpoint_keeps_one_that_waits()
    {
        MatchSetup setup = Setup(Open);
        using MatchSimulation match = new(setup);
        match.Step();
        match.ReplaceMap(new MapReplacement(Walled));
        ArrayBufferWriter<byte> saved = new();
        match.Save(saved);
        using MatchSimulation restored = new(setup);
        restored.Restore(saved.WrittenSpan);
        for (int i = 0; i < 60; i++)
        {
            match.Step();
            restored.Step();
        }

        Assert.Equal(match.Hash(), restored.Hash());
        Assert.Equal(match.Hash(), Replay.Run(setup, match.Log, match.Tick));
        Assert.Equal(3, Count(restored).Closed);
    }

    [Fact]
    public void Games_that_do_not_ask_and_maps_of_another_size_change_nothing()
    {
        using MatchSimulation deaf = new(WalkingGame.Setup(Open, 2));
        Assert.False(deaf.ReplaceMap(new MapReplacement(Walled)));
        using MatchSimulation match = new(Setup(Open));
        Assert.False(match.ReplaceMap(new MapReplacement(TestMaps.Open(9, 4))));
        match.Step();
        Assert.Equal(0, Count(match).Cells);
    }

    [Fact]
    public void More_change_than_a_tick_takes_is_left_to_the_next_match()
    {
        GameMap plain = TestMaps.Open(300, 300);
        GameMap chequered = TestMaps.Draw([.. Enumerable.Range(0, 300).Select(y => string.Concat(Enumerable.Range(0, 300).Select(x => ((x + y) & 1) == 0 ? '#' : '.')))]);
        using MatchSimulation match = new(Setup(plain));
        Assert.False(match.ReplaceMap(new MapReplacement(chequered)));
        match.Step();
        Assert.Equal(0, Count(match).Cells);
    }

    private static MatchSetup Setup(GameMap map) => new(new GameDefinition("reloading", () => new ReloadingGame()), map, 1, ScriptedGame.Parameters());

    private static Changes Count(MatchSimulation match) => match.World.Singleton<Changes>();

    private struct Changes
    {
        public int Cells;
        public int Closed;
        public CellRect Changed;
        public Vec2 Walker;
    }

    private sealed class ReloadingGame : IGame, IMapReload
    {
        private Ecs.Query _walkers = null!;

        public void Configure(GameBuilder game) => game.Component<Changes>().UseAgents().System("look", Stage.Cleanup, Look);

        public void Start(GameContext context)
        {
            _walkers = context.World.Query().All<Position, Agent, PathFollower>().Build();
            Agent walker = new() { Goal = new Vec2(7.5f, 0.5f), Radius = 0.3f, Speed = 3, StopDistance = 0.1f };
            context.World.Commands.Create(new Position(new Vec2(0.5f, 0.5f)), walker, default(PathFollower));
        }

        public void PlayerJoined(GameContext context, PlayerId player)
        {
        }

        public void PlayerLeft(GameContext context, PlayerId player)
        {
        }

        public void MapChanged(GameContext context, CellRect changed)
        {
            ref Changes changes = ref context.World.Singleton<Changes>();
            changes.Cells += changed.Width * changed.Height;
            changes.Changed = changed;
        }

        private void Look(GameContext context)
        {
            ref Changes changes = ref context.World.Singleton<Changes>();
            changes.Closed = 0;
            for (int i = 0; i < context.Grid.Width * context.Grid.Height; i++)
            {
                changes.Closed += context.Grid.IsOpen(i % context.Grid.Width, i / context.Grid.Width) ? 0 : 1;
            }

            foreach (Ecs.Chunk chunk in _walkers)
            {
                changes.Walker = chunk.Read<Position>()[0].Value;
            }
        }
    }
}
