using System.Net;
using RealtimeServer.Protocol.Connect;

namespace RealtimeServer.Services.Connecting;

/// <summary>Seals connect tokens for the door that will open them; this room knows neither keys nor sockets.</summary>
public interface IConnectTokenSealer
{
    /// <summary>Bytes a grant may have.</summary>
    int GrantBytesMax { get; }

    /// <param name="grant">What the door gets back when the token is shown.</param>
    /// <param name="cipher">What the client asks for.</param>
    /// <param name="address">The only address that may show the token; null for any.</param>
    ConnectToken Seal(ReadOnlySpan<byte> grant, Cipher cipher, IPAddress? address);
}
