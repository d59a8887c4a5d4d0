namespace RealtimeServer.Transport;

/// <summary>Every bound of the room, and why it has the value it has.</summary>
public static class Limits
{
    /// <summary>UDP payload that fits every path; what LiteNetLib starts with.</summary>
    public const int DatagramBytesMin = 1024;

    /// <summary>The largest datagram of either side: stock peers have room for 1,432 bytes.</summary>
    public const int ReceiveBytesMax = 1432;

    /// <summary>What is sent where the path takes it.</summary>
    public const int DatagramBytesMax = ReceiveBytesMax;

    /// <summary>Payload of an unreliable message that fits every path: the datagram less one byte.</summary>
    public const int UnreliableBytesMax = DatagramBytesMin - 1;

    /// <summary>Payload of an unfragmented message on a channel: the datagram less the header of four.</summary>
    public const int ChannelBytesMax = DatagramBytesMin - 4;

    /// <summary>Payload of one fragment: the datagram less both headers.</summary>
    public const int FragmentBytesMax = DatagramBytesMin - 10;

    /// <summary>The same of a peer that begins with datagrams of 508 bytes, as 1.0 to 1.2 may; it bounds how many parts a message has.</summary>
    public const int FragmentBytesMin = 508 - 10 - 20;

    /// <summary>A whole message, fragments put together, unless <see cref="ConnectionSettings"/> say otherwise.</summary>
    public const int MessageBytesMax = 256 * 1024;

    /// <summary>What settings may raise it to: a peer makes the other hold twice as much.</summary>
    public const int MessageBytesCeiling = 16 * 1024 * 1024;

    /// <summary>Fragmented messages of one peer that may be incomplete at a time: a window of 64 can hold pieces of that many.</summary>
    public const int FragmentGroupsMax = WindowSize;

    /// <summary>Packets of one peer that came before their turn and are kept: four channels with a whole window each, 370 KB.</summary>
    public const int EarlyPacketsMax = 256;

    /// <summary>Channels of each method: what an id of one byte has room for.</summary>
    public const int ChannelsMax = 64;

    /// <summary>Reliable messages under way on a channel; the ack's bitmap has no room for more.</summary>
    public const int WindowSize = 64;

    /// <summary>Packets that wait behind the window on a channel, besides those of two largest messages: half a minute of a busy game in 1.x.</summary>
    public const int QueuedPacketsMax = 1024;

    /// <summary>Connections of one server: a slot is 16 bits of an id.</summary>
    public const int ConnectionsMax = 32_768;

    /// <summary>Bytes of connect data: a token, with room to spare.</summary>
    public const int ConnectDataBytesMax = 1000;

    /// <summary>Silence after which a peer is given up.</summary>
    public const long TimeoutMicroseconds = 5_000_000;

    /// <summary>A client believes that the server does not know it only after so long a silence.</summary>
    public const long PeerNotFoundSilenceMicroseconds = 1_500_000;

    public const long PingMicroseconds = 1_000_000;

    /// <summary>The same while packets get lost: enough to know the path within a second.</summary>
    public const long PingSoonMicroseconds = 100_000;

    /// <summary>The second sending of a pong waits so long for a datagram that leaves anyway, and has at least so much distance to the first.</summary>
    public const long PongAgainMicroseconds = 60_000;

    public const long PongApartMicroseconds = 10_000;

    /// <summary>How often a client tells a server that asks who it is: anybody can forge the question.</summary>
    public const long IntroductionMicroseconds = 1_000_000;

    /// <summary>How long a size of datagram has to be answered, three times, and how often one in use is asked about again.</summary>
    public const long MtuProbeMicroseconds = 500_000;

    public const long MtuVerifyMicroseconds = 15_000_000;

    /// <summary>How often a client repeats its connect request, and how often before it gives up.</summary>
    public const long ConnectRetryMicroseconds = 500_000;

    public const int ConnectAttemptsMax = 10;

    /// <summary>How often a goodbye is repeated until it is acknowledged.</summary>
    public const long DisconnectRetryMicroseconds = 300_000;

    /// <summary>Resend delay before a round trip was measured, and its bounds after.</summary>
    public const long ResendMicrosecondsFirst = 120_000;

    public const long ResendMicrosecondsMin = 30_000;

    public const long ResendMicrosecondsMax = 2_000_000;

    /// <summary>Stock peers acknowledge on their update, every 15 ms.</summary>
    public const long PeerTickMicroseconds = 15_000;

    /// <summary>Packets that overtake each other by less are not taken for lost.</summary>
    public const long ReorderMicrosecondsMin = 5_000;

    /// <summary>Packets sent again when nothing is acknowledged any more: enough to hear of the rest, too few to flood a link that is down.</summary>
    public const int ProbesAtTimeout = 4;

    /// <summary>A loss is looked into for so long.</summary>
    public const long LossRememberedMicroseconds = 5_000_000;

    /// <summary>Packets worth sending again before they are known to be lost, how far apart, and what that may cost a connection.</summary>
    public const int CopyBytesMax = 320;

    public const long CopyApartMicrosecondsMin = 15_000;

    public const long CopyApartMicroseconds = 40_000;

    public const int CopyBytesPerSecondMax = 32 * 1024;

    /// <summary>How often an ack is repeated in datagrams that leave anyway.</summary>
    public const int AckRides = 1;

    public const int AckRidesUnderLoss = 4;

    /// <summary>Bytes under way before anything is known: the window of one channel, as stock peers send at once.</summary>
    public const int CongestionBytesFirst = WindowSize * DatagramBytesMin;

    public const int CongestionBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes a second before anything is known, and however little seems to arrive.</summary>
    public const int PaceBytesPerSecondFirst = 4 * 1024 * 1024;

    public const int PaceBytesPerSecondMin = 4 * 1024;

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
