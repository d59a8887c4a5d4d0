using System.Numerics;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Which cells can reach each other. The cells are cut into squares; each square knows the pieces its open cells fall into and which of its neighbours' pieces they
/// touch, and pieces that touch are joined. After a change only the squares it lies in are flooded again, and the joining is done again when next
/// asked for. Without corner cutting the diagonals join nothing that the four straight moves do not, so those suffice.
/// </summary>
internal sealed class Regions
{
    /// <summary>Side of a square in cells: a row of it is one word.</summary>
    public const int Side = 32;

    // Runs of open cells on both sides of a border are at least two cells apart.
    private const int BorderLinksMax = Side / 2;

    private readonly CellBits _open;
    private readonly int _columns;
    private readonly int _rows;
    private readonly ushort[] _pieces; // of each cell within its square, from 1; 0 is closed
    private readonly int[] _pieceCounts; // of each square
    private readonly int[] _firstPieces; // of each square among all pieces
    private readonly Link[] _links; // of each square: across its right border, then across its lower one
    private readonly byte[] _linkCounts;
    private readonly uint[] _free = new uint[Side];
    private readonly uint[] _piece = new uint[Side];
    private int[] _roots = new int[16];
    private bool _areJoined;

    public Regions(CellBits open)
    {
        _open = open;
        _columns = (open.Width + Side - 1) / Side;
        _rows = (open.Height + Side - 1) / Side;
        int squares = _columns * _rows;
        _pieces = new ushort[open.Width * open.Height];
        _pieceCounts = new int[squares];
        _firstPieces = new int[squares];
        _links = new Link[squares * 2 * BorderLinksMax];
        _linkCounts = new byte[squares * 2];
        Repair(new CellRect(0, 0, open.Width, open.Height));
    }

