using System.Buffers.Binary;
using System.Net;

namespace RealtimeServer.Services.Api;

/// <summary>Who is counted by address.</summary>
public static class AddressKey
{
    /// <summary>One customer of an IPv6 network has at least 2^64 addresses, so its network is who is counted.</summary>
    public static ulong Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
