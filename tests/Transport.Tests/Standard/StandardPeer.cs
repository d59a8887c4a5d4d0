using System.Text;

namespace RealtimeServer.Transport.Standard;

/// <summary>
/// The wire a second time, written from <c>Wire/STANDARD.md</c> alone: one end that reads whatever comes, checks every byte against the
/// document, and writes with its own hand. Slow and plain; it never repeats anything, so it is for networks that lose nothing.
/// </summary>
internal sealed class StandardPeer(bool version2)
{
    private static readonly string[] Kinds =
    [
        "Unreliable", "Channeled", "ReliableMerged", "Ack", "Ping", "Pong", "ConnectRequest", "ConnectAccept", "Disconnect", "UnconnectedMessage",
        "MtuCheck", "MtuOk", "Broadcast", "Merged", "ShutdownOk", "PeerNotFound", "InvalidProtocol", "NatMessage", "Empty",
    ];

    private static readonly int[] BytesAtLeast = [1, 4, 4, 4, 3, 11, 18, 15, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    private readonly Dictionary<int, ReliableIn> _reliable = [];
    private readonly Dictionary<int, int> _lastSequenced = [];
    private readonly Dictionary<int, SortedDictionary<int, byte[]>> _fragments = [];
    private readonly Dictionary<int, int> _nextOut = [];
    private readonly List<byte[]> _out = [];
    private int _messageNumber;

    public List<(int Method, int Channel, byte[] Payload)> Messages { get; } = [];

    /// <summary>How often each kind has come.</summary>
    public Dictionary<string, int> Heard { get; } = [];

    public int ConnectionNumber { get; set; }

    public long ConnectTime { get; set; }

    public int PeerId { get; private set; } = -1;

    public byte[]? Goodbye { get; private set; }

    /// <summary>Sequences of reliable packets that acks have told of, by channel id.</summary>
    public Dictionary<int, HashSet<int>> Acknowledged { get; } = [];

    /// <summary>Datagrams to send, taken.</summary>
    public List<byte[]> TakeOut()
    {
        List<byte[]> taken = [.. _out];
        _out.Clear();
        return taken;
    }

    public byte[] ConnectRequest(long connectTime, string key)
    {
        ConnectTime = connectTime;
        byte[] address = Convert.FromHexString("020026CD7F0000010000000000000000");
        return [Byte0("ConnectRequest", 0), .. I32(13), .. I64(connectTime), .. I32(0), (byte)address.Length, .. address, .. Text(key)];
    }

    public byte[] ConnectAccept(int peerId) => [Byte0("ConnectAccept", 0), .. I64(ConnectTime), (byte)ConnectionNumber, 0, .. I32(peerId)];

    public byte[] Ping(int number) => [Byte0("Ping"), .. U16(number)];

    public byte[] MtuCheck(int bytes) => [Byte0("MtuCheck"), .. I32(bytes), .. new byte[bytes - 9], .. I32(bytes)];

    public byte[] Disconnect(byte[] data) => [Byte0("Disconnect"), .. I64(ConnectTime), .. data];

    public byte[] Unreliable(byte[] payload) => [Byte0("Unreliable"), .. payload];

    public byte[] Channeled(int method, int channel, byte[] payload)
    {
        int id = (channel * 4) + method;
        return [Byte0("Channeled"), .. U16(NextSequence(id)), (byte)id, .. payload];
    }

    public byte[] ReliableMerged(int method, int channel, params byte[][] payloads)
    {
        int id = (channel * 4) + method;
        return [Byte0("ReliableMerged"), .. U16(NextSequence(id)), (byte)id, .. payloads.SelectMany(payload => (byte[])[.. U16(payload.Length), .. payload])];
    }

    public List<byte[]> Fragments(int method, int channel, byte[] message, int size)
    {
        int id = (channel * 4) + method;
        int total = (message.Length + size - 1) / size;
        _messageNumber++;
        return
        [
            .. Enumerable.Range(0, total).Select(part => (byte[])
            [
                (byte)(Byte0("Channeled") | 0x80), .. U16(NextSequence(id)), (byte)id, .. U16(_messageNumber), .. U16(part), .. U16(total),
                .. message[(part * size)..Math.Min(message.Length, (part + 1) * size)],
            ]),
        ];
    }

    public byte[] Merged(params byte[][] packets) => [Byte0("Merged"), .. packets.SelectMany(packet => (byte[])[.. U16(packet.Length), .. packet])];

    /// <summary>Reads a datagram, as strictly as a sender must keep to the document; what there is to answer waits in <see cref="TakeOut"/>.</summary>
    public void Receive(byte[] datagram)
    {
        Assert.InRange(datagram.Length, 1, 1432);
        if (KindOf(datagram) != "Merged")
        {
            ReceivePacket(datagram);
            return;
        }

        Count("Merged");
        Assert.Equal(ConnectionNumber, (datagram[0] >> 5) & 3);
        int at = 1;
        int entries = 0;
        while (at < datagram.Length)
        {
            int length = ReadU16(datagram, at);
            Assert.InRange(length, 1, datagram.Length - at - 2);
            byte[] packet = datagram[(at + 2)..(at + 2 + length)];
            Assert.NotEqual("Merged", KindOf(packet));
            ReceivePacket(packet);
            at += 2 + length;
            entries++;
        }

        Assert.InRange(entries, 2, int.MaxValue);
    }

    private static int Distance(int a, int b) => ((a - b + 49152) % 32768) - 16384;

    private void ReceivePacket(byte[] packet)
    {
        string kind = KindOf(packet);
        bool isFragment = (packet[0] & 0x80) != 0;
        Assert.True(packet.Length >= BytesAtLeast[Array.IndexOf(Kinds, kind)] + (isFragment ? 6 : 0), kind);
        Assert.True(!isFragment || kind == "Channeled");
        Count(kind);
        if (kind is not ("ConnectAccept" or "ConnectRequest"))
        {
            Assert.Equal(ConnectionNumber, (packet[0] >> 5) & 3);
        }

        switch (kind)
        {
            case "ConnectAccept":
                Assert.Equal(15, packet.Length);
                Assert.Equal(ConnectTime, ReadI64(packet, 1));
                Assert.InRange(packet[9], 0, 3);
                Assert.Equal(0, packet[10]);
                ConnectionNumber = packet[9];
                PeerId = ReadI32(packet, 11);
                Assert.True(PeerId >= 0);
                break;
            case "ConnectRequest":
                Assert.Equal(13, ReadI32(packet, 1));
                ConnectTime = ReadI64(packet, 5);
                Assert.True(packet[17] is 16 or 28);
                break;
            case "Unreliable":
                Messages.Add((4, 0, packet[1..]));
                break;
            case "Channeled" or "ReliableMerged":
                ReceiveOnChannel(packet, kind, isFragment);
                break;
            case "Ack":
                ReceiveAck(packet);
                break;
            case "Ping":
                Assert.Equal(3, packet.Length);
                Assert.InRange(ReadU16(packet, 1), 1, 32767);
                _out.Add([Byte0("Pong"), packet[1], packet[2], .. I64(638_000_000_000_000_000)]);
                break;
            case "Pong":
                Assert.Equal(11, packet.Length);
                break;
            case "MtuCheck" or "MtuOk":
                Assert.InRange(packet.Length, 1024, 1432);
                Assert.Equal(packet.Length, ReadI32(packet, 1));
                Assert.Equal(packet.Length, ReadI32(packet, packet.Length - 4));
                if (kind == "MtuCheck")
                {
                    _out.Add([Byte0("MtuOk"), .. packet[1..]]);
                }

                break;
            case "Disconnect":
                Assert.Equal(ConnectTime, ReadI64(packet, 1));
                Goodbye = packet[9..];
                _out.Add([Byte0("ShutdownOk")]);
                break;
            case "ShutdownOk":
                Assert.Single(packet);
                break;
            default:
                Assert.Fail($"nothing of kind {kind} is ever sent on a connection");
                break;
        }
    }

    private void ReceiveOnChannel(byte[] packet, string kind, bool isFragment)
    {
        int sequence = ReadU16(packet, 1);
        int id = packet[3];
        int method = id % 4;
        Assert.InRange(sequence, 0, 32767);
        if (method is 1 or 3)
        {
            Assert.False(isFragment || kind == "ReliableMerged");
            if (Distance(sequence, _lastSequenced.GetValueOrDefault(id)) > 0)
            {
                _lastSequenced[id] = sequence;
                Messages.Add((method, id / 4, packet[4..]));
            }

            if (method == 3)
            {
                _out.Add([Byte0("Ack"), .. U16(_lastSequenced[id]), (byte)id]);
            }

            return;
        }

        if (!_reliable.TryGetValue(id, out ReliableIn? channel))
        {
            _reliable[id] = channel = new ReliableIn();
        }

        foreach (byte[] whole in channel.Take(sequence, packet, method == 2))
        {
            Deliver(whole, method, id / 4);
        }

        byte[] bits = new byte[8];
        foreach (int got in channel.Window())
        {
            bits[got % 64 / 8] |= (byte)(1 << (got % 8));
        }

        _out.Add([Byte0("Ack"), .. U16(channel.Start), (byte)id, .. bits, 0]);
    }

    private void Deliver(byte[] packet, int method, int channel)
    {
        if (KindOf(packet) == "ReliableMerged")
        {
            int entries = 0;
            for (int at = 4; at < packet.Length; entries++)
            {
                int length = ReadU16(packet, at);
                Assert.InRange(length, 1, packet.Length - at - 2);
                Messages.Add((method, channel, packet[(at + 2)..(at + 2 + length)]));
                at += 2 + length;
            }

            Assert.InRange(entries, 2, int.MaxValue);
        }
        else if ((packet[0] & 0x80) == 0)
        {
            Messages.Add((method, channel, packet[4..]));
        }
        else
        {
            int message = ReadU16(packet, 4);
            int part = ReadU16(packet, 6);
            int total = ReadU16(packet, 8);
            Assert.InRange(part, 0, total - 1);
            Assert.True(packet.Length > 10);
            if (!_fragments.TryGetValue(message, out SortedDictionary<int, byte[]>? parts))
            {
                _fragments[message] = parts = [];
            }

            parts.Add(part, packet[10..]);
            if (parts.Count == total)
            {
                Messages.Add((method, channel, [.. parts.Values.SelectMany(data => data)]));
                _fragments.Remove(message);
            }
        }
    }

    private void ReceiveAck(byte[] packet)
    {
        int id = packet[3];
        int start = ReadU16(packet, 1);
        Assert.InRange(start, 0, 32767);
        if (id % 4 is 1 or 3)
        {
            Assert.Equal(4, packet.Length);
            Told(id).Add(start);
            return;
        }

        Assert.Equal(13, packet.Length);
        Assert.Equal(0, packet[12]);
        for (int sequence = 0; sequence < _nextOut.GetValueOrDefault(id); sequence++)
        {
            bool isSet = (packet[4 + (sequence % 64 / 8)] & (1 << (sequence % 8))) != 0;
            if (Distance(sequence, start) is >= 0 and < 64 && isSet)
            {
                Told(id).Add(sequence);
            }
        }
    }

    private HashSet<int> Told(int id)
    {
        if (!Acknowledged.TryGetValue(id, out HashSet<int>? told))
        {
            Acknowledged[id] = told = [];
        }

        return told;
    }

    private int NextSequence(int id)
    {
        int first = id % 4 is 1 or 3 ? 1 : 0;
        int sequence = _nextOut.TryGetValue(id, out int next) ? next : first;
        _nextOut[id] = (sequence + 1) % 32768;
        return sequence;
    }

    private string KindOf(byte[] packet)
    {
        int number = packet[0] & 0x1F;
        int index = version2 || number < 2 ? number : number + 1;
        Assert.InRange(index, 0, Kinds.Length - 1);
        return Kinds[index];
    }

    private byte Byte0(string kind, int? connectionNumber = null)
    {
        int index = Array.IndexOf(Kinds, kind);
        return (byte)((version2 || index < 2 ? index : index - 1) | ((connectionNumber ?? ConnectionNumber) << 5));
    }

    private void Count(string kind) => Heard[kind] = Heard.GetValueOrDefault(kind) + 1;

    private static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] I32(int value) => [.. U16(value), .. U16(value >> 16)];

