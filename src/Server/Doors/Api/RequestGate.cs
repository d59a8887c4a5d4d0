using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>What every request passes first: it gets its id and its real address, and an address that asks too often is told so.</summary>
internal sealed class RequestGate
{
    private readonly ClientAddress _addresses;
    private readonly RateLimit<ulong>? _perAddress;

    /// <param name="addresses">Finds the address behind proxies.</param>
    /// <param name="perAddress">How often one address may call; null: as often as it likes.</param>
    public RequestGate(ClientAddress addresses, RateLimit<ulong>? perAddress)
    {
        _addresses = addresses;
        _perAddress = perAddress;
    }

    /// <summary>Where a request came from; the answer carries the same id.</summary>
    public HttpOrigin Identify(HttpContext context)
    {
        string id = RequestIds.Of(context.Request.Headers[RequestIds.Header]);
        context.Response.Headers[RequestIds.Header] = id;
        return new HttpOrigin(context, _addresses.Of(context), id);
    }

    /// <summary>
    /// False when the address has to wait. This machine's own address is never limited: it is the operator, or a proxy that was not
    /// named as trusted, and behind such a one all players would share one allowance.
    /// </summary>
    public bool TryEnter(IPAddress address, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return _perAddress is null || IPAddress.IsLoopback(address) || _perAddress.TryTake(Key(address), out wait);
    }

    // One customer of an IPv6 network has at least 2^64 addresses, so its network is who is counted.
    private static ulong Key(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
