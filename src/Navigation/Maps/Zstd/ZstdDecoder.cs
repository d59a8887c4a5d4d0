using System.Buffers.Binary;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>
/// Unpacks Zstandard frames (RFC 8878) into a buffer of a known size, so that no frame can unpack to more. Dictionaries are not known here; frames that need one
/// are refused.
/// </summary>
internal static class ZstdDecoder
{
    private const uint FrameMagic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private const int SkippableKinds = 16;

    /// <summary>Unpacks all frames of the input, one behind the other.</summary>
    /// <returns>How many bytes came out, or -1 if more would than fit.</returns>
    /// <exception cref="InvalidDataException">The input is no Zstandard data, is damaged, or ends too early; the message says where.</exception>
    public static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int at = 0;
        int written = 0;
        while (at < input.Length)
        {
            uint magic = input.Length - at >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(input[at..]) : 0;
            if (magic - SkippableMagic < SkippableKinds)
            {
                at = Skip(input, at);
            }
            else if (magic == FrameMagic)
            {
                ZstdFrame frame = new(input, at + sizeof(uint), output, written);
                if (!frame.Decode())
                {
                    return -1;
                }

                (at, written) = (frame.InputAt, frame.OutputAt);
            }
            else
            {
                throw new InvalidDataException($"At byte {at} no Zstandard frame begins.");
            }
        }

        return written;
    }

    private static int Skip(ReadOnlySpan<byte> input, int at)
    {
        const int Header = 2 * sizeof(uint);
        uint length = input.Length - at >= Header ? BinaryPrimitives.ReadUInt32LittleEndian(input[(at + sizeof(uint))..]) : uint.MaxValue;
        return length <= input.Length - at - Header
            ? at + Header + (int)length
            : throw new InvalidDataException($"The frame to be skipped at byte {at} ends beyond the input.");
    }
}
