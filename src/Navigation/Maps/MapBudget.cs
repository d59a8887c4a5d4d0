namespace RealtimeServer.Navigation.Maps;

/// <summary>What is left of the limits while one map with all its files is read.</summary>
internal sealed class MapBudget
{
    private int _files = Limits.MapFilesMax;
    private long _bytes = Limits.MapBytesMax;
    private int _elements = Limits.MapElementsMax;
    private int _attributes = Limits.MapAttributesMax;
    private int _layers = Limits.MapLayersMax;
    private int _layerCells = Limits.MapLayerCellsMax;
    private int _tiles = Limits.MapTilesMax;
    private int _objects = Limits.MapObjectsMax;
    private int _points = Limits.MapPointsMax;
    private int _properties = Limits.MapPropertiesMax;

    public void TakeFile(string file, long bytes)
    {
        if (bytes > Limits.MapFileBytesMax)
        {
            throw new MapException(file, "", "", $"The file has {bytes} bytes; {Limits.MapFileBytesMax} are allowed.");
        }

        Take(ref _files, 1, file, "", "files", Limits.MapFilesMax);
        _bytes -= bytes;
        if (_bytes < 0)
        {
            throw new MapException(file, "", "", $"The map's files have more than {Limits.MapBytesMax} bytes together.");
        }
    }

    public void TakeElement(string file) => Take(ref _elements, 1, file, "", "elements", Limits.MapElementsMax);

    public void TakeAttribute(string file) => Take(ref _attributes, 1, file, "", "attributes of elements", Limits.MapAttributesMax);

    public void TakeLayer(string file, string layer) => Take(ref _layers, 1, file, layer, "layers", Limits.MapLayersMax);

    public void TakeLayerCells(string file, string layer, int count) =>
        Take(ref _layerCells, count, file, layer, "cells in all layers together", Limits.MapLayerCellsMax);

    public void TakeTiles(string file, int count) => Take(ref _tiles, count, file, "", "tiles", Limits.MapTilesMax);

    public void TakeObject(string file, string layer) => Take(ref _objects, 1, file, layer, "objects", Limits.MapObjectsMax);

    public void TakePoints(string file, string layer, int count) => Take(ref _points, count, file, layer, "points", Limits.MapPointsMax);

    public void TakeProperty(string file, string layer) => Take(ref _properties, 1, file, layer, "properties", Limits.MapPropertiesMax);

    private static void Take(ref int left, int count, string file, string layer, string what, int limit)
    {
        if (count > left)
        {
            throw new MapException(file, layer, "", $"The map has more than {limit} {what}.");
        }

        left -= count;
    }
}
