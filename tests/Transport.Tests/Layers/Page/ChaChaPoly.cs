using System;
using System.Security.Cryptography;

// ChaCha20-Poly1305 (RFC 8439) without dependencies, for runtimes that have no ChaCha20Poly1305 class, as Unity's.
public static class ChaChaPoly
{
    public const int TagBytes = 16;

    // Encrypts data[start, start + length) in place and writes the tag to data[tag, tag + 16).
    public static void Seal(byte[] key, byte[] nonce, byte[] associated, byte[] data, int start, int length, int tag)
    {
        Crypt(key, nonce, data, start, length);
        Buffer.BlockCopy(Tag(key, nonce, associated, data, start, length), 0, data, tag, TagBytes);
    }

    // Decrypts in place; false, and nothing is changed, if the tag is another.
    public static bool Open(byte[] key, byte[] nonce, byte[] associated, byte[] data, int start, int length, int tag)
    {
        byte[] expected = Tag(key, nonce, associated, data, start, length);
        int difference = 0;
        for (int i = 0; i < TagBytes; i++) difference |= expected[i] ^ data[tag + i];
        if (difference != 0) return false;
        Crypt(key, nonce, data, start, length);
        return true;
    }

    static void Crypt(byte[] key, byte[] nonce, byte[] data, int start, int length)
    {
        var block = new byte[64];
        for (int at = 0; at < length; at++)
        {
            if (at % 64 == 0) Block(key, nonce, (uint)(1 + at / 64), block);
            data[start + at] ^= block[at % 64];
        }
    }

    static void Block(byte[] key, byte[] nonce, uint counter, byte[] output)
    {
        var s = new uint[16];
        s[0] = 0x61707865; s[1] = 0x3320646e; s[2] = 0x79622d32; s[3] = 0x6b206574;
        for (int i = 0; i < 8; i++) s[4 + i] = Read(key, 4 * i);
        s[12] = counter;
        for (int i = 0; i < 3; i++) s[13 + i] = Read(nonce, 4 * i);
        var x = (uint[])s.Clone();
        for (int round = 0; round < 10; round++)
        {
            Quarter(x, 0, 4, 8, 12); Quarter(x, 1, 5, 9, 13); Quarter(x, 2, 6, 10, 14); Quarter(x, 3, 7, 11, 15);
            Quarter(x, 0, 5, 10, 15); Quarter(x, 1, 6, 11, 12); Quarter(x, 2, 7, 8, 13); Quarter(x, 3, 4, 9, 14);
        }
        for (int i = 0; i < 16; i++) Write(output, 4 * i, unchecked(x[i] + s[i]));
    }

    static void Quarter(uint[] x, int a, int b, int c, int d)
    {
        unchecked
        {
            x[a] += x[b]; x[d] = Turn(x[d] ^ x[a], 16);
            x[c] += x[d]; x[b] = Turn(x[b] ^ x[c], 12);
            x[a] += x[b]; x[d] = Turn(x[d] ^ x[a], 8);
            x[c] += x[d]; x[b] = Turn(x[b] ^ x[c], 7);
        }
    }

