using RealtimeServer.Foundation;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Truth;

/// <summary>What finds corrupted datagrams.</summary>
public enum Guard
{
    /// <summary>The checksum and the length in the header of UDP, as every operating system checks them.</summary>
    UdpChecksum,
    Crc32c,
    Sealed,

    /// <summary>Nothing: to see that the tests would notice.</summary>
    None,
}

/// <summary>One run, wholly determined: what is sent, how, and over which network.</summary>
internal sealed record TruthCase
{
    public required ulong Seed { get; init; }

    public required DeliveryMethod Method { get; init; }

    /// <summary>Messages of each of the two ends.</summary>
    public required int Count { get; init; }

    public Dialect Dialect { get; init; } = Dialect.V1;

    public Guard Guard { get; init; }

    public int Channels { get; init; } = 1;

    public NetworkProfile Network { get; init; } = NetworkProfile.Perfect;

    /// <summary>How often either end looks for datagrams.</summary>
    public int StepMicroseconds { get; init; } = 1_000;

    /// <summary>Messages handed over at once at most.</summary>
    public int AtOnceMax { get; init; } = 8;

    /// <summary>One reliable message among so many is as long as several fragments; 0 for none.</summary>
    public int LargeOneIn { get; init; }

    public bool DiscoversMtu { get; init; }

    /// <summary>A case of random faults, each there or not: some errors show only without the others.</summary>
    public static TruthCase Random(ulong seed, DeliveryMethod method, int count)
    {
        var random = new DeterministicRandom(seed, 77);
        int[] steps = [500, 1_000, 5_000, 15_000];
        return new TruthCase
        {
            Seed = seed,
            Method = method,
            Count = count,
            Dialect = random.NextBool(0.5f) ? Dialect.V1 : Dialect.V2,
            Guard = (Guard)random.Next(3),
            Channels = method == DeliveryMethod.Unreliable ? 1 : random.NextBool(0.3f) ? 1 : random.Next(2, 65),
            StepMicroseconds = steps[random.Next(steps.Length)],
            AtOnceMax = random.Next(1, 33),
            LargeOneIn = method is DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered && random.NextBool(0.5f) ? random.Next(50, 1_000) : 0,
            DiscoversMtu = random.NextBool(0.5f),
            Network = new NetworkProfile(Conditions(ref random), Conditions(ref random)),
        };
    }

    /// <summary>Smaller cases to try when this one fails, the most different first.</summary>
    public IEnumerable<TruthCase> Smaller()
    {
        if (Count > 1)
        {
            yield return this with { Count = Count / 2 };
            yield return this with { Count = Count * 9 / 10 };
        }

        foreach (TruthCase smaller in new[]
        {
            this with { Channels = 1 }, this with { LargeOneIn = 0 }, this with { Guard = Guard.UdpChecksum }, this with { DiscoversMtu = false },
            this with { AtOnceMax = 1 },
            this with { Network = Network with { Up = NetworkConditions.Perfect } }, this with { Network = Network with { Down = NetworkConditions.Perfect } },
        })
        {
            yield return smaller;
        }

        foreach (Func<NetworkConditions, NetworkConditions> simplify in Simplifications())
        {
            yield return this with { Network = new NetworkProfile(simplify(Network.Up), Network.Down) };
            yield return this with { Network = new NetworkProfile(Network.Up, simplify(Network.Down)) };
        }
    }

    private static IEnumerable<Func<NetworkConditions, NetworkConditions>> Simplifications() =>
    [
        network => network with { Loss = 0 }, network => network with { BurstLoss = 0 }, network => network with { Duplication = 0 },
        network => network with { Reordering = 0 }, network => network with { Corruption = 0 }, network => network with { JitterMilliseconds = 0 },
        network => network with { LatencyMilliseconds = 0 }, network => network with { BitsPerSecond = 0 }, network => network with { MtuBytes = 0 },
    ];

    private static NetworkConditions Conditions(ref DeterministicRandom random)
    {
        var network = new NetworkConditions { LatencyMilliseconds = random.Next(0, 101) };
        network = random.NextBool(0.6f) ? network with { JitterMilliseconds = random.Next(0, 101) } : network;
        network = random.NextBool(0.6f) ? network with { Loss = random.Next(0, 31) / 100.0 } : network;
        network = random.NextBool(0.4f) ? network with { BurstLoss = random.Next(1, 11) / 100.0, BurstLength = random.Next(1, 5) } : network;
        network = random.NextBool(0.6f) ? network with { Duplication = random.Next(0, 26) / 100.0 } : network;
        network = random.NextBool(0.4f) ? network with { Reordering = random.Next(0, 11) / 100.0 } : network;
        network = random.NextBool(0.6f) ? network with { Corruption = 0.01 } : network;
        network = random.NextBool(0.2f) ? network with { BitsPerSecond = random.Next(1, 11) * 1_000_000L } : network;
        return random.NextBool(0.3f) ? network with { MtuBytes = random.Next(Limits.DatagramBytesMin + UdpHeader.Bytes, 1_500) } : network;
    }
}
