using System.Numerics;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.Solver;

/// <summary>
/// Colours the manifolds of a step so that no two of one colour move the same body, and packs each colour into bundles of eight lanes
/// (constraint graph; E. Catto, "SIMD Matters", 2024). It is made anew every step from the manifolds in their order, so it has no past to
/// save and restore. Contacts with what does not move come in the last colours, where they have the last word.
/// </summary>
internal sealed unsafe class ContactGraph
{
    /// <summary>A bit each in a body's mask.</summary>
    internal const int ColorsMax = 64;

    private const int Overflow = ColorsMax;

    /// <summary>Of a contact that is left out of this step: one of a heap in one place.</summary>
    private const int Dropped = -1;
    private const int Sizes = 2;

    private readonly int[] _counts = new int[(ColorsMax + 1) * Sizes];
    private readonly int[] _rangeOf = new int[(ColorsMax + 1) * Sizes];

    /// <summary>For each colour, where its single points go among its larger manifolds; zero where they have bundles of their own.</summary>
    private readonly int[] _joined = new int[ColorsMax + 1];
    private readonly AlignedBuffer<ulong> _used = new();
    private readonly AlignedBuffer<byte> _memory = new();
    private readonly AlignedBuffer<ContactRange> _ranges = new();

    public readonly StateList<ContactItem> Items = new();

    public int RangeCount { get; private set; }

    /// <summary>True if anything in the step may bounce.</summary>
    public bool HasRestitution { get; private set; }

    public ContactRange* Ranges => _ranges.Items;

    public void Build(int bodyCount)
    {
        Array.Clear(_counts);
        HasRestitution = false;
        _used.EnsureCapacity(bodyCount);
        new Span<ulong>(_used.Items, bodyCount).Clear();
        int colors = ColorMoving();
        colors = ColorFixed(colors);
        JoinSizes(colors);
        LayOut(colors);
        Place();
    }

    private int ColorMoving()
    {
        ulong* used = _used.Items;
        int colors = 0;
        foreach (ref ContactItem item in Items.Span)
        {
            if (!item.MovesBoth)
            {
                continue;
            }

            int color = BitOperations.TrailingZeroCount(~(used[item.A] | used[item.B]));
            if (color < ColorsMax)
            {
                used[item.A] |= 1UL << color;
                used[item.B] |= 1UL << color;
                colors = Math.Max(colors, color + 1);
            }

            Count(ref item, color);
        }

        return colors;
    }

    private int ColorFixed(int colors)
    {
        ulong* used = _used.Items;
        foreach (ref ContactItem item in Items.Span)
        {
            if (item.MovesBoth)
            {
                continue;
            }

            int body = item.A >= 0 ? item.A : item.B;
            ulong free = ~used[body];
            ulong known = colors == ColorsMax ? free : free & ((1UL << colors) - 1);
            int color = known != 0 ? BitOperations.Log2(known) : BitOperations.TrailingZeroCount(free);
            if (color < ColorsMax)
            {
                used[body] |= 1UL << color;
                colors = Math.Max(colors, color + 1);
            }

            Count(ref item, color);
        }

        return colors;
    }

    private void Count(ref ContactItem item, int color)
    {
        if (color == Overflow && _counts[color * Sizes] + _counts[(color * Sizes) + 1] >= Limits.OverflowContactsMax)
        {
            item.Color = Dropped;
            return;
        }

        item.Color = (color * Sizes) + (item.Points == 1 ? 0 : 1);
        item.Place = _counts[item.Color]++;
        HasRestitution |= item.Restitution > 0;
    }

    /// <summary>Single points ride in the last bundle of larger manifolds where they find room: small worlds have few of either.</summary>
    private void JoinSizes(int colors)
    {
        Array.Clear(_joined);
        for (int color = 0; color < colors; color++)
        {
            ref int single = ref _counts[color * Sizes];
            ref int larger = ref _counts[(color * Sizes) + 1];
            if (single > 0 && larger > 0 && (larger % WideMath.Lanes) + single <= WideMath.Lanes && larger % WideMath.Lanes > 0)
            {
                _joined[color] = larger;
                larger += single;
                single = 0;
            }
        }
    }

    private void LayOut(int colors)
    {
        _ranges.EnsureCapacity((colors + 1) * Sizes);
        nint bytes = 0;
        RangeCount = 0;
        for (int slot = 0; slot < _counts.Length; slot++)
        {
            if (_counts[slot] == 0)
            {
                continue;
            }

            bool isSerial = slot / Sizes == Overflow;
            int points = slot % Sizes == 0 ? 1 : Manifold.PointsMax;
            int bundles = isSerial ? _counts[slot] : (_counts[slot] + WideMath.Lanes - 1) / WideMath.Lanes;
            int stride = sizeof(ContactBundle) + (points * sizeof(ContactPointWide));
            _rangeOf[slot] = RangeCount;
            _ranges.Items[RangeCount++] = new ContactRange { Start = (byte*)bytes, Count = bundles, Stride = stride, Points = points, IsSerial = isSerial };
            bytes = checked(bytes + ((nint)stride * bundles));
        }

        // As many as a step may have fit (Limits.ManifoldsMax).
        _memory.EnsureCapacity(checked((int)bytes));
        for (int i = 0; i < RangeCount; i++)
        {
            _ranges.Items[i].Start = _memory.Items + (nint)_ranges.Items[i].Start;
        }
    }

    /// <summary>Gives each item its lane. What no item fills is cleared: such lanes do nothing.</summary>
    private void Place()
    {
        for (int slot = 0; slot < _counts.Length; slot++)
        {
            int count = _counts[slot];
            if (count > 0 && (slot / Sizes == Overflow || count % WideMath.Lanes != 0))
            {
                ContactRange range = _ranges.Items[_rangeOf[slot]];
                int first = range.IsSerial ? 0 : range.Count - 1;
                for (int i = first; i < range.Count; i++)
                {
                    new Span<byte>(range.Bundle(i), range.Stride).Clear();
                    new Span<int>(range.Bundle(i)->A, WideMath.Lanes).Fill(int.MinValue);
                    new Span<int>(range.Bundle(i)->B, WideMath.Lanes).Fill(int.MinValue);
                    new Span<int>(range.Bundle(i)->Manifold, WideMath.Lanes).Fill(-1);
                }
            }
        }

        for (int i = 0; i < Items.Count; i++)
        {
            ref ContactItem item = ref Items[i];
            if (item.Color == Dropped)
            {
                continue;
            }

            int joined = _joined[item.Color / Sizes];
            if (joined > 0 && item.Color % Sizes == 0)
            {
                item.Color++;
                item.Place += joined;
            }

            ContactRange range = _ranges.Items[_rangeOf[item.Color]];
            int lane = range.IsSerial ? 0 : item.Place & (WideMath.Lanes - 1);
            ContactBundle* bundle = range.Bundle(range.IsSerial ? item.Place : item.Place / WideMath.Lanes);
            bundle->A[lane] = item.A;
            bundle->B[lane] = item.B;
            bundle->Manifold[lane] = i;
        }
    }
}
