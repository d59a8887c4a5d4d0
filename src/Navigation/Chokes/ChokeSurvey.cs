using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>All that may be choke points of some open cells, kept as these change, and which of it counts.</summary>
internal sealed class ChokeSurvey
{
    // The middles of two that lead through the same passage are no farther from each other, in cells.
    private const int RivalsWithin = 35;

    // Of the squares in which they are kept.
    private const int Side = 8;

    private readonly CellBits _open;
    private readonly StraightChokes _straight;
    private readonly SlantedChokes _slanted;
    private readonly ChokeFitter _fitter;
    private readonly PlacedSet<ChokeCandidate>[] _byKind = new PlacedSet<ChokeCandidate>[ChokePoint.Kinds];
    private readonly Dictionary<ulong, ChokePoint> _fitted = [];
    private readonly List<ChokeCandidate> _found = [];
    private readonly List<ChokeCandidate> _changed = [];
    private readonly List<int> _near = [];

    /// <param name="open">The open cells; whoever changes them calls <see cref="Take"/>.</param>
    public ChokeSurvey(CellBits open)
    {
        _open = open;
        _straight = new StraightChokes(open);
        ChokeWalls walls = new(open);
        _fitter = new ChokeFitter(walls);
        _slanted = new SlantedChokes(open, walls, _fitter);
        for (int kind = 0; kind < _byKind.Length; kind++)
        {
            _byKind[kind] = new PlacedSet<ChokeCandidate>(open.Width, open.Height, Side);
        }
    }

    /// <summary>Takes over cells that have changed.</summary>
    /// <returns>Where the middles of those lie that may count now and did not, or the other way round; empty if there are none.</returns>
    public CellRect Take(CellRect changed)
    {
        _straight.Take(changed);
        _changed.Clear();
        foreach (bool alongX in (ReadOnlySpan<bool>)[false, true])
        {
            CellRect area = StraightChokes.TouchedBy(changed, alongX);
            _straight.Find(area, alongX, _found);
            Replace(alongX ? ChokePoint.AlongX : ChokePoint.AlongY, area);
        }

        CellRect middles = SlantedChokes.TouchedBy(changed);
        _slanted.Find(middles, _found);
        Replace(ChokePoint.Slanted, middles);

        CellRect differs = Turn(middles);
        foreach (ChokeCandidate candidate in _changed)
        {
            differs = With(differs, in candidate, RivalsWithin);
        }

        return differs.ClippedTo(_open.Width, _open.Height);
    }

    /// <summary>Adds those that count and have their middles in an area.</summary>
    public void AddCounting(CellRect area, List<ChokePoint> counting)
    {
        foreach (PlacedSet<ChokeCandidate> candidates in _byKind)
        {
            _near.Clear();
            candidates.AddNear(area, _near);
            foreach (int index in _near)
            {
                ChokeCandidate candidate = candidates[index];
                if (area.Contains(candidate.Middle) && !IsBeaten(in candidate))
                {
                    counting.Add(Fitted(in candidate));
                }
            }
        }
    }

    private ChokePoint Fitted(in ChokeCandidate candidate)
    {
        if (!_fitted.TryGetValue(candidate.Key, out ChokePoint fitted))
        {
            fitted = _fitter.Fit(candidate.Point);
            _fitted.Add(candidate.Key, fitted);
        }

        return fitted;
    }

    private void Replace(int kind, CellRect area)
    {
        int before = _changed.Count;
        _byKind[kind].Replace(area, _found, _changed);
        _found.Clear();
        for (int i = before; i < _changed.Count; i++)
        {
            _fitted.Remove(_changed[i].Key);
        }
    }

    // The ground before the mouths of those in an area may be another. Tells where they are.
    private CellRect Turn(CellRect area)
    {
        CellRect turned = default;
        foreach (PlacedSet<ChokeCandidate> candidates in _byKind)
        {
            _near.Clear();
            candidates.AddNear(area, _near);
            foreach (int index in _near)
            {
                ChokeCandidate candidate = candidates[index];
                if (area.Contains(candidate.Middle) && _fitted.Remove(candidate.Key))
                {
                    turned = With(turned, in candidate, within: 0);
                }
            }
        }

        return turned;
    }

    private static CellRect With(CellRect area, in ChokeCandidate candidate, int within)
    {
        CellRect near = new CellRect(candidate.Middle.X, candidate.Middle.Y, 1, 1).GrownBy(within);
        return area.IsEmpty ? near : area.With(near);
    }

    // A rival has its middle on the ground of the other, so that one of their middles is on both grounds.
    private bool IsBeaten(in ChokeCandidate candidate)
    {
        CellRect ground = candidate.Ground.ClippedTo(_open.Width, _open.Height);
        for (int kind = 0; kind < _byKind.Length; kind++)
        {
            if (ChokeCandidate.AreRivals(kind, candidate.Point.Kind) && IsBeaten(in candidate, _byKind[kind], ground))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBeaten(in ChokeCandidate candidate, PlacedSet<ChokeCandidate> rivals, CellRect ground)
    {
        for (int y = ground.Y - (ground.Y % Side); y < ground.Y + ground.Height; y += Side)
        {
            for (int x = ground.X - (ground.X % Side); x < ground.X + ground.Width; x += Side)
            {
                foreach (int index in rivals.Near(x, y))
                {
                    if (rivals[index].Beats(in candidate))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }
}
