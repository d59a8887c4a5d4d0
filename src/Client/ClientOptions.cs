using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Client;

/// <summary>Where a server is and how to talk to it.</summary>
public sealed record ClientOptions
{
    /// <summary>Host name or address, without scheme or port.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port of the HTTP service (TCP).</summary>
    public int HttpPort { get; init; } = 7350;

    /// <summary>Port of the reliable UDP transport; 0 for the one the server names.</summary>
    public int UdpPort { get; init; }

    /// <summary>How datagrams are to be encrypted and authenticated; <see cref="SealCipher.None"/> leaves it to the server.</summary>
    public SealCipher Cipher { get; init; }

    /// <summary>True where the HTTP service stands behind TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>The key every client of a game shares; it names the game and is no secret.</summary>
    public string ServerKey { get; init; } = "defaultkey";

    /// <summary>How long one request to the server, or the opening of a connection, may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A network to play between client and server, to feel a game on a bad one: <c>NetworkProfile.Parse("100ms±20 2%")</c>.</summary>
    public NetworkProfile? Network { get; init; }

    /// <summary>Seed of that network; connections of one client get seeds that follow it.</summary>
    public ulong NetworkSeed { get; init; } = 1;
}
