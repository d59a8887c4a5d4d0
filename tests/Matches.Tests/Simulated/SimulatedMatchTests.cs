using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using RealtimeServer.Matches.Harness;

namespace RealtimeServer.Matches.Simulated;

public sealed class SimulatedMatchTests : IAsyncLifetime
{
    private readonly VirtualHost _host = new();
    private readonly RecordingMember _alice = new("alice");
    private readonly RecordingMember _bob = new("bob");
    private readonly RecordingMember _carol = new("carol");

    [Fact]
    public void A_member_is_welcomed_first_with_what_it_needs_to_decode()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        string welcome = _alice.Told[0];
        Assert.StartsWith("data -1 {", welcome, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(welcome["data -1 ".Length..welcome.LastIndexOf(" from match", StringComparison.Ordinal)]);
        JsonElement root = json.RootElement;
        Assert.Equal("scripted", root.GetProperty("game").GetString());
        Assert.Equal(30, root.GetProperty("tickRate").GetInt32());
        Assert.Equal(1, root.GetProperty("player").GetInt32());
        Assert.Equal(2, root.GetProperty("players").GetInt32());
        Assert.True(root.GetProperty("tick").GetUInt32() < 5);
        Assert.Equal(1, root.GetProperty("schema").GetProperty("version").GetInt32());
    }

