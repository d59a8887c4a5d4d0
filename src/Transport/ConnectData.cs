using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace RealtimeServer.Transport;

/// <summary>
/// Text in connect requests and goodbyes, as LiteNetLib's NetDataWriter writes a string: <c>u16 byte count + 1, UTF-8 bytes</c>; a count
/// of zero is an empty string. So <c>Connect(host, port, token)</c> of a stock client sends what is read here.
/// </summary>
public static class ConnectData
{
    /// <exception cref="ArgumentException">The text has more bytes than connect data may have.</exception>
    public static byte[] FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes + 2 > Limits.ConnectDataBytesMax)
        {
            throw new ArgumentException($"The text has {bytes} bytes; connect data holds {Limits.ConnectDataBytesMax - 2}.", nameof(text));
        }

        byte[] data = new byte[bytes + 2];
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)(bytes == 0 ? 0 : bytes + 1));
        Encoding.UTF8.GetBytes(text, data.AsSpan(2));
        return data;
    }

    /// <summary>Reads a string; bytes behind it are ignored, as stock servers do. False if there is none.</summary>
    public static bool TryReadString(ReadOnlySpan<byte> data, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (data.Length < 2)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(data);
        if (count == 0)
        {
            text = "";
            return true;
        }

        if (count - 1 > data.Length - 2)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(data.Slice(2, count - 1));
        return true;
    }
}
