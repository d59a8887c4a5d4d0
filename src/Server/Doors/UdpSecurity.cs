namespace RealtimeServer.Server.Doors;

/// <summary>How sure the rUDP door is of who it talks to.</summary>
internal enum UdpSecurity
{
    /// <summary>A connect token, and a ping that only the real address can answer.</summary>
    Open,

    /// <summary>A cookie of 16 bytes besides.</summary>
    Proven,

    /// <summary>Every datagram encrypted and authenticated as well.</summary>
    Sealed,
}
