using System.Numerics;

namespace RealtimeServer.Physics.Contacts;

/// <summary>
/// The pairs that exist, as a set of keys (open addressing, linear probing, deletion by moving back). It is only asked for membership, so
/// its order shows nowhere; it is derived from the pairs and built anew when a world is restored.
/// </summary>
internal sealed class PairKeys
{
    private ulong[] _keys = [];
    private int _mask = -1;

    public int Count { get; private set; }

    /// <summary>Never zero.</summary>
    public static ulong Key(int a, int b) => ((ulong)(uint)(a < b ? a : b) << 32) | ((uint)(a < b ? b : a) + 1u);

    /// <returns>False if the pair is there already.</returns>
    public bool Add(ulong key)
    {
        if ((Count + 1) * 4 > _keys.Length * 3)
        {
            Grow();
        }

        int i = Home(key);
        while (_keys[i] != 0)
        {
            if (_keys[i] == key)
            {
                return false;
            }

            i = (i + 1) & _mask;
        }

        _keys[i] = key;
        Count++;
        return true;
    }

    public bool Contains(ulong key) => Find(key) >= 0;

    /// <returns>False if the pair is not there.</returns>
    public bool Remove(ulong key)
    {
        int i = Find(key);
        if (i < 0)
        {
            return false;
        }

        Count--;
        int hole = i;
        while (true)
        {
            i = (i + 1) & _mask;
            ulong next = _keys[i];
            if (next == 0)
            {
                break;
            }

            // A key may move back to the hole if its home does not lie between the hole and where it is.
            if (((i - Home(next)) & _mask) >= ((i - hole) & _mask))
            {
                _keys[hole] = next;
                hole = i;
            }
        }

        _keys[hole] = 0;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_keys);
        Count = 0;
    }

    /// <returns>Where the key is, or -1.</returns>
    private int Find(ulong key)
    {
        if (Count == 0)
        {
            return -1;
        }

        int i = Home(key);
        while (_keys[i] != key)
        {
            if (_keys[i] == 0)
            {
                return -1;
            }

            i = (i + 1) & _mask;
        }

        return i;
    }

    private int Home(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & _mask;

    private void Grow()
    {
        ulong[] old = _keys;
        _keys = new ulong[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(32, old.Length * 2))];
        _mask = _keys.Length - 1;
        Count = 0;
        foreach (ulong key in old)
        {
            if (key != 0)
            {
                Add(key);
            }
        }
    }
}
