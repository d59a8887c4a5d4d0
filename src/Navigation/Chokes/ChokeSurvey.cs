using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>All that may be choke points of some open cells, kept as these change, and which of it counts.</summary>
internal sealed class ChokeSurvey
{
    // The middles of two that lead through the same passage are no farther from each other, in cells.
    private const int RivalsWithin = 35;

    // Of the squares in which they are kept: in all where a rival may have its middle.
    private const int Side = 8;

    private static readonly List<int> Nothing = [];

    private readonly CellBits _open;
    private readonly StraightChokes _straight;
    private readonly SlantedChokes _slanted;
    private readonly ChokeFitter _fitter;
    private readonly List<Entry> _entries = [];
    private readonly Stack<int> _free = [];
    private readonly Dictionary<ulong, int> _byKey = [];
    private readonly List<int>?[][] _squares;
    private readonly int _squaresAcross;
    private readonly List<ChokeCandidate> _found = [];
    private readonly List<int> _gone = [];
    private int _replacements;

    /// <param name="open">The open cells; whoever changes them calls <see cref="Take"/>.</param>
    public ChokeSurvey(CellBits open)
    {
        _open = open;
        _straight = new StraightChokes(open);
        ChokeWalls walls = new(open);
        _fitter = new ChokeFitter(walls);
        _slanted = new SlantedChokes(open, walls, _fitter);
        _squaresAcross = (open.Width + Side - 1) / Side;
        _squares = new List<int>?[ChokePoint.Kinds][];
        for (int kind = 0; kind < ChokePoint.Kinds; kind++)
        {
            _squares[kind] = new List<int>?[_squaresAcross * ((open.Height + Side - 1) / Side)];
        }
    }

    /// <summary>Takes over cells that have changed.</summary>
    /// <returns>Where the middles of those lie that may count now and did not, or the other way round; empty if there are none.</returns>
    public CellRect Take(CellRect changed)
    {
        _straight.Take(changed);
        CellRect differs = default;
        foreach (bool alongX in (ReadOnlySpan<bool>)[false, true])
        {
            CellRect area = Clipped(StraightChokes.TouchedBy(changed, alongX));
            _straight.Find(area, alongX, _found);
            differs = Replace(area, alongX ? ChokePoint.AlongX : ChokePoint.AlongY, differs);
        }

        CellRect middles = Clipped(SlantedChokes.TouchedBy(changed));
        _slanted.Find(middles, _found);
        differs = Replace(middles, ChokePoint.Slanted, differs);
        return Clipped(Turn(middles, differs));
    }

    /// <summary>Adds those that count and have their middles in an area.</summary>
    public void AddCounting(CellRect area, List<ChokePoint> counting)
    {
        for (int kind = 0; kind < ChokePoint.Kinds; kind++)
        {
            for (int row = area.Y / Side; row * Side < area.Y + area.Height; row++)
            {
                for (int column = area.X / Side; column * Side < area.X + area.Width; column++)
                {
                    foreach (int index in Square(kind, column, row))
                    {
                        ChokeCandidate candidate = _entries[index].Candidate;
                        bool isHere = candidate.Middle.X / Side == column && candidate.Middle.Y / Side == row;
                        if (isHere && area.Contains(candidate.Middle) && !IsBeaten(in candidate))
                        {
                            counting.Add(Fitted(index));
                        }
                    }
                }
            }
        }
    }

    private ChokePoint Fitted(int index)
    {
        Entry entry = _entries[index];
        if (entry.Fitted.Key == 0)
        {
            entry = entry with { Fitted = _fitter.Fit(entry.Candidate.Point) };
            _entries[index] = entry;
        }

        return entry.Fitted;
    }

    private CellRect Clipped(CellRect rect) => rect.ClippedTo(_open.Width, _open.Height);

