using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>
/// A world's lists to bytes and back. Layout: <see cref="SnapshotHeader"/>, then each list as a count (int32) and its items as they lie in memory.
/// </summary>
internal static class SnapshotCodec
{
    private const int ChecksumEnd = 16;

    public static void Write(WorldState state, SnapshotHeader header, PhysicsSnapshot snapshot)
    {
        var sizer = new Sizer { Bytes = Unsafe.SizeOf<SnapshotHeader>() };
        state.Visit(ref sizer);
        Span<byte> bytes = snapshot.Sized(checked((int)sizer.Bytes));
        var writer = new Writer { Rest = bytes[Unsafe.SizeOf<SnapshotHeader>()..] };
        state.Visit(ref writer);
        header.Magic = SnapshotHeader.MagicValue;
        header.Version = SnapshotHeader.VersionValue;
        header.Lists = sizer.Lists;
        MemoryMarshal.Write(bytes, header);
        header.Checksum = Checksum(bytes);
        MemoryMarshal.Write(bytes, header);
        snapshot.StepCount = header.StepCount;
        snapshot.IsTrusted = true;
    }

    /// <exception cref="SnapshotException">The bytes are no snapshot of this version, or damaged.</exception>
    public static SnapshotHeader ReadHeader(ReadOnlySpan<byte> bytes, bool isTrusted)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new SnapshotException("Snapshots of physics are little-endian, and this machine is not.");
        }

        if (bytes.Length < Unsafe.SizeOf<SnapshotHeader>())
        {
            throw new SnapshotException($"{bytes.Length} bytes are no snapshot of physics: its header has {Unsafe.SizeOf<SnapshotHeader>()}.");
        }

        SnapshotHeader header = MemoryMarshal.Read<SnapshotHeader>(bytes);
        if (header.Magic != SnapshotHeader.MagicValue)
        {
            throw new SnapshotException("The bytes are no snapshot of physics: they do not begin with RSPW.");
        }

        if (header.Version != SnapshotHeader.VersionValue)
        {
            throw new SnapshotException($"The snapshot has version {header.Version}, and this server reads version {SnapshotHeader.VersionValue}.");
        }

        if (!isTrusted && header.Checksum != Checksum(bytes))
        {
            throw new SnapshotException("The snapshot is damaged: its checksum is another.");
        }

        return header;
    }

    /// <exception cref="SnapshotException">A list is cut off or longer than any world's.</exception>
    public static void Read(WorldState state, ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader { Rest = bytes[Unsafe.SizeOf<SnapshotHeader>()..] };
        state.Visit(ref reader);
        if (reader.Rest.Length > 0)
        {
            throw new SnapshotException($"The snapshot has {reader.Rest.Length} bytes behind its end.");
        }
    }

    public static void Copy(WorldState from, WorldBodies to)
    {
        var writer = new CopyOut { Lists = to };
        from.VisitBodies(ref writer);
    }

    public static void Copy(WorldBodies from, WorldState to)
    {
        var reader = new CopyIn { Lists = from };
        to.VisitBodies(ref reader);
    }

    public static void Hash(WorldState state, ref StateHash hash)
    {
        var hasher = new Hasher { Hash = hash };
        state.Visit(ref hasher);
        hash = hasher.Hash;
    }

    internal static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = new StateHash(seed: SnapshotHeader.VersionValue);
        hash.Add(bytes[ChecksumEnd..]);
        return hash.Value;
    }

    private struct Sizer : IStateVisitor
    {
        public long Bytes;
        public int Lists;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged
        {
            Bytes += sizeof(int) + ((long)list.Count * Unsafe.SizeOf<T>());
            Lists++;
        }
    }

    private ref struct Writer : IStateVisitor
    {
        public Span<byte> Rest;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged
        {
            MemoryMarshal.Write(Rest, list.Count);
            Span<byte> items = list.Bytes();
            items.CopyTo(Rest[sizeof(int)..]);
            Rest = Rest[(sizeof(int) + items.Length)..];
        }
    }

    private ref struct Reader : IStateVisitor
    {
        public ReadOnlySpan<byte> Rest;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged
        {
            int count = Rest.Length >= sizeof(int) ? MemoryMarshal.Read<int>(Rest) : -1;
            if (count < 0 || (long)count * Unsafe.SizeOf<T>() > Rest.Length - sizeof(int))
            {
                throw new SnapshotException($"The snapshot is cut off in its list of {name}.");
            }

            int bytes = count * Unsafe.SizeOf<T>();
            list.SetCountUncleared(count);
            Rest.Slice(sizeof(int), bytes).CopyTo(list.Bytes());
            Rest = Rest[(sizeof(int) + bytes)..];
        }
    }

    private struct Hasher : IStateVisitor
    {
        public StateHash Hash;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged => Hash.Add(list.Bytes());
    }

    private struct CopyOut : IStateVisitor
    {
        public WorldBodies Lists;
        private int _index;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged => list.Bytes().CopyTo(Lists.Sized(_index++, list.Bytes().Length));
    }

    private struct CopyIn : IStateVisitor
    {
        public WorldBodies Lists;
        private int _index;

        public void Visit<T>(StateList<T> list, string name)
            where T : unmanaged
        {
            ReadOnlySpan<byte> bytes = Lists[_index++];
            SnapshotCheck.Require(bytes.Length % Unsafe.SizeOf<T>() == 0, name);
            list.SetCountUncleared(bytes.Length / Unsafe.SizeOf<T>());
            bytes.CopyTo(list.Bytes());
        }
    }
}
