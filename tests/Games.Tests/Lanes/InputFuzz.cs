using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>Whatever players send, and whoever comes and goes: nothing throws, and the bounds hold.</summary>
public sealed class InputFuzz
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_input_throws(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        using var match = new LanesMatch(seed, ("seconds", "60"), ("ai", "fill"));
        byte[] bytes = new byte[64];
        int accepted = 0;
        while (!match.Simulation.Ended)
        {
            for (int i = random.Next(6); i > 0; i--)
            {
                accepted += Disturb(match.Simulation, ref random, bytes) ? 1 : 0;
            }

            match.Player((byte)random.Next(1, 3)).Energy = Limits.EnergyMax;
            match.Steps(1);
            Assert.True(match.All<Unit>().Length <= Limits.UnitsMax);
            Assert.All(match.All<Simulation.Agents.Position>(), entity => Assert.True(match.Place(entity).IsFinite));
        }

        Assert.True(accepted > 100, $"only {accepted} inputs were accepted");
    }

    private static bool Disturb(MatchSimulation match, ref DeterministicRandom random, byte[] bytes)
    {
        var player = new PlayerId((byte)random.Next(0, 5));
        switch (random.Next(8))
        {
            case 0:
                match.Join();
                return false;
            case 1 when random.NextBool(0.1f):
                match.Leave(player);
                return false;
            case 2:
                return Send(match, player, random.NextUInt(), Noise(ref random, bytes.AsSpan(0, random.Next(bytes.Length)))) == InputOutcome.Accepted;
            case 3:
                return Send(match, player, OpCodes.DeployUnit, Noise(ref random, bytes.AsSpan(0, 12))) == InputOutcome.Accepted;
            default:
                var wish = new DeployUnit(Coordinate(ref random, 18), Coordinate(ref random, 32), random.Next(-1, 8));
                return Send(match, player, OpCodes.DeployUnit, MemoryMarshal.AsBytes(new ReadOnlySpan<DeployUnit>(in wish))) == InputOutcome.Accepted;
        }
    }

    private static InputOutcome Send(MatchSimulation match, PlayerId player, long opCode, ReadOnlySpan<byte> data) => match.Input(player, opCode, data);

    private static Span<byte> Noise(ref DeterministicRandom random, Span<byte> bytes)
    {
        foreach (ref byte item in bytes)
        {
            item = (byte)random.NextUInt();
        }

        return bytes;
    }

    private static float Coordinate(ref DeterministicRandom random, float size) => random.Next(12) switch
    {
        0 => float.NaN,
        1 => float.NegativeInfinity,
        2 => float.MaxValue,
        3 => -0f,
        _ => random.NextSingle(-1, size + 1),
    };
}
