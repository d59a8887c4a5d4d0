using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bots;

/// <summary>What a run is asked to do.</summary>
internal sealed record BotOptions
{
    public required string Host { get; init; }

    public required int HttpPort { get; init; }

    public required int UdpPort { get; init; }

    public required string ServerKey { get; init; }

    public required int Matches { get; init; }

    /// <summary>Bots a match.</summary>
    public required int Players { get; init; }

    /// <summary>Length of each match.</summary>
    public required int Seconds { get; init; }

    public const string Arena = "arena";

    /// <summary>Which game: lanes or arena.</summary>
    public required string Game { get; init; }

    /// <summary>Null for the game's own.</summary>
    public required string? Map { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>A network to play between the bots and the server; null for none.</summary>
    public NetworkProfile? Network { get; init; }

    /// <summary>How datagrams are sealed; none leaves it to the server.</summary>
    public SealCipher Cipher { get; init; }
}
