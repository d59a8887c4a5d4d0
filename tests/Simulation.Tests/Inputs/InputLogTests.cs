using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Inputs;

public sealed class InputLogTests
{
    [Fact]
    public void What_happened_is_logged_with_the_tick_it_took_effect_in()
    {
        InputLog log = Read(Write(Played()));

        Assert.Equal(
            ["1 Join 1 0 ", "2 Input 1 5 07000000", "2 Join 2 0 ", "3 Input 2 5 08000000", "3 Leave 1 0 "],
            Describe(log));
        Assert.Equal(5, log.EntryCount);
        Assert.False(log.IsCut);
    }

    [Fact]
    public void An_empty_log_is_written_and_read() => Assert.Equal(0, Read(Write(new InputLog())).EntryCount);

    [Fact]
    public void The_file_begins_as_its_format_says()
    {
        byte[] file = Write(Played());

        Assert.Equal("RSIL"u8.ToArray(), file[..4]);
        Assert.Equal([1, 0, 0, 0, (byte)(file.Length - 12), 0, 0, 0], file[4..12]);
        Assert.Equal([1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0], file[12..24]);
    }

    [Fact]
    public void A_cut_log_is_not_replayed_beyond_where_it_was_cut()
    {
        byte[] file = Write(Played());
        file[6] = 1;
        InputLog log = Read(file);

        Assert.True(log.IsCut);
        Assert.NotEqual(0ul, Replay.Run(Game().Setup(), log, new Tick(2)));
        Assert.Contains("cut in tick 3", Assert.Throws<InvalidDataException>(() => Replay.Run(Game().Setup(), log, new Tick(9))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "no input log")]
    [InlineData(4, "version")]
    [InlineData(11, "at most")]
    [InlineData(16, "damaged at byte 0")]
    [InlineData(17, "damaged at byte 0")]
    public void A_damaged_byte_is_refused_with_its_place(int at, string reason)
    {
        byte[] file = Write(Played());
        file[at] = at == 17 ? (byte)0 : (byte)200;

        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ticks_that_go_backwards_are_refused()
    {
        byte[] file = Write(Played());
        file[12] = 9;

        Assert.Contains("damaged at byte 12", Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leave_of_nobody_does_not_fit_a_match()
    {
        byte[] file = Write(Played());
        file[16] = (byte)InputEntryKind.Leave;

        Assert.Throws<InvalidDataException>(() => Replay.Run(Game().Setup(), Read(file), new Tick(9)));
    }

    [Fact]
    public void Foreign_files_are_refused_and_nothing_else()
    {
        byte[] whole = Write(Played());
        var random = new DeterministicRandom(3);
        int read = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] file = whole[..(random.Next(0, 4) == 0 ? random.Next(0, whole.Length) : whole.Length)];
            for (int flips = random.Next(0, 4); flips > 0 && file.Length > 0; flips--)
            {
                file[random.Next(random.NextBool(0.5f) ? Math.Min(12, file.Length - 1) : 0, file.Length)] = (byte)random.Next(0, 256);
            }

            try
            {
                InputLog log = Read(file);
                read++;
                Replay.Run(Game().Setup(), log, new Tick(5));
            }
            catch (InvalidDataException)
            {
            }
        }

        Assert.InRange(read, 1000, 49_000);
    }

    private static ScriptedGame Game() => new() { OnConfigure = game => game.Input<Say>(5, (GameContext _, PlayerId _, in Say _) => { }) };

    private static InputLog Played()
    {
        using MatchSimulation match = Game().Simulate();
        match.Join();
        match.Step();
        match.Input(new PlayerId(1), 5, [7, 0, 0, 0]);
        match.Join();
        match.Input(new PlayerId(1), 6, [7, 0, 0, 0]);
        match.Step();
        match.Input(new PlayerId(2), 5, [8, 0, 0, 0]);
        match.Leave(new PlayerId(1));
        match.Step();
        match.Leave(new PlayerId(2));
        return match.Log;
    }

    private static byte[] Write(InputLog log)
    {
        using var stream = new MemoryStream();
        log.Write(stream);
        return stream.ToArray();
    }

    private static InputLog Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return InputLog.Read(stream);
    }

    private static List<string> Describe(InputLog log)
    {
        var lines = new List<string>();
        foreach (InputLog.Entry entry in log)
        {
            lines.Add($"{entry.Tick} {entry.Kind} {entry.Player} {entry.OpCode} {Convert.ToHexString(entry.Data)}");
        }

        return lines;
    }
}
