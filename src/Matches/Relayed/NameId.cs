using System.Security.Cryptography;
using System.Text;

namespace RealtimeServer.Matches.Relayed;

/// <summary>The uuid a match name stands for: version 5 (RFC 9562, 5.5) in the DNS namespace, which is what Nakama derives.</summary>
internal static class NameId
{
    private static readonly Guid DnsNamespace = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    public static Guid Of(string name)
    {
        byte[] text = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        DnsNamespace.TryWriteBytes(text, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, text.AsSpan(16));

        // The hash names, it protects nothing.
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
