using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace RealtimeServer.Server.Start;

/// <summary>Why a port cannot be listened on, with the setting that chooses another.</summary>
internal static class PortRefusal
{
    public static StartException Of(Exception exception, IPEndPoint endPoint, string protocol, string setting)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                return new StartException(
                    $"{protocol} port {endPoint.Port} on {endPoint.Address} is taken by another program. "
                    + $"Stop it, or choose another port: --{setting} PORT (0 takes a free one).",
                    exception);
            }
            if (cause is SocketException { SocketErrorCode: SocketError.AddressNotAvailable })
            {
                return new StartException($"{endPoint.Address} is no address of this machine. Set bind to one that is.", exception);
            }
            if (cause is SocketException { SocketErrorCode: SocketError.AccessDenied })
            {
                return new StartException(
                    $"{protocol} port {endPoint.Port} on {endPoint.Address} is not allowed to this user. Choose one above 1023: --{setting} PORT.", exception);
            }
        }
        return new StartException($"{protocol} port {endPoint.Port} on {endPoint.Address} cannot be listened on: {exception.Message}", exception);
    }
}
