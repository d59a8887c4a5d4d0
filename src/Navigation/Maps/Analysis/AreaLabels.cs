namespace RealtimeServer.Navigation.Maps.Analysis;

/// <summary>Parts of a map that hang together along rows and columns, each with a number. Steps across corners join nothing that those along sides do not.</summary>
internal sealed class AreaLabels
{
    private readonly int[] _labels;
    private readonly List<int> _sizes = [];
    private readonly List<int> _firsts = [];

    /// <param name="isIn">Whether a cell, by its index, belongs to any part.</param>
    public AreaLabels(int width, int height, Func<int, bool> isIn)
    {
        (Width, Height) = (width, height);
        _labels = new int[width * height];
        Array.Fill(_labels, -1);
        Stack<int> pending = new();
        for (int i = 0; i < _labels.Length; i++)
        {
            if (_labels[i] < 0 && isIn(i))
            {
                Flood(i, isIn, pending);
            }
        }
    }

    public int Width { get; }

    public int Height { get; }

    public int Count => _sizes.Count;

    /// <summary>The part a cell belongs to, or -1.</summary>
    public int this[int index] => _labels[index];

    public int SizeOf(int label) => _sizes[label];

    /// <summary>Its first cell, row by row.</summary>
    public Cell FirstOf(int label) => new(_firsts[label] % Width, _firsts[label] / Width);

    private void Flood(int first, Func<int, bool> isIn, Stack<int> pending)
    {
        int label = _sizes.Count;
        int size = 0;
        _labels[first] = label;
        pending.Push(first);
        while (pending.TryPop(out int at))
        {
            size++;
            int x = at % Width;
            Visit(x > 0 ? at - 1 : -1);
            Visit(x < Width - 1 ? at + 1 : -1);
            Visit(at - Width);
            Visit(at + Width < _labels.Length ? at + Width : -1);
        }

        _sizes.Add(size);
        _firsts.Add(first);

        void Visit(int next)
        {
            if (next >= 0 && _labels[next] < 0 && isIn(next))
            {
                _labels[next] = label;
                pending.Push(next);
            }
        }
    }
}