    private static byte[] I64(long value) => [.. I32((int)value), .. I32((int)(value >> 32))];

    private static byte[] Text(string text) => [.. U16(Encoding.UTF8.GetByteCount(text) + 1), .. Encoding.UTF8.GetBytes(text)];

    private static int ReadU16(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8);

    private static int ReadI32(byte[] bytes, int at) => ReadU16(bytes, at) | (ReadU16(bytes, at + 2) << 16);

    private static long ReadI64(byte[] bytes, int at) => (uint)ReadI32(bytes, at) | ((long)ReadI32(bytes, at + 4) << 32);

    /// <summary>The receiving half of a channel of method 0 or 2.</summary>
    private sealed class ReliableIn
    {
        private readonly HashSet<int> _seen = [];
        private readonly Dictionary<int, byte[]> _early = [];
        private int _next;

        public int Start { get; private set; }

        public IEnumerable<int> Window() => _seen.Where(sequence => Distance(sequence, Start) is >= 0 and < 64);

        public List<byte[]> Take(int sequence, byte[] packet, bool isOrdered)
        {
            // Nothing gets lost here: a sender that keeps to its window is never outside of this one.
            Assert.InRange(Distance(sequence, Start), 0, 127);
            Assert.InRange(Distance(sequence, _next), -64, 63);
            while (Distance(sequence, Start) >= 64)
            {
                _seen.Remove(Start);
                Start = (Start + 1) % 32768;
            }

            if (!_seen.Add(sequence))
            {
                return [];
            }

            _early[sequence] = packet;
            List<byte[]> ready = isOrdered ? [] : [packet];
            while (_early.Remove(_next, out byte[]? early))
            {
                if (isOrdered)
                {
                    ready.Add(early);
                }

                _next = (_next + 1) % 32768;
            }

            return ready;
        }
    }
}
