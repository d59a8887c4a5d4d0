using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Game;

public sealed class PlayerTests
{
    private static readonly ScriptedGame Listening = new()
    {
        OnConfigure = game => game.Players(3).Input<Say>(1, (GameContext _, PlayerId _, in Say _) => { }),
    };

    [Fact]
    public void Players_take_the_lowest_free_slot_and_the_rest_watch()
    {
        using MatchSimulation match = Listening.Simulate();

        Assert.Equal([1, 2, 3, 0], Enumerable.Range(0, 4).Select(_ => (int)match.Join().Value));
        match.Step();
        match.Leave(new PlayerId(2));
        match.Leave(new PlayerId(2));
        match.Leave(PlayerId.None);
        match.Leave(new PlayerId(200));
        match.Step();

        Assert.Equal([new PlayerId(1), new PlayerId(3)], Listening.Context.Players.ToArray());
        Assert.Equal(2, match.Join().Value);
        match.Step();
        Assert.Equal([new PlayerId(1), new PlayerId(2), new PlayerId(3)], Listening.Context.Players.ToArray());
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused_and_change_nothing()
    {
        using MatchSimulation match = Listening.Simulate();
        PlayerId player = match.Join();
        match.Step();
        ulong before = match.Hash();
        int logged = match.Log.EntryCount;

        Assert.Equal(InputOutcome.NotAPlayer, match.Input(PlayerId.None, 1, new byte[4]));
        Assert.Equal(InputOutcome.NotAPlayer, match.Input(new PlayerId(2), 1, new byte[4]));
        Assert.Equal(InputOutcome.NotAPlayer, match.Input(new PlayerId(255), 1, new byte[4]));
        Assert.Equal(InputOutcome.UnknownOpCode, match.Input(player, 2, new byte[4]));
        Assert.Equal(InputOutcome.UnknownOpCode, match.Input(player, -1, new byte[4]));
        Assert.Equal(InputOutcome.UnknownOpCode, match.Input(player, 1L + uint.MaxValue + 1, new byte[4]));
        Assert.Equal(InputOutcome.WrongSize, match.Input(player, 1, new byte[3]));
        Assert.Equal(InputOutcome.WrongSize, match.Input(player, 1, new byte[5]));
        Assert.Equal(InputOutcome.WrongSize, match.Input(player, 1, []));

        Assert.Equal(before, match.Hash());
        match.Step();
        Assert.Equal(logged, match.Log.EntryCount);
        Assert.Equal(0u, match.InputsProcessed(player));
    }

    [Fact]
    public void A_player_that_floods_fills_only_its_own_share()
    {
        using MatchSimulation match = Listening.Simulate();
        PlayerId flooding = match.Join();
        PlayerId other = match.Join();

        for (int i = 0; i < Limits.InputsPerPlayerMax; i++)
        {
            Assert.Equal(InputOutcome.Accepted, match.Input(flooding, 1, new byte[4]));
        }

        Assert.Equal(InputOutcome.QueueFull, match.Input(flooding, 1, new byte[4]));
        Assert.Equal(InputOutcome.Accepted, match.Input(other, 1, new byte[4]));
        match.Step();
        Assert.Equal((uint)Limits.InputsPerPlayerMax, match.InputsProcessed(flooding));
        Assert.Equal(1u, match.InputsProcessed(other));
        Assert.Equal(InputOutcome.Accepted, match.Input(flooding, 1, new byte[4]));
    }

    [Fact]
    public void All_players_together_cannot_queue_more_than_the_limit()
    {
        var game = new ScriptedGame { OnConfigure = game => game.Players(255).Input<Say>(1, (GameContext _, PlayerId _, in Say _) => { }) };
        using MatchSimulation match = game.Simulate();
        PlayerId[] players = [.. Enumerable.Range(0, 254).Select(_ => match.Join())];
        match.Step();

        int accepted = players.Sum(player => Enumerable.Range(0, 6).Count(_ => match.Input(player, 1, new byte[4]) == InputOutcome.Accepted));

        Assert.Equal(Limits.InputsWaitingMax, accepted);
        Assert.Equal(InputOutcome.QueueFull, match.Input(players[^1], 1, new byte[4]));
        Assert.True(match.Join().IsNone, "nobody joins a full queue");
        match.Leave(players[0]);
        match.Step();
        Assert.Equal(253, game.Context.Players.Length);
        Assert.False(match.Join().IsNone);
    }

    [Fact]
    public void Coming_and_going_within_a_tick_stays_bounded()
    {
        using MatchSimulation match = Listening.Simulate();

        int joined = 0;
        for (int i = 0; i < 5000; i++)
        {
            PlayerId player = match.Join();
            joined += player.IsNone ? 0 : 1;
            match.Leave(player);
        }

        Assert.Equal(Limits.InputsWaitingMax / 2, joined);
        match.Step();
        Assert.Equal(0, Listening.Context.Players.Length);
    }

    [Fact]
    public void A_slots_count_of_inputs_begins_anew_with_its_next_player()
    {
        using MatchSimulation match = Listening.Simulate();
        PlayerId player = match.Join();
        match.Input(player, 1, new byte[4]);
        match.Step();
        Assert.Equal(1u, match.InputsProcessed(player));

        match.Leave(player);
        Assert.Equal(0u, match.InputsProcessed(player));
        Assert.Equal(player, match.Join());
        Assert.Equal(0u, match.InputsProcessed(player));
        match.Input(player, 1, new byte[4]);
        match.Step();
        Assert.Equal(1u, match.InputsProcessed(player));
    }
}
