using System.Globalization;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>What the original library once sent to this transport, heard again: see <c>Golden/README.md</c>.</summary>
public sealed class GoldenExchangeTests
{
    [Theory]
    [InlineData("client-1.3.5", 1)]
    [InlineData("client-1.3.5-crc32c", 1)]
    [InlineData("client-2.1.3", 2)]
    [InlineData("client-2.1.3-crc32c", 2)]
    public void Everything_a_recorded_client_sent_is_delivered_once(string name, int dialect)
    {
        var recorded = new Exchange(name);
        Assert.True(ConnectRequest.TryRead(recorded.Datagrams.First(datagram => datagram.FromClient).Bytes, out ConnectRequest request));
        Assert.Equal((Dialect)dialect, request.Dialect);
        Assert.Equal(Packet.ProtocolId, request.Protocol);
        Assert.True(ConnectData.TryReadString(request.Data, out string? key));
        Assert.Equal("key", key);
        byte[] accept = recorded.Datagrams.First(datagram => !datagram.FromClient).Bytes;
        Assert.Equal(PacketKind.ConnectAccept, Packet.Kind(request.Dialect, accept[0]));
        var end = new RecordingEnd();
        ConnectionHost host = ConnectionHost.Of(ConnectionSettings.Default, 638_000_000_000_000_000);
        Connection server = Connection.ToClient(end, host, new Handshake(request.Dialect, request.ConnectTime, accept[9]), 0);
        Replay(server, recorded, fromClient: true, skip: PacketKind.ConnectRequest, request.Dialect);
        Check(recorded, end, "bye");
    }

    [Theory]
    [InlineData("server-1.3.5", 1)]
    [InlineData("server-2.1.3", 2)]
    public void Everything_a_recorded_server_sent_is_delivered_once(string name, int dialect)
    {
        var recorded = new Exchange(name);
        Assert.True(ConnectRequest.TryRead(recorded.Datagrams.First(datagram => datagram.FromClient).Bytes, out ConnectRequest request));
        var end = new RecordingEnd();

        // A clock that reads, at time 0, what the recorded request carries: the recorded accept then answers this one.
        ConnectionHost host = ConnectionHost.Of(ConnectionSettings.Default, request.ConnectTime);
        Connection client = Connection.ToServer(end, host, (Dialect)dialect, new byte[16], ConnectData.FromString("key"), 0);
        Replay(client, recorded, fromClient: false, skip: null, (Dialect)dialect);
        Assert.True(end.HeardConnected);
        Check(recorded, end, "bye");
    }

    private static void Replay(Connection connection, Exchange recorded, bool fromClient, PacketKind? skip, Dialect dialect)
    {
        long start = recorded.Datagrams[0].At;
        foreach ((long at, bool isClient, byte[] bytes) in recorded.Datagrams)
        {
            if (isClient == fromClient && (skip is null || Packet.Kind(dialect, bytes[0]) != skip))
            {
                connection.Receive(bytes, at - start);
                connection.Update(at - start);
            }
        }
    }

    private static void Check(Exchange recorded, RecordingEnd end, string goodbye)
    {
        foreach (DeliveryMethod method in Enum.GetValues<DeliveryMethod>())
        {
            foreach (int channel in new[] { 0, 3 })
            {
                string[] sent = [.. recorded.Messages.Where(message => message.Method == method && message.Channel == channel).Select(message => message.Hex)];
                string[] got = [.. end.Messages.Where(m => m.Method == method && m.Channel == channel).Select(m => Convert.ToHexString(m.Payload).ToLowerInvariant())];
                if (method == DeliveryMethod.ReliableUnordered)
                {
                    Assert.Equal(sent.Order(), got.Order());
                }
                else if (method == DeliveryMethod.ReliableSequenced)
                {
                    // Replaced by a newer one before it left, an older message never comes.
                    Assert.Equal(sent.LastOrDefault(), got.LastOrDefault());
                    Assert.Equal(got, sent.Where(got.Contains));
                }
                else
                {
                    Assert.Equal(sent, got);
                }
            }
        }

        Assert.Equal(DisconnectReason.RemoteClosed, end.Ended);
        Assert.Equal(goodbye, System.Text.Encoding.UTF8.GetString(end.EndData));
    }

    private sealed class RecordingEnd : IConnectionEvents
    {
        public List<(byte[] Payload, DeliveryMethod Method, byte Channel)> Messages { get; } = [];

        public bool HeardConnected { get; private set; }

        public DisconnectReason? Ended { get; private set; }

        public byte[] EndData { get; private set; } = [];

        public void Transmit(ReadOnlySpan<byte> datagram)
        {
            // The recorded side answered what was sent then.
        }

        public void Connected() => HeardConnected = true;

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add((payload.ToArray(), method, channel));

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            Ended = reason;
            EndData = data.ToArray();
        }
    }

    /// <summary>A recorded exchange; checksums are taken off, and must be right.</summary>
    private sealed class Exchange
    {
        public Exchange(string name)
        {
            using var layer = name.EndsWith("crc32c", StringComparison.Ordinal) ? new Crc32cLayer() : null;
            foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".txt")))
            {
                string[] words = line.Split(' ');
                if (words[0] == ">")
                {
                    Messages.Add(((DeliveryMethod)int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture), words[3]));
                    continue;
                }

                byte[] bytes = Read(words[2]);
                if (layer is not null)
                {
                    byte[] opened = new byte[bytes.Length];
                    Assert.True(layer.TryOpen(bytes, opened, out int length));
                    bytes = opened[..length];
                }

                Datagrams.Add((long.Parse(words[0], CultureInfo.InvariantCulture), words[1] == "c", bytes));
            }
        }

        public List<(DeliveryMethod Method, int Channel, string Hex)> Messages { get; } = [];

        public List<(long At, bool FromClient, byte[] Bytes)> Datagrams { get; } = [];

        private static byte[] Read(string text)
        {
            var bytes = new List<byte>();
            for (int at = 0; at < text.Length;)
            {
                if (text[at] != '(')
                {
                    bytes.Add(byte.Parse(text.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at += 2;
                    continue;
                }

                int end = text.IndexOf(')', at);
                bytes.AddRange(new byte[int.Parse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture)]);
                at = end + 1;
            }

            return [.. bytes];
        }
    }
}
