using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RealtimeServer.Transport.Layers;

/// <summary>One direction of the sealed mode a second time, written from its document alone: slow, plain, and knowing nothing of the other.</summary>
internal sealed class StandardSeal(int cipher, uint session, byte[] tokenKey, long connectTime)
{
    private ulong _counter;

    public byte[] Seal(byte[] datagram) => Seal(datagram, ++_counter);

    public byte[] Seal(byte[] datagram, ulong counter)
    {
        byte[] cipherText = new byte[datagram.Length - 1];
        byte[] tag = new byte[16];
        byte[] associated = [datagram[0], .. Session()];
        if (cipher == 1)
        {
            using var aes = new AesGcm(Key(counter), 16);
            aes.Encrypt(Nonce(counter), datagram.AsSpan(1), cipherText, tag, associated);
        }
        else
        {
            using var chaCha = new ChaCha20Poly1305(Key(counter));
            chaCha.Encrypt(Nonce(counter), datagram.AsSpan(1), cipherText, tag, associated);
        }

        byte[] count = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(count, counter);
        return [datagram[0], .. cipherText, .. Session(), .. count, .. tag];
    }

    public byte[] Open(byte[] sealedDatagram)
    {
        int end = sealedDatagram.Length - 28;
        Assert.Equal(Session(), sealedDatagram[end..(end + 4)]);
        ulong counter = BinaryPrimitives.ReadUInt64LittleEndian(sealedDatagram.AsSpan(end + 4));
        byte[] plain = new byte[end];
        plain[0] = sealedDatagram[0];
        byte[] associated = [sealedDatagram[0], .. Session()];
        if (cipher == 1)
        {
            using var aes = new AesGcm(Key(counter), 16);
            aes.Decrypt(Nonce(counter), sealedDatagram.AsSpan(1, end - 1), sealedDatagram.AsSpan(end + 12), plain.AsSpan(1), associated);
        }
        else
        {
            using var chaCha = new ChaCha20Poly1305(Key(counter));
            chaCha.Decrypt(Nonce(counter), sealedDatagram.AsSpan(1, end - 1), sealedDatagram.AsSpan(end + 12), plain.AsSpan(1), associated);
        }

        return plain;
    }

    private static byte[] Nonce(ulong counter)
    {
        byte[] nonce = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(4), counter);
        return nonce;
    }

    private byte[] Key(ulong counter)
    {
        byte[] time = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(time, connectTime);
        byte[] key = HMACSHA256.HashData(tokenKey, time);
        for (ulong epoch = 0; epoch < counter / 65_536; epoch++)
        {
            key = HMACSHA256.HashData(key, "rekey"u8.ToArray());
        }

        return key;
    }

    private byte[] Session()
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, session);
        return bytes;
    }
}
