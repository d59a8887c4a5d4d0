namespace RealtimeServer.Bench;

/// <summary>Measurements of one quantity, kept whole up to a bound; adding allocates nothing.</summary>
internal sealed class Samples(int countMax)
{
    private readonly double[] _values = new double[countMax];

    public int Count { get; private set; }

    public void Add(double value)
    {
        if (Count < _values.Length)
        {
            _values[Count++] = value;
        }
    }

    public void Clear() => Count = 0;

    public double Mean => Count == 0 ? 0 : _values.AsSpan(0, Count).ToArray().Average();

    /// <summary>The least value that this share of all is not above; 0 without samples.</summary>
    public double Percentile(double share)
    {
        if (Count == 0)
        {
            return 0;
        }

        double[] sorted = _values.AsSpan(0, Count).ToArray();
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(share * Count) - 1, 0, Count - 1)];
    }
}