    // Those of a kind in an area are now the found ones. Tells where others may count for it, with what is told already.
    private CellRect Replace(CellRect area, int kind, CellRect differs)
    {
        _replacements++;
        foreach (ChokeCandidate candidate in _found)
        {
            if (_byKey.TryGetValue(candidate.Point.Key, out int index) && _entries[index].Candidate == candidate)
            {
                _entries[index] = _entries[index] with { Replacement = _replacements };
            }
        }

        for (int row = area.Y / Side; row * Side < area.Y + area.Height; row++)
        {
            for (int column = area.X / Side; column * Side < area.X + area.Width; column++)
            {
                foreach (int index in Square(kind, column, row))
                {
                    Entry entry = _entries[index];
                    bool isMeant = kind == ChokePoint.Slanted ? area.Contains(entry.Candidate.Middle) : entry.Candidate.Point.Cells.Overlaps(area);
                    if (isMeant && entry.Replacement != _replacements)
                    {
                        // One is met in several squares.
                        _gone.Add(index);
                        _entries[index] = entry with { Replacement = _replacements };
                    }
                }
            }
        }

        foreach (int index in _gone)
        {
            ChokeCandidate candidate = _entries[index].Candidate;
            differs = With(differs, candidate, RivalsWithin);
            Register(index, in candidate, isKnown: false);
            _byKey.Remove(candidate.Point.Key);
            _free.Push(index);
        }

        foreach (ChokeCandidate candidate in _found)
        {
            int index = _free.Count > 0 ? _free.Peek() : _entries.Count;
            if (_byKey.TryAdd(candidate.Point.Key, index))
            {
                if (!_free.TryPop(out _))
                {
                    _entries.Add(default);
                }

                _entries[index] = new Entry(candidate, default, _replacements);
                Register(index, in candidate, isKnown: true);
                differs = With(differs, candidate, RivalsWithin);
            }
        }

        _found.Clear();
        _gone.Clear();
        return differs;
    }

    // The ground before the mouths of those in an area may be another.
    private CellRect Turn(CellRect area, CellRect differs)
    {
        for (int kind = 0; kind < ChokePoint.Kinds; kind++)
        {
            for (int row = area.Y / Side; row * Side < area.Y + area.Height; row++)
            {
                for (int column = area.X / Side; column * Side < area.X + area.Width; column++)
                {
                    foreach (int index in Square(kind, column, row))
                    {
                        Entry entry = _entries[index];
                        if (entry.Fitted.Key != 0 && area.Contains(entry.Candidate.Middle))
                        {
                            _entries[index] = entry with { Fitted = default };
                            differs = With(differs, entry.Candidate, within: 0);
                        }
                    }
                }
            }
        }

        return differs;
    }

    private static CellRect With(CellRect area, in ChokeCandidate candidate, int within)
    {
        CellRect near = new CellRect(candidate.Middle.X, candidate.Middle.Y, 1, 1).GrownBy(within);
        return area.IsEmpty ? near : area.With(near);
    }

    private CellRect Ground(in ChokeCandidate candidate) => Clipped(candidate.Point.Cells.GrownBy(ChokeCandidate.RivalAlong));

    private List<int> Square(int kind, int column, int row) => _squares[kind][(row * _squaresAcross) + column] ?? Nothing;

    private void Register(int index, in ChokeCandidate candidate, bool isKnown)
    {
        CellRect ground = Ground(in candidate);
        for (int row = ground.Y / Side; row * Side < ground.Y + ground.Height; row++)
        {
            for (int column = ground.X / Side; column * Side < ground.X + ground.Width; column++)
            {
                List<int> square = _squares[candidate.Point.Kind][(row * _squaresAcross) + column] ??= [];
                if (isKnown)
                {
                    square.Add(index);
                }
                else
                {
                    square.Remove(index);
                }
            }
        }
    }

    private bool IsBeaten(in ChokeCandidate candidate)
    {
        CellRect ground = Ground(in candidate);
        for (int kind = 0; kind < ChokePoint.Kinds; kind++)
        {
            for (int row = ground.Y / Side; row * Side < ground.Y + ground.Height && ChokeCandidate.AreRivals(kind, candidate.Point.Kind); row++)
            {
                for (int column = ground.X / Side; column * Side < ground.X + ground.Width; column++)
                {
                    foreach (int index in Square(kind, column, row))
                    {
                        if (_entries[index].Candidate.Beats(in candidate))
                        {
                            return true;
                        }
                    }
                }
            }
        }

        return false;
    }

    // Fitted: turned towards the walls; nothing while nobody has asked. Replacement: the last that found it.
    private readonly record struct Entry(ChokeCandidate Candidate, ChokePoint Fitted, int Replacement);
}
