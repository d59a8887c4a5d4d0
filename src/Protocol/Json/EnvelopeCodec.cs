using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Protocol.Json;

/// <summary>The two forms of a socket's messages: protobuf binary, and JSON on WebSockets that ask for it.</summary>
public static class EnvelopeCodec
{
    /// <summary>Reads a text frame; false when it is malformed or has a field the contract does not know.</summary>
    public static bool TryReadJson(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Envelope? envelope)
    {
        envelope = null;
        if (ContractJson.TryRead(utf8, Envelope.Descriptor, ignoreUnknown: false, out IMessage? message, out _))
        {
            envelope = (Envelope)message;
        }
        return envelope is not null;
    }

    /// <summary>Reads a binary message; false when it is malformed. Unknown fields are kept and mean nothing.</summary>
    public static bool TryReadBinary(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Envelope? envelope) =>
        ContractBinary.TryRead(bytes, Envelope.Parser, out envelope);

    public static byte[] WriteJson(Envelope envelope) => ContractJson.WriteUtf8(envelope);

    public static byte[] WriteBinary(Envelope envelope) => envelope.ToByteArray();
}
