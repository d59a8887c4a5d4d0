using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// Where a datagram came from or goes to, as the operating system writes it (a sockaddr of IPv4 or IPv6), by value: to keep one costs
/// nothing, to look one up neither.
/// </summary>
/// <remarks>
/// The hash is seeded at the start of the process, so that nobody can choose addresses that collide. The flow label of IPv6 is left
/// out: it names a flow, not a place.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct PeerAddress : IEquatable<PeerAddress>
{
    /// <summary>Bytes of a sockaddr of IPv4.</summary>
    public const int IPv4Bytes = 16;

    /// <summary>Bytes of a sockaddr of IPv6.</summary>
    public const int IPv6Bytes = 28;

    private static readonly ulong HashSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly uint _fourth;
    private readonly int _size;

    private PeerAddress(ReadOnlySpan<byte> bytes)
    {
        _size = bytes.Length;
        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<PeerAddress>(ref this)));
    }

    /// <summary>The sockaddr's bytes, 16 or 28; none of the default.</summary>
    public int Size => _size;

    /// <summary>16 bits in the order of the host.</summary>
    public int Port => _size == 0 ? 0 : (Byte(2) << 8) | Byte(3);

    public bool IsIPv6 => _size == IPv6Bytes;

    /// <summary>The sockaddr itself, as bytes that live as long as the variable does.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<PeerAddress>(in this))[.._size];

    /// <summary>The address without its port: 4 bytes of IPv4, 16 of IPv6.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Host => _size == 0 ? default : IsIPv6 ? Bytes.Slice(8, 16) : Bytes.Slice(4, 4);

    public static bool operator ==(PeerAddress left, PeerAddress right) => left.Equals(right);

    public static bool operator !=(PeerAddress left, PeerAddress right) => !left.Equals(right);

    /// <summary>Takes a sockaddr. False if it is neither one of IPv4 (16 bytes) nor of IPv6 (28).</summary>
    public static bool TryRead(ReadOnlySpan<byte> sockaddr, out PeerAddress address)
    {
        if (sockaddr.Length < IPv4Bytes)
        {
            address = default;
            return false;
        }

        if (sockaddr.Length < IPv6Bytes)
        {
            // The padding behind an IPv4 address may hold anything.
            Span<byte> clean = stackalloc byte[IPv4Bytes];
            clean.Clear();
            sockaddr[..8].CopyTo(clean);
            address = new PeerAddress(clean);
            return true;
        }

        Span<byte> six = stackalloc byte[IPv6Bytes];
        sockaddr[..IPv6Bytes].CopyTo(six);
        six.Slice(4, 4).Clear();
        address = new PeerAddress(six);
        return true;
    }

    /// <exception cref="ArgumentException">Neither IPv4 nor IPv6.</exception>
    public static PeerAddress Of(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        ReadOnlySpan<byte> bytes = address.Buffer.Span[..address.Size];
        int size = address.Family == AddressFamily.InterNetworkV6 ? IPv6Bytes : IPv4Bytes;
        return bytes.Length >= size && TryRead(bytes[..size], out PeerAddress read)
            ? read
            : throw new ArgumentException($"The address family {address.Family} is neither IPv4 nor IPv6.", nameof(address));
    }

    /// <exception cref="ArgumentException">Neither IPv4 nor IPv6.</exception>
    public static PeerAddress Of(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Of(endPoint.Serialize());
    }

    /// <summary>Writes the sockaddr into one of the framework's, whose family must be the same.</summary>
    public void CopyTo(SocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address.Size = _size;
        Bytes.CopyTo(address.Buffer.Span);
    }

    /// <exception cref="InvalidOperationException">The default is no address.</exception>
    public IPEndPoint ToEndPoint()
    {
        if (_size == 0)
        {
            throw new InvalidOperationException("An empty address names no place.");
        }

        long scope = IsIPv6 ? MemoryMarshal.Read<uint>(Bytes[24..]) : 0;
        return new IPEndPoint(IsIPv6 ? new IPAddress(Host, scope) : new IPAddress(Host), Port);
    }

    public bool Equals(PeerAddress other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth && _size == other._size;

    public override bool Equals(object? obj) => obj is PeerAddress other && Equals(other);

    public override int GetHashCode()
    {
        // Products of odd seeds, folded: cheap, and nobody outside knows the seed.
        ulong high = Math.BigMul(_first ^ HashSeed, _second ^ 0x9E3779B97F4A7C15, out ulong low);
        ulong mixed = (high ^ low) + _third + _fourth;
        high = Math.BigMul(mixed ^ HashSeed, 0xD6E8FEB86659FD93, out low);
        return (int)((high ^ low) >> 16);
    }

    public override string ToString() => _size == 0 ? "nowhere" : ToEndPoint().ToString();

    private int Byte(int at) => Unsafe.Add(ref Unsafe.As<PeerAddress, byte>(ref Unsafe.AsRef(in this)), at);
}
