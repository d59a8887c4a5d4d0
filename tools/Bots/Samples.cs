namespace RealtimeServer.Bots;

/// <summary>Every measured value of one kind, kept so that percentiles are exact. Not for use by two threads at once.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];
    private bool _sorted = true;

    public int Count => _values.Count;

    public void Add(double value)
    {
        _values.Add(value);
        _sorted = false;
    }

    public void AddRange(Samples other)
    {
        _values.AddRange(other._values);
        _sorted = false;
    }

    /// <summary>The least value that <paramref name="fraction"/> of all values do not exceed (nearest rank); 0 if there is none.</summary>
    public double Percentile(double fraction)
    {
        if (_values.Count == 0)
        {
            return 0;
        }

        if (!_sorted)
        {
            _values.Sort();
            _sorted = true;
        }

        int rank = (int)Math.Ceiling(fraction * _values.Count);
        return _values[Math.Clamp(rank - 1, 0, _values.Count - 1)];
    }

    public double Max => Percentile(1);

    public double Min => Percentile(0);

    public double Mean => _values.Count == 0 ? 0 : _values.Average();
}
