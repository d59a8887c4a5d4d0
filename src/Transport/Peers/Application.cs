using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Transport.Peers;

/// <summary>The application as the server sees it: what it throws is told to its fault handler and costs the one it was about, nobody else.</summary>
internal sealed class Application(IServerEvents events, Action<Exception>? fault)
{
    public Admission Admit(ReadOnlySpan<byte> connectData, in PeerAddress from)
    {
        try
        {
            return events.Admit(connectData, from);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
            return Admission.Ignore;
        }
    }

    public Admission Admit(TokenGrant grant, in PeerAddress from)
    {
        try
        {
            return events.Admit(grant, from);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
            return Admission.Ignore;
        }
    }

    /// <summary>False if it threw.</summary>
    public bool TryConnected(Peer peer)
    {
        try
        {
            events.Connected(peer.Id, peer.State);
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
            return false;
        }
    }

    /// <summary>False if it threw.</summary>
    public bool TryReceived(Peer peer, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        try
        {
            events.Received(peer.Id, peer.State, payload, method, channel);
            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
            return false;
        }
    }

    public void Disconnected(Peer peer, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        try
        {
            events.Disconnected(peer.Id, peer.State, reason, data);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
        }
    }

    /// <summary>Bytes of the answer to a message without a connection; -1 if there is none.</summary>
    public int Unconnected(in PeerAddress from, ReadOnlySpan<byte> message, bool isBroadcast, Span<byte> answer)
    {
        try
        {
            int written = events.Unconnected(from, message, isBroadcast, answer);
            return written <= answer.Length ? written : -1;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault?.Invoke(error);
            return -1;
        }
    }
}
