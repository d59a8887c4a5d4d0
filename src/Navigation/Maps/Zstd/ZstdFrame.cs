using System.Buffers.Binary;

namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>One frame: its header, its blocks, its checksum (RFC 8878, section 3.1.1).</summary>
internal ref struct ZstdFrame
{
    private const int BlockBytesMax = 128 * 1024;

    // Packers fill their blocks; millions of tiny ones are made to keep a reader busy.
    private const int BlocksAlways = 4096;
    private const int BytesPerBlockMin = 64;

    private readonly ReadOnlySpan<byte> _input;
    private readonly Span<byte> _output;
    private readonly int _outputStart;
    private readonly ZstdBlock _block = new();
    private bool _hasChecksum;
    private long _window;
    private long _contentSize = -1;

    public ZstdFrame(ReadOnlySpan<byte> input, int inputAt, Span<byte> output, int outputAt)
    {
        _input = input;
        _output = output;
        _outputStart = outputAt;
        InputAt = inputAt;
        OutputAt = outputAt;
    }

    /// <summary>The next byte to read.</summary>
    public int InputAt { get; private set; }

    /// <summary>The next byte to write.</summary>
    public int OutputAt { get; private set; }

    /// <returns>False if the output is too small for what the frame holds.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public bool Decode()
    {
        ReadHeader();
        bool last = false;
        for (int blocks = 0; !last; blocks++)
        {
            if (blocks > BlocksAlways + ((OutputAt - _outputStart) / BytesPerBlockMin))
            {
                throw Damaged("has too many tiny blocks");
            }

            int header = (int)Take(3);
            last = (header & 1) != 0;
            if (!DecodeBlock((header >> 1) & 3, header >> 3))
            {
                return false;
            }
        }

        if (_contentSize >= 0 && OutputAt - _outputStart != _contentSize)
        {
            throw Damaged($"claims {_contentSize} bytes and has {OutputAt - _outputStart}");
        }

        if (_hasChecksum && (uint)XxHash64.Of(_output[_outputStart..OutputAt]) != (uint)Take(4))
        {
            throw Damaged("has another checksum than its content");
        }

        return true;
    }

    private void ReadHeader()
    {
        int descriptor = (int)Take(1);
        bool isSingle = (descriptor & 0x20) != 0;
        _hasChecksum = (descriptor & 4) != 0;
        if ((descriptor & 8) != 0)
        {
            throw Damaged("uses a bit that is reserved");
        }

        if (!isSingle)
        {
            int window = (int)Take(1);
            long size = 1L << (10 + (window >> 3));
            _window = size + (size / 8 * (window & 7));
        }

        int dictionary = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        if (dictionary > 0 && Take(dictionary) != 0)
        {
            throw Damaged("needs a dictionary");
        }

        int sizeBytes = (descriptor >> 6) switch { 0 => isSingle ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        if (sizeBytes > 0)
        {
            ulong size = Take(sizeBytes) + (sizeBytes == 2 ? 256UL : 0);
            _contentSize = size <= long.MaxValue ? (long)size : throw Damaged("claims an impossible size");
        }

        _window = isSingle ? _contentSize : _window;
    }

    private bool DecodeBlock(int kind, int size)
    {
        if (size > Math.Min(_window, BlockBytesMax) && kind != 1)
        {
            throw Damaged($"has a block of {size} bytes, more than its window allows");
        }

        Span<byte> left = _output[OutputAt..];
        switch (kind)
        {
            case 0:
                Require(size);
                if (size > left.Length)
                {
                    return false;
                }

                _input.Slice(InputAt, size).CopyTo(left);
                InputAt += size;
                OutputAt += size;
                return true;
            case 1:
                byte value = (byte)Take(1);
                if (size > BlockBytesMax)
                {
                    throw Damaged($"has a block of {size} bytes, more than is allowed");
                }

                if (size > left.Length)
                {
                    return false;
                }

                left[..size].Fill(value);
                OutputAt += size;
                return true;
            case 2:
                Require(size);
                int blockMax = (int)Math.Min(_window, BlockBytesMax);
                int written = _block.Decode(_input.Slice(InputAt, size), _output[_outputStart..], OutputAt - _outputStart, blockMax, _window);
                InputAt += size;
                OutputAt += Math.Max(written, 0);
                return written >= 0;
            default:
                throw Damaged("has a block of a kind that is reserved");
        }
    }

    private ulong Take(int bytes)
    {
        Require(bytes);
        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        _input.Slice(InputAt, bytes).CopyTo(padded);
        InputAt += bytes;
        return BinaryPrimitives.ReadUInt64LittleEndian(padded);
    }

    private readonly void Require(int bytes)
    {
        if (bytes > _input.Length - InputAt)
        {
            throw new InvalidDataException($"The frame ends too early: at byte {InputAt} it lacks {bytes - (_input.Length - InputAt)} bytes.");
        }
    }

    private readonly InvalidDataException Damaged(string how) => new($"The frame {how}, at byte {InputAt}.");
}
