namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>The tiles of one layer as they were stored: one block, or chunks of an infinite map.</summary>
internal sealed class TileArea
{
    private const int ChunkPlaceMax = 1 << 24;

    private readonly MapNode _node;
    private readonly string _name;
    private readonly List<(CellRect Where, uint[] Tiles)> _blocks;

    private TileArea(MapNode node, string name, List<(CellRect Where, uint[] Tiles)> blocks)
    {
        _node = node;
        _name = name;
        _blocks = blocks;
    }

    /// <param name="frame">What the layer must be as large as; null on infinite maps.</param>
    /// <param name="shift">Tiles by which the layer is moved.</param>
    public static TileArea Read(MapValues values, MapNode node, TileFrame? frame, Cell shift)
    {
        List<MapNode> datas = [.. node.Children.Where(child => child.Kind == "data")];
        if (datas.Count == 0)
        {
            throw values.Refuse(node, "The layer has no data.");
        }

        List<(CellRect, uint[])> blocks = [];
        List<MapNode> chunks = [.. datas.SelectMany(data => data.Children.Where(child => child.Kind == "chunk"))];
        if (frame is null && chunks.Count == 0 && datas[0].Data.Length == 0)
        {
            return new TileArea(node, values.Layer, blocks);
        }

        if (chunks.Count == 0)
        {
            (int width, int height) = SizeOf(values, node, frame);
            int x = frame is null ? values.Integer(node, "startx", 0, -ChunkPlaceMax, ChunkPlaceMax) : 0;
            int y = frame is null ? values.Integer(node, "starty", 0, -ChunkPlaceMax, ChunkPlaceMax) : 0;
            blocks.Add((new CellRect(x + shift.X, y + shift.Y, width, height), ReadBlock(values, node, datas[0], datas[0], width, height)));
        }

        foreach (MapNode chunk in chunks)
        {
            if (frame is not null)
            {
                throw values.Refuse(node, "It is stored in chunks, but the map is not infinite.");
            }

            int x = values.Integer(chunk, "x", null, -ChunkPlaceMax, ChunkPlaceMax);
            int y = values.Integer(chunk, "y", null, -ChunkPlaceMax, ChunkPlaceMax);
            int width = values.Integer(chunk, "width", null, 1, Limits.GridSideMax);
            int height = values.Integer(chunk, "height", null, 1, Limits.GridSideMax);
            blocks.Add((new CellRect(x + shift.X, y + shift.Y, width, height), ReadBlock(values, node, datas[0], chunk, width, height)));
        }

        return new TileArea(node, values.Layer, blocks);
    }

    /// <summary>The least rectangle that holds all tiles of all layers; null if there are none.</summary>
    public static CellRect? Bounds(IEnumerable<TileArea> areas)
    {
        (int left, int top, int right, int bottom) = (int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);
        foreach ((CellRect where, uint[] tiles) in areas.SelectMany(area => area._blocks))
        {
            for (int i = Array.FindIndex(tiles, static tile => tile != 0); i >= 0 && i < tiles.Length; i++)
            {
                if (tiles[i] != 0)
                {
                    (int x, int y) = (where.X + (i % where.Width), where.Y + (i / where.Width));
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                    (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                }
            }
        }

        return left > right ? null : new CellRect(left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>The layer in the map's own columns and rows.</summary>
    public TileLayer ToLayer(MapValues values, TileFrame frame, Cell first, TilesetReader tilesets)
    {
        bool isWhole = _blocks.Count == 1 && _blocks[0].Where == new CellRect(0, 0, frame.Columns, frame.Rows) && first == default;
        if (!isWhole)
        {
            values.Budget.TakeLayerCells(values.File, _name, frame.Columns * frame.Rows);
        }

        uint[] all = isWhole ? _blocks[0].Tiles : new uint[frame.Columns * frame.Rows];
        foreach ((CellRect where, uint[] tiles) in _blocks)
        {
            Check(values, where, tiles, tilesets);
            for (int y = 0; y < where.Height && !isWhole; y++)
            {
                CopyRow(tiles.AsSpan(y * where.Width, where.Width), where.X - first.X, where.Y + y - first.Y, frame, all);
            }
        }

        values.Layer = _name;
        TileLayer layer = new(_name, values.Name(_node, "class"), frame.Columns, frame.Rows, all, values.Properties(_node));
        values.Layer = "";
        return layer;
    }

    private static void CopyRow(ReadOnlySpan<uint> row, int x, int y, TileFrame frame, uint[] all)
    {
        int from = Math.Max(-x, 0);
        int count = Math.Min(row.Length, frame.Columns - x) - from;
        if ((uint)y < (uint)frame.Rows && count > 0)
        {
            row.Slice(from, count).CopyTo(all.AsSpan((y * frame.Columns) + x + from));
        }
    }

    private static (int Width, int Height) SizeOf(MapValues values, MapNode node, TileFrame? frame)
    {
        int width = values.Integer(node, "width", frame?.Columns, 0, int.MaxValue);
        int height = values.Integer(node, "height", frame?.Rows, 0, int.MaxValue);
        if (frame is not null && (width != frame.Columns || height != frame.Rows))
        {
            throw values.Refuse(node, $"The layer is {width} by {height} cells; the map is {frame.Columns} by {frame.Rows}.");
        }

        return width <= Limits.GridSideMax && height <= Limits.GridSideMax
            ? (width, height)
            : throw values.Refuse(node, $"The layer is {width} by {height} cells; {Limits.GridSideMax} each way are allowed.");
    }

    private static uint[] ReadBlock(MapValues values, MapNode node, MapNode data, MapNode part, int width, int height)
    {
        if ((long)width * height > Limits.MapCellsMax)
        {
            throw values.Refuse(node, $"The layer has {(long)width * height} cells; {Limits.MapCellsMax} are allowed.");
        }

        values.Budget.TakeLayerCells(values.File, values.Layer, width * height);
        return LayerData.Read(values, node, data, part, width, height);
    }

    private void Check(MapValues values, CellRect where, uint[] tiles, TilesetReader tilesets)
    {
        uint known = 0;
        for (int i = 0; i < tiles.Length; i++)
        {
            uint gid = tiles[i] & TileLayer.GidMask;
            if (gid != known && gid != 0)
            {
                known = tilesets.Find((int)gid) is not null
                    ? gid
                    : throw new MapException(values.File, _name, $"row {where.Y + (i / where.Width)}, column {where.X + (i % where.Width)}", $"The tile {gid} is in no tileset.");
            }
        }
    }
}
