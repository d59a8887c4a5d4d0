using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>A port served by several threads, where the system can share one.</summary>
public sealed class ShardTests
{
    [Fact]
    public void Clients_of_all_shards_are_served_and_counted()
    {
        var door = new EchoDoor();
        using var server = new UdpServer(new UdpServerOptions { Shards = 2, ConnectionsMax = 100 }, door, TimeProvider.System);
        door.Server = server;
        server.Start();
        const int Count = 40;
        var clients = new List<(UdpClient Client, Heard Heard)>();
        for (int i = 0; i < Count; i++)
        {
            var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
            client.Connect(server.EndPoint, []);
            clients.Add((client, new Heard()));
        }

        Await(() => Poll(clients) && clients.TrueForAll(c => c.Heard.IsConnected));
        for (byte i = 0; i < Count; i++)
        {
            Assert.Equal(SendOutcome.Sent, clients[i].Client.Send(DeliveryMethod.ReliableOrdered, 0, [i, 1]));
        }

        Await(() => Poll(clients) && clients.TrueForAll(c => c.Heard.Messages.Count == 1));
        Assert.Equal(Enumerable.Range(0, Count), clients.Select(c => (int)c.Heard.Messages[0][0]));
        Assert.Equal(Count, server.Statistics.Connections);
        Assert.Equal(Count, door.Ids.Distinct().Count());
        Assert.Equal(DatagramSocket.HasBatches ? 2 : 1, door.Ids.Select(id => id.Shard).Distinct().Count());
        server.Disconnect(door.Ids.First(), [1]);
        Await(() => Poll(clients) && clients.Count(c => c.Heard.HasEnded) == 1);
        clients.ForEach(c => c.Client.Dispose());
    }

    [Fact]
    public void A_client_whose_address_changes_goes_on_whichever_shard_it_arrives_at()
    {
        var door = new EchoDoor();
        using var server = new UdpServer(new UdpServerOptions { Shards = 2 }, door, TimeProvider.System);
        door.Server = server;
        server.Start();
        using var relay = new Relay(server.EndPoint);
        using var client = new UdpClient(new UdpClientOptions(), TimeProvider.System);
        var heard = new Heard();
        client.Connect(relay.EndPoint, []);
        Await(() => Poll([(client, heard)]) && relay.Pump() && heard.IsConnected);
        for (byte move = 1; move <= 6; move++)
        {
            relay.Rebind();
            Assert.Equal(SendOutcome.Sent, client.Send(DeliveryMethod.ReliableOrdered, 0, [move]));
            Await(() => Poll([(client, heard)]) && relay.Pump() && heard.Messages.Count == move);
            Assert.Equal(move, server.Statistics.AddressChanges);
        }

        Assert.Single(door.Ids);
        Assert.False(heard.HasEnded);
    }

    private static bool Poll(List<(UdpClient Client, Heard Heard)> clients)
    {
        foreach ((UdpClient client, Heard heard) in clients)
        {
            client.Poll(heard);
        }

        return true;
    }

    private static void Await(Func<bool> done)
    {
        var clock = Stopwatch.StartNew();
        while (!done())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "what was waited for did not come in 20 s");
            Thread.Yield();
        }
    }

    /// <summary>A router between a client and a server that can forget the client's port and give it another.</summary>
    private sealed class Relay(IPEndPoint server) : IDisposable
    {
        private readonly Socket _inside = Bind();
        private readonly byte[] _buffer = new byte[2048];
        private Socket _outside = Bind();
        private EndPoint? _client;

        public IPEndPoint EndPoint => (IPEndPoint)_inside.LocalEndPoint!;

        public void Rebind()
        {
            _outside.Dispose();
            _outside = Bind();
        }

        public bool Pump()
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            while (_inside.Poll(0, SelectMode.SelectRead))
            {
                int length = _inside.ReceiveFrom(_buffer, ref from);
                _client = from;
                _outside.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, server);
            }

            while (_client is not null && _outside.Poll(0, SelectMode.SelectRead))
            {
                int length = _outside.ReceiveFrom(_buffer, ref from);
                _inside.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, _client);
            }

            return true;
        }

        public void Dispose()
        {
            _inside.Dispose();
            _outside.Dispose();
        }

        private static Socket Bind()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return socket;
        }
    }

    private sealed class Heard : IClientEvents
    {
        public bool IsConnected { get; private set; }

        public bool HasEnded { get; private set; }

        public List<byte[]> Messages { get; } = [];

        public void Connected() => IsConnected = true;

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Messages.Add(payload.ToArray());

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => HasEnded = true;
    }

    private sealed class EchoDoor : IServerEvents
    {
        public UdpServer? Server { get; set; }

        public ConcurrentQueue<ConnectionId> Ids { get; } = new();

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(this);

        public void Connected(ConnectionId id, object state) => Ids.Enqueue(id);

        public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) =>
            Server!.Send(id, method, channel, payload);

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            // Told to the client already.
        }
    }
}
