using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Inputs;

/// <summary>
/// Everything that changed a match from outside, with the tick in which it took effect. With the setup of the match it is the whole
/// match: see <see cref="Replay"/>. The file format is <c>"RSIL", u16 version = 1, u8 cut, u8 0, u32 byteCount</c> and then entries of
/// <c>u32 tick, u8 kind, u8 player, u16 dataLength, i32 opCode, data</c>, all little-endian.
/// </summary>
public sealed class InputLog
{
    private const uint Magic = 0x4C495352;
    private const ushort Version = 1;
    private const int FileHeaderBytes = 12;
    private const int EntryHeaderBytes = 12;
    private byte[] _bytes = [];
    private int _length;

    /// <summary>True when the log had no room for all: a replay of it ends where it was cut.</summary>
    public bool IsCut { get; private set; }

    public int EntryCount { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Reads a log that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none, is damaged, or is larger than a log may be; the message says where.</exception>
    public static InputLog Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[FileHeaderBytes];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
        {
            throw new InvalidDataException("This is no input log: it does not begin with 'RSIL'.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        if (version != Version)
        {
            throw new InvalidDataException($"The input log has version {version}; this build reads version {Version}.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (length > Limits.InputLogBytesMax)
        {
            throw new InvalidDataException($"The input log claims {length} bytes; at most {Limits.InputLogBytesMax} are allowed.");
        }

        // Grown as bytes arrive: a header that lies about the length costs nothing.
        var log = new InputLog { IsCut = header[6] != 0 };
        using var copy = new MemoryStream();
        byte[] block = new byte[16 * 1024];
        while (copy.Length < length)
        {
            int got = stream.Read(block, 0, (int)Math.Min(block.Length, length - copy.Length));
            if (got == 0)
            {
                throw new InvalidDataException($"The input log ends after {copy.Length} of {length} bytes.");
            }

            copy.Write(block, 0, got);
        }

        log._bytes = copy.ToArray();
        log._length = log._bytes.Length;
        log.CheckEntries();
        return log;
    }

    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[FileHeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        header[6] = IsCut ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)_length);
        stream.Write(header);
        stream.Write(Bytes);
    }

    public Enumerator GetEnumerator() => new(this);

    internal void Add(Tick tick, InputEntryKind kind, PlayerId player, int opCode, ReadOnlySpan<byte> data)
    {
        int bytes = EntryHeaderBytes + data.Length;
        if (IsCut || _length + bytes > Limits.InputLogBytesMax)
        {
            IsCut = true;
            return;
        }

        if (_length + bytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(Limits.InputLogBytesMax, Math.Max(1024, Math.Max(_bytes.Length * 2, _length + bytes))));
        }

        Span<byte> entry = _bytes.AsSpan(_length, bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(entry, tick.Value);
        entry[4] = (byte)kind;
        entry[5] = player.Value;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], (ushort)data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], opCode);
        data.CopyTo(entry[EntryHeaderBytes..]);
        _length += bytes;
        EntryCount++;
    }

    internal void Save(StateWriter writer)
    {
        writer.Int(IsCut ? 1 : 0);
        writer.Int(_length);
        writer.Bytes(Bytes);
    }

    /// <exception cref="InvalidDataException">The bytes are no entries of a log.</exception>
    internal static InputLog Read(ref StateReader reader)
    {
        var log = new InputLog { IsCut = reader.Count(1, "as whether the input log is cut") == 1 };
        log._length = reader.Count(Limits.InputLogBytesMax, "bytes of the input log");
        log._bytes = reader.Bytes(log._length).ToArray();
        log.CheckEntries();
        return log;
    }

    internal void Become(InputLog other)
    {
        _bytes = other._bytes;
        _length = other._length;
        IsCut = other.IsCut;
        EntryCount = other.EntryCount;
    }

    private void CheckEntries()
    {
        uint tick = 0;
        for (int at = 0; at < _length;)
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan(at, _length - at);
            int bytes = rest.Length < EntryHeaderBytes ? int.MaxValue : EntryHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]);
            bool isOfNobody = rest.Length > 5 && rest[4] == (byte)InputEntryKind.MapChange;
            if (bytes > rest.Length || BinaryPrimitives.ReadUInt32LittleEndian(rest) < tick || rest[4] is < 1 or > 4 || (rest[5] == 0) != isOfNobody
                || bytes - EntryHeaderBytes > Limits.MessageBytesMax)
            {
                throw new InvalidDataException($"The input log is damaged at byte {at} of its entries.");
            }

            tick = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            at += bytes;
            EntryCount++;
        }
    }

    /// <summary>One entry; its data is a view of the log.</summary>
    public readonly ref struct Entry
    {
        internal Entry(ReadOnlySpan<byte> bytes)
        {
            Tick = new Tick(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            Kind = (InputEntryKind)bytes[4];
            Player = new PlayerId(bytes[5]);
            OpCode = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
            Data = bytes[EntryHeaderBytes..];
        }

        /// <summary>The tick in which it took effect.</summary>
        public Tick Tick { get; }

        public InputEntryKind Kind { get; }

        public PlayerId Player { get; }

        public int OpCode { get; }

        public ReadOnlySpan<byte> Data { get; }
    }

    /// <summary>Walks the entries in order.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _start;
        private int _end;

        internal Enumerator(InputLog log)
        {
            _bytes = log.Bytes;
        }

        public readonly Entry Current => new(_bytes[_start.._end]);

        public bool MoveNext()
        {
            _start = _end;
            if (_start >= _bytes.Length)
            {
                return false;
            }

            _end = _start + EntryHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(_start + 6)..]);
            return true;
        }
    }
}
