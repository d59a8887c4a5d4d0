namespace RealtimeServer.Transport;

/// <summary>Every bound of the room, and why it has the value it has.</summary>
public static class Limits
{
    /// <summary>UDP payload that fits every path; what LiteNetLib starts with. No probing goes beyond it yet.</summary>
    public const int DatagramBytesMax = 1024;

    /// <summary>The largest datagram a peer may send: stock peers receive 1,432 bytes at most.</summary>
    public const int ReceiveBytesMax = 1432;

    /// <summary>Payload of an unreliable message: the datagram less one byte.</summary>
    public const int UnreliableBytesMax = DatagramBytesMax - 1;

    /// <summary>Payload of an unfragmented message on a channel: the datagram less the header of four.</summary>
    public const int ChannelBytesMax = DatagramBytesMax - 4;

    /// <summary>Payload of one fragment: the datagram less both headers.</summary>
    public const int FragmentBytesMax = DatagramBytesMax - 10;

    /// <summary>A whole message, fragments put together.</summary>
    public const int MessageBytesMax = 256 * 1024;

    /// <summary>Fragments of one message.</summary>
    public const int FragmentsMax = (MessageBytesMax + FragmentBytesMax - 1) / FragmentBytesMax;

    /// <summary>Fragmented messages of one peer that may be incomplete at a time: a window of 64 can hold pieces of that many.</summary>
    public const int FragmentGroupsMax = WindowSize;

    /// <summary>Bytes of all incomplete messages of one peer.</summary>
    public const int FragmentBytesHeldMax = 2 * MessageBytesMax;

    /// <summary>Channels of each method, as a stock peer has by default is one; eight keeps the tables small and games are content.</summary>
    public const int ChannelsMax = 8;

    /// <summary>Reliable messages under way on a channel; the ack's bitmap has no room for more.</summary>
    public const int WindowSize = 64;

    /// <summary>Messages that wait behind the window on a channel, fragments counted one by one: one largest message and some.</summary>
    public const int QueuedPacketsMax = 1024;

    /// <summary>Bytes that may wait or be under way on a channel.</summary>
    public const int QueuedBytesMax = 2 * MessageBytesMax;

    /// <summary>Connections of one server: a slot is 16 bits of an id.</summary>
    public const int ConnectionsMax = 32_768;

    /// <summary>Bytes of connect data: a token, with room to spare.</summary>
    public const int ConnectDataBytesMax = 1000;

    /// <summary>Silence after which a peer is given up.</summary>
    public const long TimeoutMicroseconds = 5_000_000;

    /// <summary>A client believes that the server does not know it only after so long a silence.</summary>
    public const long PeerNotFoundSilenceMicroseconds = 1_500_000;

    public const long PingMicroseconds = 1_000_000;

    /// <summary>How often a client repeats its connect request, and how often before it gives up.</summary>
    public const long ConnectRetryMicroseconds = 500_000;

    public const int ConnectAttemptsMax = 10;

    /// <summary>How often a goodbye is repeated until it is acknowledged.</summary>
    public const long DisconnectRetryMicroseconds = 300_000;

    /// <summary>Resend delay before a round trip was measured, and its bounds after.</summary>
    public const long ResendMicrosecondsFirst = 120_000;

    public const long ResendMicrosecondsMin = 25_000;

    public const long ResendMicrosecondsMax = 2_000_000;

    /// <summary>Connect requests a server looks into, a second, all sources together: each costs opening a token.</summary>
    public const int HandshakesPerSecondMax = 5_000;

    /// <summary>Answers of one byte to strangers, a second.</summary>
    public const int StrangerAnswersPerSecondMax = 500;

    /// <summary>Messages from other threads that wait for the network thread, of all connections, and their bytes.</summary>
    public const int OutgoingMessagesMax = 65_536;

    public const int OutgoingBytesMax = 32 * 1024 * 1024;

    /// <summary>Datagram buffers kept for reuse: 23 MB, what a thousand players with a few packets under way need.</summary>
    public const int BuffersKeptMax = 16_384;

    /// <summary>Datagrams read in one round before sending has its turn.</summary>
    public const int DatagramsPerRoundMax = 2_048;

    /// <summary>How long the network thread waits for datagrams before it looks at timers and its queue.</summary>
    public const int RoundMicroseconds = 1_000;

    /// <summary>The same while nobody is connected; stopping takes as long.</summary>
    public const int IdleRoundMicroseconds = 50_000;

    /// <summary>What the queue from other threads keeps free for goodbyes, so that a full queue never keeps a connection alive.</summary>
    public const int OutgoingGoodbyesMax = 65_536;
}
