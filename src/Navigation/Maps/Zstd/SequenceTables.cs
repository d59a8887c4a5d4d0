namespace RealtimeServer.Navigation.Maps.Zstd;

/// <summary>The three codes of sequences: how many literals, how long a match, how far back (RFC 8878, section 3.1.1.3.2).</summary>
internal sealed class SequenceTables
{
    private readonly SequenceCode _literalLengths = new(9, SequenceCodes.LiteralBases, SequenceCodes.LiteralBits, SequenceCodes.LiteralDefault);
    private readonly SequenceCode _offsets = new(8, SequenceCodes.OffsetBases, SequenceCodes.OffsetBits, SequenceCodes.OffsetDefault);
    private readonly SequenceCode _matchLengths = new(9, SequenceCodes.MatchBases, SequenceCodes.MatchBits, SequenceCodes.MatchDefault);

    /// <summary>Reads how many sequences a block has.</summary>
    /// <exception cref="InvalidDataException">The block ends before.</exception>
    public static int ReadCount(ref ReadOnlySpan<byte> content)
    {
        int bytes = content.IsEmpty ? int.MaxValue : content[0] switch { < 128 => 1, < 255 => 2, _ => 3 };
        if (bytes > content.Length)
        {
            throw new InvalidDataException("A block ends before the number of its sequences.");
        }

        int count = bytes switch
        {
            1 => content[0],
            2 => ((content[0] - 128) << 8) + content[1],
            _ => content[1] + (content[2] << 8) + 0x7F00,
        };
        content = content[bytes..];
        return count;
    }

    /// <summary>Reads the tables of a block.</summary>
    /// <returns>What follows after them.</returns>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || (content[0] & 3) != 0)
        {
            throw new InvalidDataException("The kinds of a block's tables are missing, or use bits that are reserved.");
        }

        int modes = content[0];
        content = _literalLengths.Read(modes >> 6, content[1..]);
        content = _offsets.Read((modes >> 4) & 3, content);
        return _matchLengths.Read((modes >> 2) & 3, content);
    }

    public void Begin(ref BackwardBits bits)
    {
        _literalLengths.Begin(ref bits);
        _offsets.Begin(ref bits);
        _matchLengths.Begin(ref bits);
        if (bits.Left < 0)
        {
            throw EndsEarly();
        }
    }

    public (int LiteralLength, int MatchLength, uint OffsetValue) Next(ref BackwardBits bits, bool isLast)
    {
        uint offset = _offsets.Value(ref bits);
        uint match = _matchLengths.Value(ref bits);
        uint literals = _literalLengths.Value(ref bits);
        if (!isLast)
        {
            _literalLengths.Advance(ref bits);
            _matchLengths.Advance(ref bits);
            _offsets.Advance(ref bits);
        }

        return bits.Left >= 0 ? ((int)literals, (int)match, offset) : throw EndsEarly();
    }

    private static InvalidDataException EndsEarly() => new("The bits of a block's sequences end too early.");
}

/// <summary>One of the codes: its table, its state, and what its symbols stand for.</summary>
internal sealed class SequenceCode(int accuracyMax, uint[] bases, byte[] bits, FseTable byDefault)
{
    private readonly FseTable _own = new(accuracyMax);
    private FseTable? _table;
    private int _state;

    public ReadOnlySpan<byte> Read(int mode, ReadOnlySpan<byte> content)
    {
        switch (mode)
        {
            case 0:
                _table = byDefault;
                return content;
            case 1:
                _own.SetSingle(content.IsEmpty ? throw new InvalidDataException("A block ends within its tables.") : content[0]);
                _table = _own;
                return content[1..];
            case 2:
                int length = _own.Read(content);
                _table = _own;
                return content[length..];
            default:
                return _table is null ? throw new InvalidDataException("A block refers to a table that no block before it has.") : content;
        }
    }

    public void Begin(ref BackwardBits stream) => _state = _table!.Begin(ref stream);

    public uint Value(ref BackwardBits stream)
    {
        int symbol = _table!.Symbol(_state);
        return symbol < bases.Length
            ? bases[symbol] + stream.Read(bits[symbol])
            : throw new InvalidDataException($"A sequence has the code {symbol}, which stands for nothing.");
    }

    public void Advance(ref BackwardBits stream) => _state = _table!.Next(_state, ref stream);
}
