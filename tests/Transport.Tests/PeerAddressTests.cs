using System.Net;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

public sealed class PeerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", 7350)]
    [InlineData("255.255.255.255", 65535)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("::1", 7350)]
    [InlineData("2001:db8::ff00:42:8329", 1)]
    [InlineData("fe80::1%3", 9)]
    public void An_end_point_survives_the_way_there_and_back(string address, int port)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        PeerAddress peer = PeerAddress.Of(endPoint);
        Assert.Equal(endPoint, peer.ToEndPoint());
        Assert.Equal(port, peer.Port);
        Assert.Equal(endPoint.Address.GetAddressBytes(), peer.Host.ToArray());
        var copy = new SocketAddress(endPoint.AddressFamily);
        peer.CopyTo(copy);
        Assert.Equal(endPoint, endPoint.Create(copy));
    }

    [Fact]
    public void Addresses_are_equal_by_content_and_differ_by_port_host_and_family()
    {
        PeerAddress one = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 1));
        Assert.Equal(one, PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 1)));
        Assert.Equal(one.GetHashCode(), PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 1)).GetHashCode());
        Assert.NotEqual(one, PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 2)));
        Assert.NotEqual(one, PeerAddress.Of(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 1)));
        Assert.NotEqual(one, PeerAddress.Of(new IPEndPoint(IPAddress.IPv6Loopback, 1)));
        Assert.NotEqual(one, default);
    }

    [Fact]
    public void Padding_and_flow_labels_do_not_make_a_new_peer()
    {
        byte[] four = PeerAddress.Of(new IPEndPoint(IPAddress.Loopback, 1)).Bytes.ToArray();
        byte[] padded = [.. four];
        padded[12] = 7;
        Assert.True(PeerAddress.TryRead(padded, out PeerAddress read));
        Assert.Equal(four, read.Bytes.ToArray());
        byte[] six = PeerAddress.Of(new IPEndPoint(IPAddress.IPv6Loopback, 1)).Bytes.ToArray();
        byte[] labelled = [.. six];
        labelled[5] = 7;
        Assert.True(PeerAddress.TryRead(labelled, out read));
        Assert.Equal(six, read.Bytes.ToArray());
        Assert.False(PeerAddress.TryRead(new byte[15], out _));
    }

    [Fact]
    public void Hashes_of_neighbouring_addresses_spread()
    {
        var buckets = new int[1024];
        for (int host = 0; host < 64; host++)
        {
            for (int port = 0; port < 1024; port++)
            {
                buckets[PeerAddress.Of(new IPEndPoint(new IPAddress([10, 0, 0, (byte)host]), 1024 + port)).GetHashCode() & 1023]++;
            }
        }

        // 64 are expected in each; 64 +- 8 is one deviation.
        Assert.InRange(buckets.Max(), 64, 128);
    }
}
