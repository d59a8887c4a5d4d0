using RealtimeServer.Foundation;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Standard;

/// <summary>The document and the code, held against each other: what either writes, the other reads.</summary>
public sealed class StandardTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_client_written_from_the_document_and_our_server_understand_each_other(int dialect)
    {
        var peer = new StandardPeer(dialect == 2) { ConnectionNumber = 0 };
        byte[] request = peer.ConnectRequest(638_111_111_111_111_111, "key");
        Assert.True(ConnectRequest.TryRead(request, out ConnectRequest read));
        Assert.Equal(((Dialect)dialect, 638_111_111_111_111_111), (read.Dialect, read.ConnectTime));
        Assert.True(ConnectData.TryReadString(read.Data, out string? key));
        Assert.Equal("key", key);
        byte[] accept = new byte[Packet.AcceptBytes];
        ConnectAccept.Write(accept, read.Dialect, read.ConnectTime, 2, 77);
        peer.Receive(accept);
        Assert.Equal((2, 77), (peer.ConnectionNumber, peer.PeerId));
        var end = new End();
        ConnectionHost host = ConnectionHost.Of(ConnectionSettings.Default, 638_000_000_000_000_000);
        var exchange = new Exchange(peer, end, Connection.ToClient(end, host, new Handshake(read.Dialect, read.ConnectTime, 2), 0));
        exchange.Run(dialect == 2);
        peer.Receive(exchange.GoodbyeOfOurs());
        Assert.Equal([1, 2, 3], peer.Goodbye);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_server_written_from_the_document_and_our_client_understand_each_other(int dialect)
    {
        var peer = new StandardPeer(dialect == 2);
        var end = new End();
        ConnectionHost host = ConnectionHost.Of(ConnectionSettings.Default, 638_000_000_000_000_000);
        Connection client = Connection.ToServer(end, host, (Dialect)dialect, new byte[28], ConnectData.FromString("key"), 0);
        peer.Receive(Assert.Single(end.Sent));
        end.Sent.Clear();
        peer.ConnectionNumber = 1;
        client.Receive(peer.ConnectAccept(5), 1_000);
        Assert.Equal(ConnectionState.Connected, client.State);
        var exchange = new Exchange(peer, end, client);
        exchange.Run(dialect == 2);
        client.Receive(peer.Disconnect([4, 5]), exchange.Now);
        Assert.Equal((DisconnectReason.RemoteClosed, "0405"), (end.Ended!.Value, Convert.ToHexString(end.EndData)));
        peer.Receive(end.Sent[^1]);
        Assert.Equal(1, peer.Heard["ShutdownOk"]);
    }

    private sealed class End : IConnectionEvents
    {
        public List<byte[]> Sent { get; } = [];

        public List<(int Method, int Channel, byte[] Payload)> Messages { get; } = [];

        public DisconnectReason? Ended { get; private set; }

        public byte[] EndData { get; private set; } = [];

        public void Transmit(ReadOnlySpan<byte> datagram) => Sent.Add(datagram.ToArray());

        public void Connected()
        {
            // Its state says so.
        }

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add(((int)method, channel, payload.ToArray()));

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            Ended = reason;
            EndData = data.ToArray();
        }
    }

    /// <summary>Messages of every kind both ways, over a network without fault, in virtual time.</summary>
    private sealed class Exchange(StandardPeer peer, End end, Connection ours)
    {
        private readonly DeterministicRandom _random = new(11);
        private readonly List<(int Method, int Channel, byte[] Payload)> _ofPeer = [];
        private readonly List<(int Method, int Channel, byte[] Payload)> _ofOurs = [];

        public long Now { get; private set; } = 10_000;

        public void Run(bool version2)
        {
            for (int round = 0; round < 60; round++)
            {
                PeerSends(version2, round);
                OursSends(round);
                for (int step = 0; step < 8; step++)
                {
                    Step();
                }
            }

            // Long enough for pings, and for every size of datagram to be tried.
            for (int step = 0; step < 1_200; step++)
            {
                Step();
            }

            Check("ours", _ofPeer, end.Messages);
            Check("the document's", _ofOurs, peer.Messages);
            foreach (string kind in new[] { "Channeled", "Unreliable", "Merged", "Ack", "Ping", "Pong", "MtuCheck", "MtuOk" })
            {
                Assert.True(peer.Heard.GetValueOrDefault(kind) > 0, $"ours never sent {kind}");
            }

            Assert.Equal(version2, peer.Heard.ContainsKey("ReliableMerged"));
            Assert.Equal(_ofPeer.Count(m => m is { Method: 0, Channel: 1 }), peer.Acknowledged[4].Count);
        }

        public byte[] GoodbyeOfOurs()
        {
            end.Sent.Clear();
            ours.Disconnect([1, 2, 3], Now);
            ours.Update(Now);
            return end.Sent[^1];
        }

        private static void Check(string reader, List<(int Method, int Channel, byte[] Payload)> sent, List<(int Method, int Channel, byte[] Payload)> got)
        {
            foreach (IGrouping<(int Method, int Channel), (int Method, int Channel, byte[] Payload)> channel in sent.GroupBy(m => (m.Method, m.Channel)))
            {
                string[] expected = [.. channel.Select(m => Convert.ToHexString(m.Payload))];
                string[] actual = [.. got.Where(m => (m.Method, m.Channel) == channel.Key).Select(m => Convert.ToHexString(m.Payload))];
                if (channel.Key.Method == 3)
                {
                    Assert.Equal(expected[^1], actual[^1]);
                    continue;
                }

                Assert.True(expected.SequenceEqual(actual), $"{reader} end, method {channel.Key.Method}, channel {channel.Key.Channel}: {actual.Length} of {expected.Length}");
            }
        }

        private byte[] Payload(int bytes)
        {
            byte[] payload = new byte[bytes];
            for (int i = 0; i < bytes; i++)
            {
                payload[i] = (byte)_random.Next(256);
            }

            return payload;
        }

        private void PeerSends(bool version2, int round)
        {
            byte[] a = Payload(_random.Next(1, 200));
            byte[] b = Payload(_random.Next(1, 200));
            byte[] c = Payload(_random.Next(1, 200));
            byte[] large = Payload(_random.Next(1_000, 5_000));
            _ofPeer.AddRange([(4, 0, a), (0, 1, a), (1, 2, b), (3, 3, c), (2, 0, c)]);
            Deliver(peer.Merged(peer.Unreliable(a), peer.Channeled(0, 1, a), peer.Channeled(1, 2, b), peer.Channeled(3, 3, c), peer.Channeled(2, 0, c)));
            if (version2)
            {
                _ofPeer.AddRange([(2, 5, a), (2, 5, b)]);
                Deliver(peer.ReliableMerged(2, 5, a, b));
                _ofPeer.AddRange([(2, 5, []), (2, 5, []), (2, 5, c), (2, 5, [])]);
                Deliver(peer.ReliableMerged(2, 5, payloads: [[]]));
                Deliver(peer.ReliableMerged(2, 5, [], c, []));
            }

            _ofPeer.Add((2, 6, large));
            peer.Fragments(2, 6, large, 700).ForEach(Deliver);
            if (round % 20 == 0)
            {
                Deliver(peer.Ping((round / 20) + 2));
                Deliver(peer.MtuCheck(1_024 + round));
            }
        }

        private void OursSends(int round)
        {
            Send(DeliveryMethod.Unreliable, 0, Payload(_random.Next(1, 300)));
            Send(DeliveryMethod.Sequenced, 1, Payload(_random.Next(1, 300)));
            Send(DeliveryMethod.ReliableSequenced, 2, Payload(_random.Next(1, 300)));
            for (int i = 0; i < 3; i++)
            {
                Send(DeliveryMethod.ReliableOrdered, 3, Payload(_random.Next(1, 100)));
                Send(DeliveryMethod.ReliableUnordered, 4, Payload(_random.Next(1, 100)));
            }

            if (round % 10 == 0)
            {
                Send(DeliveryMethod.ReliableOrdered, 3, Payload(4_000));
                Send(DeliveryMethod.ReliableOrdered, 3, []);
            }
        }

        private void Send(DeliveryMethod method, byte channel, byte[] payload)
        {
            Assert.Equal(SendOutcome.Sent, ours.Send(method, channel, payload));
            _ofOurs.Add(((int)method, channel, payload));
        }

        private void Deliver(byte[] datagram) => ours.Receive(datagram, Now);

        private void Step()
        {
            Now += 5_000;
            ours.Update(Now);
            byte[][] sent = [.. end.Sent];
            end.Sent.Clear();
            foreach (byte[] datagram in sent)
            {
                peer.Receive(datagram);
            }

            foreach (byte[] answer in peer.TakeOut())
            {
                Deliver(answer);
            }
        }
    }
}
