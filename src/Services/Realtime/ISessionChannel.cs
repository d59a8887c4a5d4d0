using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

/// <summary>
/// The way to one client's socket, whichever kind it is. Called from any thread, match workers among them, so nothing here may
/// block or call back into the session: bytes are queued, and closing is begun and finished on the door's own thread.
/// </summary>
public interface ISessionChannel
{
    /// <summary>Queues a message that must arrive. False when it cannot be queued: the client does not keep up, or is gone.</summary>
    bool Send(Envelope envelope);

    /// <summary>Queues a snapshot part that may be lost; the span is the caller's again when this returns. False when it was dropped.</summary>
    bool SendSnapshot(MatchId match, ReadOnlySpan<byte> part);

    /// <summary>
    /// Begins to close the socket, with a reason the client can read; what was sent before still goes out if it can. The door calls
    /// <see cref="RealtimeSession.Closed"/> afterwards, as it does when the client itself goes. Calling it again does nothing.
    /// </summary>
    void Close(string reason);
}
