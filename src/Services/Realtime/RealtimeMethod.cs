using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Realtime;

/// <summary>One kind of message a client may send, with the code behind it.</summary>
/// <param name="Handler">
/// Answers through the session. Messages of one session are handled one after the other, the next when this task is done; it may
/// complete at once, on the network's thread, so it must not block. It throws only for faults of the server.
/// </param>
public sealed record RealtimeMethod(Envelope.MessageOneofCase Kind, Func<RealtimeSession, Envelope, Task> Handler);
