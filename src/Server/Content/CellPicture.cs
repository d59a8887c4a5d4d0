using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Flow;

namespace RealtimeServer.Server.Content;

/// <summary>The cells of a match's grid at one version, copied, and what follows from them: worked out on the thread of who asks, never on the match's.</summary>
internal sealed class CellPicture
{
    /// <summary>Steps of a clearance in a cell's width; 255 of them are as far as it is told.</summary>
    public const int ClearanceSteps = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<Cell, byte[]> _flows = [];
    private readonly Lazy<byte[]> _clearance;
    private readonly Grid _grid;
    private FlowFields? _fields;

    /// <summary>Copies a grid: a few bytes a cell.</summary>
    public CellPicture(Grid grid)
    {
        _grid = grid.Clone();
        Version = grid.Version;
        _clearance = new Lazy<byte[]>(ReadClearance);
    }

    public int Version { get; }

    public int Width => _grid.Width;

    public int Height => _grid.Height;

    /// <summary>A byte a cell: 0 closed, otherwise the cost in eighths.</summary>
    public byte[] Costs
    {
        get
        {
            var costs = new byte[Width * Height];
            for (int i = 0; i < costs.Length; i++)
            {
                (int x, int y) = (i % Width, i / Width);
                costs[i] = _grid.IsOpen(x, y) ? (byte)(_grid.Cost(x, y) / Grid.CostStep) : (byte)0;
            }

            return costs;
        }
    }

    /// <summary>A byte a cell, in <see cref="ClearanceSteps"/>.</summary>
    public byte[] Clearances => _clearance.Value;

    public Cell Clamp(Cell goal) => new(Math.Clamp(goal.X, 0, Width - 1), Math.Clamp(goal.Y, 0, Height - 1));

    /// <summary>Two signed bytes a cell: the direction to a goal, 127 long; zero at the goal and where no way leads there.</summary>
    /// <param name="goal">A cell of the grid.</param>
    /// <param name="allowance">How many goals may still be worked out; one less afterwards if this was one of them.</param>
    /// <returns>False if it would have to be worked out and none may.</returns>
    public bool TryFlow(Cell goal, ref int allowance, [NotNullWhen(true)] out byte[]? flow)
    {
        lock (_lock)
        {
            if (_flows.TryGetValue(goal, out flow))
            {
                return true;
            }

            if (allowance <= 0)
            {
                return false;
            }

            allowance--;
            if (_flows.Count >= Limits.DemoFlowGoalsMax)
            {
                _flows.Clear();
            }

            flow = ReadFlow((_fields ??= new FlowFields(_grid)).To(goal));
            _flows.Add(goal, flow);
            return true;
        }
    }

    private byte[] ReadClearance()
    {
        const float Most = 255f / ClearanceSteps;
        float[] clearance = Clearance.Of(_grid, Most);
        return Array.ConvertAll(clearance, static cells => (byte)(cells * ClearanceSteps));
    }

    private byte[] ReadFlow(FlowField field)
    {
        var flow = new byte[2 * Width * Height];
        for (int i = 0; i < Width * Height; i++)
        {
            var cell = new Cell(i % Width, i / Width);
            if (_grid.IsOpen(cell) && field.TryDirection(cell.Centre, out Vec2 direction))
            {
                flow[2 * i] = (byte)(sbyte)MathF.Round(direction.X * sbyte.MaxValue);
                flow[(2 * i) + 1] = (byte)(sbyte)MathF.Round(direction.Y * sbyte.MaxValue);
            }
        }

        return flow;
    }
}
