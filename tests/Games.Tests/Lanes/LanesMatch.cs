using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>A match of two players as tests want it: with energy at will and towers that can be put to sleep.</summary>
internal sealed class LanesMatch : IDisposable
{
    public LanesMatch(params (string Name, string Value)[] parameters)
        : this(1, parameters)
    {
    }

    public LanesMatch(ulong seed, params (string Name, string Value)[] parameters)
    {
        Simulation = new MatchSimulation(Setup(seed, parameters));
    }

    public MatchSimulation Simulation { get; }

    public World World => Simulation.World;

    public ref MatchClock Clock => ref World.Get<MatchClock>(All<MatchClock>()[0]);

    public static MatchSetup Setup(ulong seed, params (string Name, string Value)[] parameters) =>
        new(LanesGame.Definition, Maps.Lanes, seed, new MatchParameters(parameters.ToDictionary(item => item.Name, item => item.Value)));

    public LanesMatch WithPlayers()
    {
        Assert.Equal(1, Simulation.Join().Value);
        Assert.Equal(2, Simulation.Join().Value);
        Simulation.Step();
        return this;
    }

    public LanesMatch WithoutTowers()
    {
        foreach (Entity tower in All<Tower>())
        {
            World.Get<Fighter>(tower).Asleep = true;
        }

        return this;
    }

    public void Steps(int ticks)
    {
        for (int i = 0; i < ticks && !Simulation.Ended; i++)
        {
            Simulation.Step();
        }
    }

    public void Seconds(float seconds) => Steps((int)(seconds * Simulation.TickRateHz));

    /// <summary>Sends the input and runs one tick.</summary>
    public Refusal TryDeploy(byte player, UnitKind kind, float x, float y) => TryDeploy(player, new DeployUnit(x, y, (int)kind));

    public Refusal TryDeploy(byte player, DeployUnit wish)
    {
        Send(player, wish);
        Simulation.Step();
        for (int i = 0; i < Simulation.EventCount; i++)
        {
            if (Simulation.Event(i).OpCode == OpCodes.DeployRefused)
            {
                Assert.Equal(player, Simulation.Event(i).To.Value);
                return (Refusal)MemoryMarshal.Read<DeployRefused>(Simulation.Event(i).Data).Reason;
            }
        }

        return Refusal.None;
    }

    /// <summary>Deploys with energy given for it, and returns who came.</summary>
    public Entity[] Deploy(byte player, UnitKind kind, float x, float y)
    {
        Entity[] before = All<Unit>();
        Player(player).Energy = Limits.EnergyMax;
        Assert.Equal(Refusal.None, TryDeploy(player, kind, x, y));
        return [.. All<Unit>().Except(before)];
    }

    public void Send(byte player, DeployUnit wish) => Assert.Equal(
        InputOutcome.Accepted,
        Simulation.Input(new PlayerId(player), OpCodes.DeployUnit, MemoryMarshal.AsBytes(new ReadOnlySpan<DeployUnit>(in wish))));

    public ref PlayerState Player(byte player) => ref World.Get<PlayerState>(All<PlayerState>()[player - 1]);

    public Entity Guard(byte player, Lane lane) => World.Singleton<Towers>().Sites[Towers.Index(player, lane)].Tower;

    public Entity King(byte player) => World.Singleton<Towers>().Sites[Towers.KingIndex(player)].Tower;

    public ref Health Health(Entity entity) => ref World.Get<Health>(entity);

    public Vec2 Place(Entity entity) => World.Get<Position>(entity).Value;

    public Entity[] All<T>()
        where T : unmanaged
    {
        var all = new List<Entity>();
        foreach (Chunk chunk in World.Query().All<T>().Build())
        {
            all.AddRange(chunk.Entities);
        }

        return [.. all];
    }

    public void Dispose() => Simulation.Dispose();
}
