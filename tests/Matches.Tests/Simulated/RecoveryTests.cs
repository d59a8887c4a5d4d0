using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Matches.Harness;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>A match outlives its process: by checkpoints that a killed server left behind, or as bytes that somebody carries.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recovery-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_match_that_was_saved_goes_on_elsewhere_with_the_same_bits()
    {
        await using VirtualHost first = Host(), second = Host();
        MatchId id = first.Start(Counting);
        var alice = new RecordingMember("alice");
        first.Join(id, alice);
        first.Run(2);
        byte[] saved = await Inspect(first, first.Host.SaveAsync(id));
        second.Games.Add("scripted", Counting);
        CreateOutcome outcome = second.Host.Restore(saved);
        Assert.True(outcome.Created, outcome.Refusal);
        Assert.Equal(id, outcome.Info.Id);
        first.Run(3);
        (uint tick, ulong hash) = await Inspect(first, first.Host.InspectAsync(id, static match => (match.Tick.Value, match.Hash())));
        (uint Tick, ulong Hash) there = default;
        while (there.Tick < tick)
        {
            there = await Inspect(second, second.Host.InspectAsync(id, static match => (match.Tick.Value, match.Hash())));
        }

        Assert.Equal((tick, hash), there);
    }

    [Fact]
    public async Task Who_comes_back_has_its_slot_again_and_who_does_not_has_left()
    {
        await using VirtualHost first = Host(), second = Host();
        var left = new List<byte>();
        ScriptedGame Game() => new() { OnLeft = (_, player) => left.Add(player.Value) };
        MatchId id = first.Start(Game);
        RecordingMember alice = new("alice"), bob = new("bob");
        first.Join(id, alice);
        first.Join(id, bob);
        byte[] saved = await Inspect(first, first.Host.SaveAsync(id));
        second.Games.Add("scripted", Game);
        Assert.True(second.Host.Restore(saved).Created);
        var stranger = new RecordingMember("carol");
        second.Join(id, stranger);
        var again = new RecordingMember("bob", bob.Presence.UserId);
        second.Join(id, again);
        byte[] resaved = await Inspect(second, second.Host.SaveAsync(id));
        Seat[] seats = MatchFile.Read(resaved).Seats;
        Assert.Equal(
            [new Seat(bob.Presence.UserId, new PlayerId(2)), new Seat(alice.Presence.UserId, new PlayerId(1))],
            seats.OrderByDescending(seat => seat.Player.Value));
        Assert.Empty(left);
        second.Run(Limits.SeatSecondsMax + 1);
        Assert.Equal([1], left);
    }

    [Fact]
    public async Task A_killed_hosts_matches_are_there_again()
    {
        MatchId id;
        uint tick;
        var killed = new VirtualHost(Options());
        id = killed.Start(Counting);

        // Time for one checkpoint: a second would still be on its way to the disk when the next host starts.
        killed.Run(6);
        tick = await Inspect(killed, killed.Host.InspectAsync(id, static match => match.Tick.Value));
        await UntilAsync(() => Directory.GetFiles(_folder, "*.match").Length == 1);

        // It is not disposed: nobody says goodbye in a crash.
        await using VirtualHost next = new(Options());
        next.Games.Add("scripted", Counting);
        File.WriteAllBytes(Path.Combine(_folder, "0-garbage.match"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_folder, "half.match.new"), [1, 2, 3]);
        IReadOnlyList<RecoveredMatch> recovered = next.Host.Recover();
        Assert.Empty(Directory.GetFiles(_folder, "*.new"));
        Assert.Equal(2, recovered.Count);
        Assert.Contains("does not begin with 'RSMF'", recovered[0].Outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(id, recovered[1].Outcome.Info?.Id);
        uint since = await Inspect(next, next.Host.InspectAsync(id, static match => match.Tick.Value));
        Assert.InRange(since, 1u, tick);
        Assert.Single(Directory.GetFiles(_folder, "*.refused"));

        // Once it ends, there is nothing to recover.
        next.Host.Close(id, "enough");
        next.Run(0.1);
        await UntilAsync(() => Directory.GetFiles(_folder, "*.match").Length == 0);
        await killed.DisposeAsync();
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_is_told_once_and_the_match_goes_on()
    {
        // A file stands where the folder should be.
        string blocked = Path.Combine(_folder, "matches");
        File.WriteAllText(blocked, "");
        await using VirtualHost host = new(Options() with { CheckpointFolder = blocked, CheckpointSeconds = 1 });
        MatchId id = host.Start(Counting);
        await RunUntilAsync(host, () => !host.Observer.Checkpoints.IsEmpty);
        Assert.Contains("matches", Assert.Single(host.Observer.Checkpoints)!, StringComparison.Ordinal);
        for (int i = 0; i < 5; i++)
        {
            host.Run(1);
            await Task.Delay(20);
        }

        Assert.Single(host.Observer.Checkpoints);
        File.Delete(blocked);
        await RunUntilAsync(host, () => host.Observer.Checkpoints.Count > 1);
        Assert.Null(host.Observer.Checkpoints.Last());
        Assert.True(File.Exists(Path.Combine(blocked, id.Value.ToString("D") + ".match")));
        Assert.Empty(host.Observer.Failures);
    }

    [Fact]
    public async Task A_match_too_large_to_be_kept_is_told_and_goes_on()
    {
        await using VirtualHost host = new(Options() with { CheckpointSeconds = 1 });
        MatchId id = host.Start(static () => new GivenGame
        {
            Declares = static game => game.Component<Ballast>(),
            Starts = static game => game.World.CreateMany(new Entity[20_000], default(Ballast)),
        });
        host.Run(4);
        string told = Assert.Single(host.Observer.Checkpoints)!;
        Assert.Contains($"at most {Limits.CheckpointBytesMax} are kept", told, StringComparison.Ordinal);
        Assert.Equal(id, Assert.Single(host.Host.List(new MatchFilter())).Id);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_match_that_cannot_be_saved_is_told_and_goes_on()
    {
        await using VirtualHost host = new(Options() with { CheckpointSeconds = 1 });
        host.Start(static () => new GivenGame { Starts = static game => game.World.AddObject(game.World.Create(), "no way to save it") });
        host.Run(4);
        Assert.Contains("String has no serializer", Assert.Single(host.Observer.Checkpoints)!, StringComparison.Ordinal);
        Assert.Empty(host.Observer.Failures);
    }

    [Fact]
    public async Task A_match_can_do_without()
    {
        await using VirtualHost host = new(Options());
        host.Games.Add("scripted", Counting);
        host.Host.CreateSimulated(new MatchRequest("scripted", KeepAlive: true) { Checkpoints = false });
        host.Run(12);
        await Task.Delay(50);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Bytes_that_are_no_match_are_refused_and_nothing_starts()
    {
        await using VirtualHost host = Host();
        MatchId id = host.Start(Counting);
        host.Run(1);
        byte[] saved = await Inspect(host, host.Host.SaveAsync(id));
        Assert.Contains("is running here already", host.Host.Restore(saved).Refusal, StringComparison.Ordinal);
        await using VirtualHost other = Host();
        other.Games.Add("scripted", Counting);
        var random = new DeterministicRandom(3);
        for (int i = 0; i < 500; i++)
        {
            byte[] forged = [.. saved];
            int at = random.Next(forged.Length);
            forged[at] ^= (byte)(1 + random.Next(255));
            if (i % 2 == 0 && at >= 16)
            {
                var checksum = new StateHash(seed: 1);
                checksum.Add(forged.AsSpan(16));
                BitConverter.TryWriteBytes(forged.AsSpan(8), checksum.Value);
            }

            CreateOutcome outcome = other.Host.Restore(i % 7 == 0 ? forged.AsSpan(0, at) : forged);
            if (outcome.Created)
            {
                other.Host.Close(outcome.Info.Id, "forged");
                other.Run(0.1);
            }
            else
            {
                Assert.NotEmpty(outcome.Refusal);
            }
        }

        Assert.Contains("no game scripted", Host().Host.Restore(saved).Refusal, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => other.Host.SaveAsync(id));
    }

    private static VirtualHost Host() => new(new MatchHostOptions { Workers = 1 });

    private MatchHostOptions Options() => new() { Workers = 1, CheckpointFolder = _folder, CheckpointSeconds = 5 };

    private static ScriptedGame Counting() => new() { OnTick = static game => game.Random.Next(10) };

    private static async Task<T> Inspect<T>(VirtualHost host, Task<T> asked)
    {
        // A period of 1/30 s is no whole number of clock steps: some windows of that length hold no tick.
        for (int i = 0; i < 400 && !asked.IsCompleted; i++)
        {
            host.Run(1.0 / 30);
            await Task.Yield();
        }

        Assert.True(asked.IsCompleted);

        return await asked;
    }

    private static Task RunUntilAsync(VirtualHost host, Func<bool> condition) => UntilAsync(() =>
    {
        host.Run(0.2);
        return condition();
    });

    [System.Runtime.CompilerServices.InlineArray(1000)]
    private struct Ballast
    {
        private byte _first;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 400 && !condition(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(condition());
    }
}
