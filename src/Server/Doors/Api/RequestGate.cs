using System.Net;
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
        return _perAddress is null || IPAddress.IsLoopback(address) || _perAddress.TryTake(AddressKey.Of(address), out wait);
    }
}