    [Fact]
    public void Third_member_of_two_players_watches()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        JoinOutcome third = _host.Join(match, _carol);
        Assert.True(third.Accepted);
        Assert.Contains("\"player\":0,", _carol.Told[0], StringComparison.Ordinal);
        Assert.Equal([_alice.Presence, _bob.Presence], third.Others);
        Assert.Equal(["+alice", "+bob", "+carol"], _alice.News);
        Assert.Equal(["+carol"], _carol.News);
    }

    [Fact]
    public void The_label_says_whether_a_slot_is_free()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        Assert.True(Open());
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        Assert.False(Open());
        _host.Join(match, _carol);
        _host.Host.Leave(match, _carol.Session);
        _host.Run(0.1);
        Assert.False(Open());
        _host.Host.Leave(match, _alice.Session);
        _host.Run(0.1);
        Assert.True(Open());

        bool Open()
        {
            Assert.True(_host.Host.TryGet(match, out MatchInfo? info));
            Assert.True(info.Authoritative);
            Assert.Equal("scripted", info.HandlerName);
            using JsonDocument label = JsonDocument.Parse(info.Label);
            Assert.Equal("scripted", label.RootElement.GetProperty("game").GetString());
            return label.RootElement.GetProperty("open").GetBoolean();
        }
    }

    [Fact]
    public void A_leave_frees_the_slot_and_the_game_hears_both()
    {
        List<string> heard = [];
        MatchId match = _host.Start(() => new ScriptedGame
        {
            OnJoined = (_, player) => heard.Add($"+{player.Value}"),
            OnLeft = (_, player) => heard.Add($"-{player.Value}"),
        });
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _host.Host.Leave(match, _alice.Session);
        _host.Run(0.1);
        _host.Join(match, _carol);
        _host.Run(0.1);
        Assert.Contains("\"player\":1,", _carol.Told[0], StringComparison.Ordinal);
        Assert.Equal(["+1", "+2", "-1", "+1"], heard);
        Assert.Equal(["+bob", "-alice", "+carol"], _bob.News);
        Assert.Equal(2, _host.Host.Metrics.MemberCount);
    }

    [Fact]
    public void Every_tick_gives_every_member_a_snapshot_with_its_own_input_count()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _alice.Snapshots.Clear();
        _bob.Snapshots.Clear();
        Push(match, _alice, 5);
        Push(match, _alice, 6);
        _host.Run(10);

        Assert.Equal(300, _alice.Snapshots.Count);
        Assert.Equal(300, _bob.Snapshots.Count);
        uint tick = BinaryPrimitives.ReadUInt32LittleEndian(_alice.Snapshots[0].AsSpan(4));
        for (int i = 0; i < 300; i++)
        {
            byte[] part = _alice.Snapshots[i];
            Assert.Equal([1, 0, 1, 0], part[..4]);
            Assert.Equal(tick + (uint)i, BinaryPrimitives.ReadUInt32LittleEndian(part.AsSpan(4)));
            Assert.Equal(2u, BinaryPrimitives.ReadUInt32LittleEndian(part.AsSpan(8)));
            Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(_bob.Snapshots[i].AsSpan(8)));
            Assert.Equal(part[16..], _bob.Snapshots[i][16..]);
        }
    }

    [Fact]
    public void A_snapshot_says_how_long_its_tick_took_and_how_late_it_began()
    {
        bool slow = false;
        MatchId match = _host.Start(() => new ScriptedGame
        {
            OnTick = _ =>
            {
                if (slow)
                {
                    _host.Time.Advance(0.004);
                }
            },
        });
        _host.Join(match, _alice);
        _alice.Snapshots.Clear();
        long due = _host.RunDue();
        slow = true;
        _host.Time.AdvanceTo(due);
        _host.Time.Advance(0.0015);
        _host.RunDue();
        byte[] part = Assert.Single(_alice.Snapshots);
        Assert.Equal(4_000, BinaryPrimitives.ReadUInt16LittleEndian(part.AsSpan(12)));
        Assert.Equal(1_500, BinaryPrimitives.ReadUInt16LittleEndian(part.AsSpan(14)));
    }

    [Fact]
    public void Inputs_reach_the_game_in_order_and_events_those_they_are_for()
    {
        MatchId match = _host.Start(static () => new ScriptedGame
        {
            OnPush = static (context, player, amount) =>
            {
                context.Broadcast(new Pushed { Player = player.Value, Amount = amount });
                context.Send(player, new Pushed { Player = 9, Amount = amount });
            },
        });
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _host.Join(match, _carol);
        _alice.Forget();
        _bob.Forget();
        _carol.Forget();
        Push(match, _alice, 'a');
        Push(match, _bob, 'b');
        _host.Run(0.1);
        Assert.Equal([Event(1, 'a'), Event(9, 'a'), Event(2, 'b')], _alice.News);
        Assert.Equal([Event(1, 'a'), Event(2, 'b'), Event(9, 'b')], _bob.News);
        Assert.Equal([Event(1, 'a'), Event(2, 'b')], _carol.News);

        static string Event(int player, char amount) => $"data 7 {(char)player}\0\0\0{amount}\0\0\0 from match";
    }

    [Fact]
    public void Data_from_strangers_watchers_and_of_wrong_shape_never_reaches_the_game()
    {
        int pushes = 0;
        MatchId match = _host.Start(() => new ScriptedGame { OnPush = (_, _, _) => pushes++ });
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _host.Join(match, _carol);
        Assert.Equal(SendOutcome.NotAMember, _host.Host.Send(match, Guid.NewGuid(), 1, "1234"u8));
        Assert.Equal(SendOutcome.ReservedOpCode, _host.Host.Send(match, _alice.Session, MatchOpCodes.Result, "1234"u8));
        _host.Host.Send(match, _alice.Session, 1, "12345"u8);
        _host.Host.Send(match, _alice.Session, 2, "1234"u8);
        _host.Host.Send(match, _alice.Session, long.MaxValue, "1234"u8);
        _host.Host.Send(match, _carol.Session, 1, "1234"u8);
        _host.Run(0.1);
        Assert.Equal(0, pushes);
        Push(match, _alice, 1);
        _host.Run(0.1);
        Assert.Equal(1, pushes);
    }

    [Fact]
    public void Inputs_of_one_who_left_are_not_those_of_the_next_on_its_slot()
    {
        List<int> pushes = [];
        MatchId match = _host.Start(() => new ScriptedGame { OnPush = (_, _, amount) => pushes.Add(amount) });
        _host.Join(match, _alice);
        _host.Host.Leave(match, _alice.Session);
        Task<JoinOutcome> join = _host.Host.JoinAsync(match, _bob);
        Push(match, _alice, 13);
        _host.Run(0.1);
        Assert.True(join.IsCompleted);
        Push(match, _bob, 14);
        _host.Run(0.1);
        Assert.Equal([14], pushes);
    }

    [Fact]
    public void A_flooding_member_is_told_so_and_starves_nobody()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        SendOutcome last = SendOutcome.Sent;
        for (int i = 0; i <= Limits.InboxMessagesPerMemberMax; i++)
        {
            last = _host.Host.Send(match, _alice.Session, 1, "1234"u8);
        }

        Assert.Equal(SendOutcome.QueueFull, last);
        Push(match, _bob, 1);
    }

    [Fact]
    public void The_end_of_the_game_brings_its_result_and_closes_the_match()
    {
        MatchId match = _host.Start(static () => new ScriptedGame
        {
            OnTick = static context =>
            {
                if (context.Tick.Value == 60)
                {
                    context.End("""{"winner":1}""");
                }
            },
        });
        _host.Join(match, _alice);
        _alice.Forget();
        Task<MatchEnding> ended = _host.Host.WhenEnded(match)!;
        _host.Run(3);
        Assert.Equal(["""data -3 {"winner":1} from match""", "closed: The match is over."], _alice.News);
        Assert.Equal(new MatchEnding("The match is over.", false, """{"winner":1}"""), ended.Now());
        Assert.False(_host.Host.TryGet(match, out _));
        Assert.Equal(JoinStatus.NotFound, _host.Join(match, _bob).Status);
        Assert.Equal(0, _host.Host.Metrics.MatchCount);
        Assert.Equal(0, _host.Host.Metrics.MemberCount);
        Assert.Empty(_host.Observer.Failures);
    }

    [Fact]
    public void Joining_twice_keeps_the_slot_and_tells_nobody()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _alice.Forget();
        JoinOutcome again = _host.Join(match, _bob);
        Assert.True(again.Accepted);
        Assert.Equal([_alice.Presence], again.Others);
        Assert.Empty(_alice.News);
        Assert.Equal(2, again.Info.Size);
    }

    [Fact]
    public void A_leave_right_after_a_join_leaves_nobody_behind()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        Task<JoinOutcome> join = _host.Host.JoinAsync(match, _alice);
        _host.Host.Leave(match, _alice.Session);
        _host.Run(0.1);
        Assert.True(join.Now().Accepted);
        Assert.True(_host.Host.TryGet(match, out MatchInfo? info));
        Assert.Equal(0, info.Size);
    }

    [Fact]
    public void An_empty_match_ends_after_its_time_unless_kept_alive()
    {
        MatchId idle = _host.Start(static () => new ScriptedGame(), keepAlive: false);
        MatchId pinned = _host.Start(static () => new ScriptedGame(), keepAlive: true);
        MatchId used = _host.Start(static () => new ScriptedGame(), keepAlive: false);
        _host.Join(used, _alice);
        _host.Run(29);
        Assert.True(_host.Host.TryGet(idle, out _));
        _host.Run(2);
        Assert.False(_host.Host.TryGet(idle, out _));
        Assert.True(_host.Host.TryGet(pinned, out _));
        _host.Run(100);
        Assert.True(_host.Host.TryGet(used, out _));
        _host.Host.Leave(used, _alice.Session);
        _host.Run(29);
        Assert.True(_host.Host.TryGet(used, out _));
        _host.Run(2);
        Assert.False(_host.Host.TryGet(used, out _));
    }

    [Fact]
    public void A_member_that_throws_is_removed_and_its_slot_is_free()
    {
        int left = 0;
        MatchId match = _host.Start(() => new ScriptedGame { OnLeft = (_, _) => left++ });
        _host.Join(match, _alice);
        _host.Join(match, _bob);
        _bob.Throws = new InvalidOperationException("door broke");
        _host.Run(0.1);
        int told = _bob.Told.Count;
        _host.Run(1);
        Assert.Equal(told, _bob.Told.Count);
        Assert.Equal([_bob.Presence], _host.Observer.BrokenMembers);
        Assert.Contains("-bob", _alice.News);
        Assert.Equal(1, left);
        Assert.Empty(_host.Observer.Failures);
    }

    [Fact]
    public void Inspecting_reads_the_world_between_ticks()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Run(1);
        Task<uint> tick = _host.Host.InspectAsync(match, static simulation => simulation.Tick.Value);
        Task<int> broken = _host.Host.InspectAsync<int>(match, static _ => throw new InvalidOperationException("reader broke"));
        Assert.False(tick.IsCompleted);
        _host.Run(0.1);
        Assert.InRange(tick.Now(), 29u, 31u);
        Assert.Equal("reader broke", Assert.IsType<InvalidOperationException>(broken.Exception!.InnerException).Message);
        Assert.True(_host.Host.TryGet(match, out _));
        Assert.True(_host.Host.InspectAsync(new MatchId(Guid.NewGuid(), "node1"), static _ => 1).IsFaulted);
    }

    [Fact]
    public void Closing_tells_members_why()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        Assert.True(_host.Host.Close(match, "Maintenance."));
        _host.Run(0.1);
        Assert.Equal("closed: Maintenance.", _alice.News[^1]);
        Assert.False(_host.Host.Close(match, "again"));
    }

    [Fact]
    public async Task Stopping_the_host_closes_its_matches()
    {
        MatchId match = _host.Start(static () => new ScriptedGame());
        _host.Join(match, _alice);
        Task<MatchEnding> ended = _host.Host.WhenEnded(match)!;
        await _host.Host.DisposeAsync();
        Assert.Equal("closed: The server is stopping.", _alice.News[^1]);
        Assert.True(ended.IsCompletedSuccessfully);
        Assert.False(_host.Host.CreateSimulated(new MatchRequest("scripted")).Created);
    }

    [Fact]
    public void Ticks_told_to_two_members_allocate_nothing()
    {
        MatchId match = _host.Start(static () => new ScriptedGame
        {
            OnPush = static (context, player, amount) => context.Broadcast(new Pushed { Player = player.Value, Amount = amount }),
        });
        CountingMember[] members = [new(), new()];
        _host.Join(match, members[0]);
        _host.Join(match, members[1]);
        Push push = new() { Amount = 3 };
        long[] allocated = new long[6];
        for (int round = 0; round < allocated.Length; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int tick = 0; tick < 100; tick++)
            {
                _host.Host.Send(match, members[0].Presence.SessionId, 1, MemoryMarshal.AsBytes(new ReadOnlySpan<Push>(in push)));
                _host.Time.AdvanceTo(_host.RunDue());
            }

            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The log of inputs doubles now and then: in all other rounds there is nothing.
        Assert.InRange(allocated[2..].Count(static bytes => bytes == 0), 2, 4);
        Assert.InRange(members[1].SnapshotCount, 599, 610);
        Assert.InRange(members[1].DataCount, 599, 610);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    private void Push(MatchId match, RecordingMember member, int amount)
    {
        Push push = new() { Amount = amount };
        Assert.Equal(SendOutcome.Sent, _host.Host.Send(match, member.Session, 1, MemoryMarshal.AsBytes(new ReadOnlySpan<Push>(in push))));
    }
}
