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

    /// <summary>
    /// Packets that wait behind the window on a channel, besides those of two largest messages: in 1.x every message is one, and a burst of some
    /// thousand is no reason to end a connection. A small one takes 256 bytes of memory.
    /// </summary>
    public const int QueuedPacketsMax = 4096;

    /// <summary>Connections of one server: a slot is 16 bits of an id.</summary>
    public const int ConnectionsMax = 32_768;

    /// <summary>Bytes of connect data: a token, with room to spare.</summary>
    public const int ConnectDataBytesMax = 1000;

    /// <summary>Silence after which a peer is given up.</summary>
    public const long TimeoutMicroseconds = 5_000_000;

    /// <summary>A client believes that the server does not know it only after so long a silence.</summary>
    public const long PeerNotFoundSilenceMicroseconds = 1_500_000;

    /// <summary>The same of a ping that was sent meanwhile: who has asked nothing cannot miss an answer.</summary>
    public const long PeerNotFoundUnansweredMicroseconds = 1_000_000;

    /// <summary>How often each side pings while messages come or go.</summary>
    public const long PingMicroseconds = 1_000_000;

    /// <summary>How often a client without messages pings a server that is patient.</summary>
    public const long IdlePingMicroseconds = 8_000_000;

    /// <summary>The same for other servers, which give up after five seconds of silence: so three pings may get lost.</summary>
    public const long IdlePingMicrosecondsStock = 3_000_000;

    /// <summary>How soon a client without messages pings again if no answer comes.</summary>
    public const long IdlePingAgainMicroseconds = 500_000;

    /// <summary>Where both ends are patient, time until a ping is sent does not count as silence, up to this much.</summary>
    public const long PatienceMicroseconds = 12_000_000;

    /// <summary>How often a server pings a client without messages, to know about how far it is; that it lives, its own pings tell.</summary>
    public const long IdleServerPingMicroseconds = 60_000_000;

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

    /// <summary>Packets acknowledged later than others by less are not taken for lost: a peer's tick, and some.</summary>
    public const long ReorderMicrosecondsMin = PeerTickMicroseconds + 2_000;

    /// <summary>Packets sent again when nothing is acknowledged any more: enough to hear of the rest, too few to flood a link that is down.</summary>
    public const int ProbesAtTimeout = 4;

    /// <summary>A loss is looked into for so long.</summary>
    public const long LossRememberedMicroseconds = 5_000_000;

    /// <summary>Packets worth sending again before they are known to be lost, how far apart, and what that may cost a connection.</summary>
    public const int CopyBytesMax = 320;

    public const long CopyApartMicrosecondsMin = 15_000;

    public const long CopyApartMicroseconds = 40_000;

    public const int CopyBytesPerSecond = 16 * 1024;

    public const long CopyQueueMicrosecondsMax = 60_000;

    /// <summary>With fewer packets waiting than this, one is among the last before a pause.</summary>
    public const int TailPackets = 4;

    /// <summary>How often an ack is repeated in datagrams that leave anyway.</summary>
    public const int AckRides = 1;

    public const int AckRidesUnderLoss = 4;

    /// <summary>Bytes under way before anything is known: the window of one channel, as stock peers send at once.</summary>
    public const int CongestionBytesFirst = WindowSize * DatagramBytesMin;

    public const int CongestionBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes a second before anything is known, and however little seems to arrive.</summary>
    public const int PaceBytesPerSecondFirst = 16 * 1024 * 1024;

    public const int PaceBytesPerSecondMin = 4 * 1024;

    /// <summary>
    /// Connect requests a server looks into, a second: opening a token takes about a microsecond, so a flood gets a tenth of a core. Twice
    /// as many can come and each of the client's tries still has an even chance.
    /// </summary>
    public const int OpeningsPerSecondMax = 100_000;

    /// <summary>The same for networks that lately sent much that was refused: forged floods of one network take nothing from the others.</summary>
    public const int CrowdedOpeningsPerSecondMax = 50_000;

    /// <summary>Connect requests looked into at once: a millisecond or two, after which players' datagrams have their turn.</summary>
    public const int OpeningsAtOnceMax = 1_000;

    /// <summary>Refused requests of one network (/24, /56) a second before it counts as crowded.</summary>
    public const int RefusalsPerPrefixPerSecondMax = 20;

    /// <summary>Buckets into which networks fall by hash: 128 KB that never grow; two networks share one by chance, not by choice.</summary>
    public const int PrefixBuckets = 16_384;

    /// <summary>Refusals and protocol mismatches answered a second, all sources together: enough for honest mistakes.</summary>
    public const int RefusalAnswersPerSecondMax = 1_000;

    /// <summary>How long a client has to prove its address: eight round trips of a bad path.</summary>
    public const long ProofMicroseconds = 2_000_000;

    /// <summary>The same for a client that keeps asking, as stock clients do for five seconds and a half.</summary>
    public const long ProofMicrosecondsMax = 6_000_000;

    /// <summary>Pings sent for a proof, the second after this time, each further one after twice as long: 100, 300, 700, 1,500 ms.</summary>
    public const long ProofPingMicroseconds = 100_000;

    public const int ProofPingsMax = 5;

    /// <summary>A client that talks but has not answered is pinged again no sooner: five numbers count at a time, and a slow path needs their answers.</summary>
    public const long ProofPingAgainMicroseconds = 300_000;

    /// <summary>
    /// The first ping's number is one of so many, less what the following ones need: a client answers numbers of the half before it.
    /// </summary>
    public const int FirstPingMax = 16_383 - 128;

    /// <summary>Wrong pongs until a proof has failed: three guesses among 16,383 numbers.</summary>
    public const int ProofGuessesMax = 3;

    /// <summary>How often a cookie of 1 KB is sent, and after what time again.</summary>
    public const int CookiesMax = 3;

    public const long CookieMicroseconds = 300_000;

    /// <summary>Handshakes under way at one address beside its connection: four connection numbers tell them apart.</summary>
    public const int HandshakesPerAddressMax = 2;

    /// <summary>Address changes under way; each is three bytes to an address that may be forged.</summary>
    public const int AddressChangesMax = 256;

    /// <summary>Silence of a player's address before another may take its place: who is still heard has not moved.</summary>
    public const long AddressSilenceMicroseconds = 500_000;

    /// <summary>Answers of one or two bytes to strangers, a second.</summary>
    public const int StrangerAnswersPerSecondMax = 500;

    /// <summary>Messages without a connection that are heard, a second, from everybody and from one network (/24, /56).</summary>
    public const int UnconnectedPerSecondMax = 2_000;

    public const int UnconnectedPerPrefixPerSecondMax = 20;

    /// <summary>Of the ring through which other threads hand messages to a network thread, for each connection it may have: some snapshots.</summary>
    public const int HandoverBytesPerConnection = 4_096;

    /// <summary>Bounds of that ring: the largest message fits several times, and memory stays within reason.</summary>
    public const int HandoverBytesMin = 4 * 1024 * 1024;

    public const int HandoverBytesMax = 64 * 1024 * 1024;

    /// <summary>What the ring keeps free for goodbyes, so that a full one never keeps a connection alive: 16,384 without a reason.</summary>
    public const int HandoverGoodbyeBytes = 256 * 1024;

    /// <summary>Messages of other threads taken over in one round before receiving has its turn.</summary>
    public const int HandoversPerRoundMax = 16_384;

    /// <summary>Datagram buffers kept for reuse: 23 MB, what a thousand players with a few packets under way need.</summary>
    public const int BuffersKeptMax = 16_384;

    /// <summary>Datagrams read in one round before sending has its turn.</summary>
    public const int DatagramsPerRoundMax = 2_048;

    /// <summary>How long datagrams gather before they are taken in together, unless the owner says otherwise, and at most.</summary>
    public const int GatherMicroseconds = 1_000;

    public const int GatherMicrosecondsMax = 10_000;

    /// <summary>The same while for so long nobody has had a message or wanted in: a server full of idle clients answers pings by the batch.</summary>
    public const int IdleGatherMicroseconds = 8_000;

    public const int IdleAfterMicroseconds = 500_000;

    /// <summary>How long a network thread waits when nothing is due: anything that happens wakes it sooner.</summary>
    public const int WaitMicrosecondsMax = 1_000_000;

    /// <summary>Threads that share a port: three bits of a connection's number.</summary>
    public const int ShardsMax = 1 << ConnectionId.ShardBits;

    /// <summary>Connect tokens remembered until they expire, so that each is used once: at 30 seconds of life 2,000 connections a second. 4.5 MB.</summary>
    public const int TokensRememberedMax = 65_536;
}
