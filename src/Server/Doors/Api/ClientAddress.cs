using System.Net;
using Microsoft.Extensions.Primitives;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>
/// The address a request really came from. X-Forwarded-For is believed only as far as trusted proxies wrote it: read from its end, the
/// first address that is no trusted proxy is the client, whatever a client wrote before it.
/// </summary>
internal sealed class ClientAddress
{
    private readonly IPNetwork[] _trusted;

    public ClientAddress(IEnumerable<IPNetwork> trusted)
    {
        _trusted = [.. trusted];
    }

    public IPAddress Of(HttpContext context)
    {
        IPAddress address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        return _trusted.Length == 0 || !IsTrusted(address) ? address : Forwarded(address, context.Request.Headers["X-Forwarded-For"]);
    }

    private IPAddress Forwarded(IPAddress address, StringValues headers)
    {
        for (int h = headers.Count - 1; h >= 0; h--)
        {
            ReadOnlySpan<char> left = headers[h];
            while (true)
            {
                int comma = left.LastIndexOf(',');
                if (!TryParse(left[(comma + 1)..].Trim(), out IPAddress? named))
                {
                    return address;
                }
                address = named;
                if (!IsTrusted(address))
                {
                    return address;
                }
                if (comma < 0)
                {
                    break;
                }
                left = left[..comma];
            }
        }
        return address;
    }

    // Proxies write "192.0.2.1", "192.0.2.1:5000", "2001:db8::1" or "[2001:db8::1]:5000".
    private static bool TryParse(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        bool parsed = text.Length <= Limits.AddressLengthMax && (IPAddress.TryParse(text, out address) || TryParseEndPoint(text, out address));
        address = parsed ? Plain(address!) : null;
        return parsed;
    }

    private static bool TryParseEndPoint(ReadOnlySpan<char> text, out IPAddress? address)
    {
        bool parsed = IPEndPoint.TryParse(text, out IPEndPoint? endPoint);
        address = endPoint?.Address;
        return parsed;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool IsTrusted(IPAddress address)
    {
        foreach (IPNetwork network in _trusted)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }
        return false;
    }
}
