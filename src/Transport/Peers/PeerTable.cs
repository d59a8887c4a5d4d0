using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Peers by address and by slot. At one address there can be a connection and handshakes that want to replace it; the number in byte 0 of
/// their packets tells them apart. Slots are used again turn, each time under another generation.
/// </summary>
internal sealed class PeerTable
{
    private readonly Dictionary<PeerAddress, Peer> _byAddress = [];
    private readonly Peer?[] _bySlot;
    private readonly int _shard;
    private readonly uint[] _generations;
    private readonly Queue<int> _freeSlots = new();

    public PeerTable(int slots, int shard)
    {
        _shard = shard;
        _bySlot = new Peer?[slots];
        _generations = new uint[slots];
        for (int slot = 0; slot < slots; slot++)
        {
            _freeSlots.Enqueue(slot);
        }
    }

    public int Count { get; private set; }

    public int HalfOpenCount { get; private set; }

    public bool IsFull => _freeSlots.Count == 0;

    /// <summary>By slot, with gaps.</summary>
    public ReadOnlySpan<Peer?> Slots => _bySlot;

    /// <summary>The id of the next peer; it is used once the peer is added.</summary>
    public ConnectionId TakeId()
    {
        int slot = _freeSlots.Dequeue();
        _generations[slot] = _generations[slot] == uint.MaxValue ? 1 : _generations[slot] + 1;
        return ConnectionId.Of(_shard, slot, _generations[slot]);
    }

    public void Add(Peer peer)
    {
        _bySlot[peer.Id.Slot] = peer;
        Count++;
        HalfOpenCount++;
        Link(peer);
    }

    /// <summary>The peer's connection stands: it is the first found at its address.</summary>
    public void Promote(Peer peer)
    {
        HalfOpenCount--;
        Unlink(peer);
        Link(peer);
    }

    public void Move(Peer peer, in PeerAddress address)
    {
        Unlink(peer);
        peer.Address = address;
        Link(peer);
    }

    public void Remove(Peer peer)
    {
        peer.IsGone = true;
        Count--;
        HalfOpenCount -= peer.Connection is null ? 1 : 0;
        _bySlot[peer.Id.Slot] = null;
        _freeSlots.Enqueue(peer.Id.Slot);
        Unlink(peer);
    }

    /// <summary>The first peer of an address; the others follow by <see cref="Peer.NextAtAddress"/>.</summary>
    public bool TryFind(in PeerAddress address, [NotNullWhen(true)] out Peer? first) => _byAddress.TryGetValue(address, out first);

    /// <summary>A peer whose connection stands. Safe on any thread; the answer may be a moment old.</summary>
    public bool TryFind(ConnectionId id, [NotNullWhen(true)] out Peer? peer)
    {
        peer = id.Slot < _bySlot.Length ? _bySlot[id.Slot] : null;
        return peer is { Connection: not null } && peer.Id == id;
    }

    private void Link(Peer peer)
    {
        peer.NextAtAddress = _byAddress.GetValueOrDefault(peer.Address);
        if (peer.Connection is null && peer.NextAtAddress is { } first)
        {
            // Behind the connection, whose packets are the many.
            peer.NextAtAddress = first.NextAtAddress;
            first.NextAtAddress = peer;
            return;
        }

        _byAddress[peer.Address] = peer;
    }

    private void Unlink(Peer peer)
    {
        Peer first = _byAddress[peer.Address];
        if (first == peer)
        {
            if (peer.NextAtAddress is { } next)
            {
                _byAddress[peer.Address] = next;
            }
            else
            {
                _byAddress.Remove(peer.Address);
            }
        }
        else
        {
            while (first.NextAtAddress != peer)
            {
                first = first.NextAtAddress!;
            }

            first.NextAtAddress = peer.NextAtAddress;
        }

        peer.NextAtAddress = null;
    }
}
