namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>Decodes compressed blocks of one frame, and keeps what later blocks may refer to: tables and the last three offsets (RFC 8878, section 3.1.1.3).</summary>
internal sealed class ZstdBlock
{
    private readonly ZstdLiterals _literals = new();
    private readonly SequenceTables _tables = new();
    private readonly int[] _offsets = [1, 4, 8];

    /// <param name="block">The block's content.</param>
    /// <param name="frame">The frame's output from its beginning.</param>
    /// <param name="at">How many bytes of it are there.</param>
    /// <param name="blockMax">The most one block may unpack to.</param>
    /// <param name="window">How far back a block may refer.</param>
    /// <returns>How many bytes came out, or -1 if more would than fit.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public int Decode(ReadOnlySpan<byte> block, Span<byte> frame, int at, int blockMax, long window)
    {
        ReadOnlySpan<byte> rest = block[_literals.Read(block, blockMax)..];
        int count = SequenceTables.ReadCount(ref rest);
        if (count == 0)
        {
            return rest.IsEmpty ? Append(_literals.Bytes, frame, at) : throw new InvalidDataException("A block without sequences goes on behind their count.");
        }

        rest = _tables.Read(rest);
        int written = Execute(new BackwardBits(rest), count, frame, at, blockMax, window);
        return written;
    }

    private int Execute(BackwardBits bits, int count, Span<byte> frame, int at, int blockMax, long window)
    {
        ReadOnlySpan<byte> literals = _literals.Bytes;
        int start = at;
        _tables.Begin(ref bits);
        for (int i = 0; i < count; i++)
        {
            (int literalLength, int matchLength, uint offsetValue) = _tables.Next(ref bits, isLast: i == count - 1);
            int offset = Offset(offsetValue, literalLength);
            if (literalLength > literals.Length)
            {
                throw new InvalidDataException("A sequence takes more literals than its block has.");
            }

            if (at - start + literalLength + matchLength > blockMax)
            {
                throw new InvalidDataException("A block unpacks to more than is allowed.");
            }

            if (literalLength + matchLength > frame.Length - at)
            {
                return -1;
            }

            literals[..literalLength].CopyTo(frame[at..]);
            literals = literals[literalLength..];
            at += literalLength;
            if (offset > at || offset > window)
            {
                throw new InvalidDataException("A sequence refers to bytes before the beginning or outside of the window.");
            }

            Repeat(frame, at, offset, matchLength);
            at += matchLength;
        }

        if (bits.Left != 0)
        {
            throw new InvalidDataException("The bits of a block's sequences do not end with the last of them.");
        }

        if (at - start + literals.Length > blockMax)
        {
            throw new InvalidDataException("A block unpacks to more than is allowed.");
        }

        int tail = Append(literals, frame, at);
        return tail < 0 ? -1 : at - start + tail;
    }

    private static int Append(ReadOnlySpan<byte> literals, Span<byte> frame, int at)
    {
        if (literals.Length > frame.Length - at)
        {
            return -1;
        }

        literals.CopyTo(frame[at..]);
        return literals.Length;
    }

    private static void Repeat(Span<byte> frame, int at, int offset, int length)
    {
        if (offset >= length)
        {
            frame.Slice(at - offset, length).CopyTo(frame[at..]);
            return;
        }

        for (int i = 0; i < length; i++)
        {
            frame[at + i] = frame[at + i - offset];
        }
    }

    // Small values name one of the last three offsets; without literals before it, the first of them would make no sense, so all move up by one.
    private int Offset(uint value, int literalLength)
    {
        if (value > 3)
        {
            (_offsets[2], _offsets[1]) = (_offsets[1], _offsets[0]);
            return _offsets[0] = value - 3 <= int.MaxValue ? (int)(value - 3) : throw new InvalidDataException("A sequence has an impossible offset.");
        }

        int index = (int)value - 1 + (literalLength == 0 ? 1 : 0);
        if (index == 0)
        {
            return _offsets[0];
        }

        int offset = index < 3 ? _offsets[index] : _offsets[0] - 1;
        if (offset <= 0)
        {
            throw new InvalidDataException("A sequence has an offset of zero.");
        }

        if (index > 1)
        {
            _offsets[2] = _offsets[1];
        }

        _offsets[1] = _offsets[0];
        return _offsets[0] = offset;
    }
}