    // Poly1305 over associated data, ciphertext and their lengths, each padded to 16, in limbs of 26 bits.
    static byte[] Tag(byte[] key, byte[] nonce, byte[] associated, byte[] data, int start, int length)
    {
        var block = new byte[64];
        Block(key, nonce, 0, block);
        ulong r0 = Read(block, 0) & 0x3ffffff, r1 = (Read(block, 3) >> 2) & 0x3ffff03, r2 = (Read(block, 6) >> 4) & 0x3ffc0ff;
        ulong r3 = (Read(block, 9) >> 6) & 0x3f03fff, r4 = (Read(block, 12) >> 8) & 0x00fffff;
        ulong h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0;
        int associatedBlocks = (associated.Length + 15) / 16, dataBlocks = (length + 15) / 16;
        var part = new byte[17];
        for (int i = 0; i <= associatedBlocks + dataBlocks; i++)
        {
            Array.Clear(part, 0, 17);
            if (i < associatedBlocks) Buffer.BlockCopy(associated, 16 * i, part, 0, Math.Min(16, associated.Length - 16 * i));
            else if (i < associatedBlocks + dataBlocks) { int at = 16 * (i - associatedBlocks); Buffer.BlockCopy(data, start + at, part, 0, Math.Min(16, length - at)); }
            else { Write(part, 0, (uint)associated.Length); Write(part, 8, (uint)length); }
            h0 += Read(part, 0) & 0x3ffffff; h1 += (Read(part, 3) >> 2) & 0x3ffffff; h2 += (Read(part, 6) >> 4) & 0x3ffffff;
            h3 += (Read(part, 9) >> 6) & 0x3ffffff; h4 += (Read(part, 12) >> 8) | (1u << 24);
            ulong d0 = h0 * r0 + 5 * (h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1), d1 = h0 * r1 + h1 * r0 + 5 * (h2 * r4 + h3 * r3 + h4 * r2);
            ulong d2 = h0 * r2 + h1 * r1 + h2 * r0 + 5 * (h3 * r4 + h4 * r3), d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + 5 * h4 * r4;
            ulong d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
            d1 += d0 >> 26; h0 = d0 & 0x3ffffff; d2 += d1 >> 26; h1 = d1 & 0x3ffffff; d3 += d2 >> 26; h2 = d2 & 0x3ffffff;
            d4 += d3 >> 26; h3 = d3 & 0x3ffffff; h0 += 5 * (d4 >> 26); h4 = d4 & 0x3ffffff; h1 += h0 >> 26; h0 &= 0x3ffffff;
        }
        h2 += h1 >> 26; h1 &= 0x3ffffff; h3 += h2 >> 26; h2 &= 0x3ffffff; h4 += h3 >> 26; h3 &= 0x3ffffff;
        h0 += 5 * (h4 >> 26); h4 &= 0x3ffffff; h1 += h0 >> 26; h0 &= 0x3ffffff;
        ulong g0 = h0 + 5, g1 = h1 + (g0 >> 26), g2 = h2 + (g1 >> 26), g3 = h3 + (g2 >> 26), g4 = h4 + (g3 >> 26);
        ulong over = (ulong)-(long)(g4 >> 26); // all ones if h is not below the prime
        h0 = (h0 & ~over) | (g0 & 0x3ffffff & over); h1 = (h1 & ~over) | (g1 & 0x3ffffff & over); h2 = (h2 & ~over) | (g2 & 0x3ffffff & over);
        h3 = (h3 & ~over) | (g3 & 0x3ffffff & over); h4 = (h4 & ~over) | (g4 & 0x3ffffff & over);
        ulong sum = (uint)(h0 | h1 << 26) + (ulong)Read(block, 16);
        var tag = new byte[TagBytes];
        Write(tag, 0, (uint)sum);
        sum = (sum >> 32) + (uint)(h1 >> 6 | h2 << 20) + Read(block, 20); Write(tag, 4, (uint)sum);
        sum = (sum >> 32) + (uint)(h2 >> 12 | h3 << 14) + Read(block, 24); Write(tag, 8, (uint)sum);
        sum = (sum >> 32) + (uint)(h3 >> 18 | h4 << 8) + Read(block, 28); Write(tag, 12, (uint)sum);
        return tag;
    }

    static uint Turn(uint x, int by) => x << by | x >> (32 - by);

    static uint Read(byte[] b, int at) => (uint)(b[at] | b[at + 1] << 8 | b[at + 2] << 16 | b[at + 3] << 24);

    static void Write(byte[] b, int at, uint value)
    {
        for (int i = 0; i < 4; i++) b[at + i] = (byte)(value >> (8 * i));
    }
}