    /// <summary>Looks again at the squares that changed cells lie in.</summary>
    /// <param name="changed">Inside of the grid.</param>
    public void Repair(CellRect changed)
    {
        int left = changed.X / Side;
        int top = changed.Y / Side;
        int right = (changed.X + changed.Width - 1) / Side;
        int bottom = (changed.Y + changed.Height - 1) / Side;
        bool isSame = true;
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                int before = _pieceCounts[(row * _columns) + column];
                Flood(column, row);
                isSame &= before == _pieceCounts[(row * _columns) + column];
            }
        }

        // The borders of those squares, each once.
        for (int row = Math.Max(top - 1, 0); row <= bottom; row++)
        {
            for (int column = Math.Max(left - 1, 0); column <= right; column++)
            {
                isSame &= row < top || LinkRight(column, row);
                isSame &= column < left || LinkDown(column, row);
            }
        }

        // As many pieces that touch the same ones: what was joined still is.
        _areJoined &= isSame;
    }

    /// <summary>True if a path leads from one open cell to the other.</summary>
    public bool AreJoined(Cell a, Cell b)
    {
        Join();
        return RootOf(a.X, a.Y) == RootOf(b.X, b.Y);
    }

    /// <summary>A number that all cells have which a path joins, as long as none of them changes; -1 for a closed cell.</summary>
    public int RegionOf(Cell cell)
    {
        Join();
        return RootOf(cell.X, cell.Y);
    }

    // -1 for a closed cell, which is joined to nothing.
    private int RootOf(int x, int y)
    {
        int piece = _pieces[(y * _open.Width) + x];
        return piece == 0 ? -1 : _roots[_firstPieces[((y / Side) * _columns) + (x / Side)] + piece - 1];
    }

    private void Flood(int column, int row)
    {
        int left = column * Side;
        int top = row * Side;
        int width = Math.Min(Side, _open.Width - left);
        int height = Math.Min(Side, _open.Height - top);
        uint mask = width == Side ? uint.MaxValue : (1u << width) - 1;
        for (int y = 0; y < height; y++)
        {
            _free[y] = (uint)_open.From(left, top + y) & mask;
            _pieces.AsSpan(((top + y) * _open.Width) + left, width).Clear();
        }

        int count = 0;
        for (int y = 0; y < height; y++)
        {
            while (_free[y] != 0)
            {
                Array.Clear(_piece);
                _piece[y] = _free[y] & (0 - _free[y]);
                Grow(y, height);
                Mark(left, top, height, (ushort)++count);
            }
        }

        _pieceCounts[(row * _columns) + column] = count;
    }

    // Spreads a piece from its first row over all free cells it touches, sweeping down and up until nothing is added. Its rows follow each other.
    private void Grow(int first, int height)
    {
        bool grows = true;
        while (grows)
        {
            grows = false;
            int y = first;
            for (; y < height && (y == first || (_piece[y - 1] & _free[y]) != 0); y++)
            {
                grows |= Spread(y, y > first ? _piece[y - 1] : 0);
            }

            for (y -= 2; y >= first; y--)
            {
                grows |= Spread(y, _piece[y + 1]);
            }
        }
    }

    private bool Spread(int y, uint neighbours)
    {
        uint before = _piece[y];
        uint up = (before | neighbours) & _free[y];
        uint down = up;
        uint upFree = _free[y];
        uint downFree = upFree;
        for (int step = 1; step < Side; step *= 2)
        {
            up |= upFree & (up << step);
            upFree &= upFree << step;
            down |= downFree & (down >> step);
            downFree &= downFree >> step;
        }

        _piece[y] = up | down;
        return _piece[y] != before;
    }

    private void Mark(int left, int top, int height, ushort piece)
    {
        for (int y = 0; y < height; y++)
        {
            _free[y] &= ~_piece[y];
            for (uint bits = _piece[y]; bits != 0; bits &= bits - 1)
            {
                _pieces[((top + y) * _open.Width) + left + BitOperations.TrailingZeroCount(bits)] = piece;
            }
        }
    }

    // False if other pieces touch across the border than before.
    private bool LinkRight(int column, int row)
    {
        int x = (column + 1) * Side;
        int end = x < _open.Width ? Math.Min((row + 1) * Side, _open.Height) : 0;
        return LinkAcross(((row * _columns) + column) * 2, (row * Side * _open.Width) + x, _open.Width, 1, end - (row * Side));
    }

    private bool LinkDown(int column, int row)
    {
        int y = (row + 1) * Side;
        int end = y < _open.Height ? Math.Min((column + 1) * Side, _open.Width) : 0;
        return LinkAcross((((row * _columns) + column) * 2) + 1, (y * _open.Width) + (column * Side), 1, _open.Width, end - (column * Side));
    }

    // Along the cells beyond a border; the ones before it lie so much back.
    private bool LinkAcross(int border, int at, int step, int back, int length)
    {
        Span<Link> links = _links.AsSpan(border * BorderLinksMax, BorderLinksMax);
        Span<Link> before = stackalloc Link[BorderLinksMax];
        int countBefore = _linkCounts[border];
        links.CopyTo(before);
        int count = 0;
        for (; length > 0; length--, at += step)
        {
            Link link = new(_pieces[at - back], _pieces[at]);
            if (link.Here != 0 && link.There != 0 && !links[..count].Contains(link))
            {
                links[count++] = link;
            }
        }

        _linkCounts[border] = (byte)count;
        return links[..count].SequenceEqual(before[..countBefore]);
    }

    /// <summary>Works out which pieces are joined, unless nothing has changed that. Whoever asks does it first.</summary>
    public void Join()
    {
        if (_areJoined)
        {
            return;
        }

        int count = 0;
        for (int square = 0; square < _pieceCounts.Length; square++)
        {
            _firstPieces[square] = count;
            count += _pieceCounts[square];
        }

        if (_roots.Length < count)
        {
            _roots = new int[Math.Max(count, _roots.Length * 2)];
        }

        for (int piece = 0; piece < count; piece++)
        {
            _roots[piece] = piece;
        }

        for (int border = 0; border < _linkCounts.Length; border++)
        {
            int square = border >> 1;
            int other = square + ((border & 1) == 0 ? 1 : _columns);
            for (int i = 0; i < _linkCounts[border]; i++)
            {
                Link link = _links[(border * BorderLinksMax) + i];
                Union(_firstPieces[square] + link.Here - 1, _firstPieces[other] + link.There - 1);
            }
        }

        for (int piece = 0; piece < count; piece++)
        {
            _roots[piece] = Find(piece);
        }

        _areJoined = true;
    }

    private void Union(int a, int b)
    {
        a = Find(a);
        b = Find(b);
        _roots[Math.Max(a, b)] = Math.Min(a, b);
    }

    private int Find(int piece)
    {
        while (_roots[piece] != piece)
        {
            _roots[piece] = _roots[_roots[piece]];
            piece = _roots[piece];
        }

        return piece;
    }

    private readonly record struct Link(ushort Here, ushort There);
}
