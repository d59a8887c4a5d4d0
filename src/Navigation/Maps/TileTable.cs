namespace RealtimeServer.Navigation.Maps;

/// <summary>Finds tiles by their numbers: as places of an array where those are small, which they nearly always are.</summary>
internal sealed class TileTable
{
    private const int DirectMax = 2 * Limits.MapTilesMax;

    private readonly TileKind?[] _direct;
    private readonly Dictionary<int, TileKind> _others = [];

    public TileTable(IReadOnlyList<TileKind> tiles)
    {
        int last = tiles.Count == 0 ? 0 : tiles.Max(tile => tile.Gid);
        _direct = new TileKind?[Math.Min(last, DirectMax) + 1];
        foreach (TileKind tile in tiles)
        {
            if (tile.Gid < _direct.Length)
            {
                _direct[tile.Gid] = tile;
            }
            else
            {
                _others.Add(tile.Gid, tile);
            }
        }
    }

    /// <summary>The tile of a number, or null.</summary>
    public TileKind? Find(int gid) => (uint)gid < (uint)_direct.Length ? _direct[gid] : _others.GetValueOrDefault(gid);
}
