using RealtimeServer.Foundation;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

public sealed class FuzzTests
{
    private const int Count = 1_000_000;

    [Fact]
    public void A_connected_client_survives_a_million_hostile_datagrams()
    {
        var random = new DeterministicRandom(7);
        byte[][] seeds = Seeds();
        byte[] buffer = new byte[Limits.ReceiveBytesMax + 700];
        var wire = TestWire.Connected(Dialect.V2, NetworkConditions.Perfect);
        int lives = 1;
        for (int i = 0; i < Count; i++)
        {
            int length = Fill(buffer, seeds, ref random);
            if (length > 0 && random.NextBool(0.8f))
            {
                // Past the first gate, so that the rest is reached.
                buffer[0] = (byte)((buffer[0] & 0x9F) | (3 << 5));
            }

            wire.Client.Receive(buffer.AsSpan(0, length), wire.Now);
            if (i % 64 == 0)
            {
                wire.Client.Update(wire.Now);
            }

            if (wire.Client.State != ConnectionState.Connected || wire.ClientEnd.Messages.Count > 10_000)
            {
                Assert.True(wire.ClientEnd.Endings <= 1);
                wire = TestWire.Connected(Dialect.V2, NetworkConditions.Perfect, (ulong)i);
                lives++;
            }
        }

        Assert.True(lives > 1);
    }

    private static int Fill(byte[] buffer, byte[][] seeds, ref DeterministicRandom random)
    {
        if (random.NextBool(0.4f))
        {
            int noise = random.NextBool(0.9f) ? random.Next(64) : random.Next(buffer.Length + 1);
            for (int i = 0; i < noise; i++)
            {
                buffer[i] = (byte)random.NextUInt();
            }

            return noise;
        }

        byte[] seed = seeds[random.Next(seeds.Length)];
        seed.CopyTo(buffer, 0);
        int length = random.NextBool(0.2f) ? random.Next(seed.Length + 1) : seed.Length;
        for (int bends = random.Next(4); bends > 0 && length > 0; bends--)
        {
            buffer[random.Next(Math.Min(length, 14))] = (byte)(random.NextBool(0.5f) ? random.Next(8) : (int)(random.NextUInt() & 0xFF));
        }

        return length;
    }

    private static byte[][] Seeds()
    {
        byte[] check = new byte[1_200];
        check[0] = 10;
        BitConverter.TryWriteBytes(check.AsSpan(1), check.Length);
        BitConverter.TryWriteBytes(check.AsSpan(check.Length - 4), check.Length);
        string[] packets =
        [
            "0041", "0100000241", "0200000201004102004142", "030000020100000000000000FF00", "040200", "0502000000000000000000",
            "8100000201000000020041", "8101000201000100020042", "8100000001000000FFFF41", "0D0200004103000402000500010100024142", "0E", "0F", "0F01", "10",
            "0100000141", "0101000341", "0301000300", "0C0200004103000302000500010100024142", "08" + "0100000000000000", "07" + "0100000000000000" + "000000000000",
        ];
        return
        [
            .. packets.Select(Convert.FromHexString), check, TestServer.Request(Dialect.V1, 1, "key"),
            TestServer.Request(Dialect.V2, 1, "key"), TestServer.Request(Dialect.V2, 2, "no"),
        ];
    }
}
