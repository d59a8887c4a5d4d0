using System.Net;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Peers;

public sealed class PrefixBucketsTests
{
    private readonly PrefixBuckets _buckets = new(new Secret(new byte[Secret.KeyBytes]), 10, 20);

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.200", true)]
    [InlineData("10.1.2.3", "10.1.3.3", false)]
    [InlineData("10.1.2.3", "::ffff:10.1.2.9", true)]
    [InlineData("2001:db8:0:1100::1", "2001:db8:0:11ff:ffff::1", true)]
    [InlineData("2001:db8:0:1100::1", "2001:db8:0:1200::1", false)]
    public void A_network_is_24_bits_of_version_4_and_56_of_version_6(string first, string second, bool same) =>
        Assert.Equal(same, Bucket(first) == Bucket(second));

    [Fact]
    public void A_bucket_gives_so_many_at_once_and_so_many_a_second()
    {
        int bucket = Bucket("10.1.2.3");
        Assert.Equal(20, Take(bucket, 0));
        Assert.Equal(5, Take(bucket, 500_000));
        Assert.Equal(20, Take(bucket, 60_000_000));
        Assert.True(_buckets.HasRoom(Bucket("10.9.9.9"), 60_000_000));
    }

    [Fact]
    public void Networks_fall_into_other_buckets_on_another_server()
    {
        var other = new PrefixBuckets(new Secret([.. Enumerable.Repeat((byte)1, Secret.KeyBytes)]), 10, 20);
        int same = Enumerable.Range(0, 200).Count(i => Bucket($"10.0.{i}.1") == other.BucketOf(Address($"10.0.{i}.1")));
        Assert.True(same < 5);
        Assert.True(Enumerable.Range(0, 200).Select(i => Bucket($"10.0.{i}.1")).Distinct().Count() > 190);
    }

    private static PeerAddress Address(string host) => PeerAddress.Of(new IPEndPoint(IPAddress.Parse(host), 5));

    private int Bucket(string host) => _buckets.BucketOf(Address(host));

    private int Take(int bucket, long now)
    {
        int taken = 0;
        while (_buckets.TryTake(bucket, now))
        {
            taken++;
        }

        return taken;
    }
}
