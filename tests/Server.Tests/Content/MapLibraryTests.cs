using System.Text.Json;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Server.Content;

public sealed class MapLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_maps_of_the_repository_load()
    {
        MapLibrary maps = MapLibrary.Load(Checkout.Maps);
        Assert.Empty(maps.Refused);
        Assert.Contains("lanes", maps.Names);
        Assert.Contains("arena", maps.Names);
    }

    [Fact]
    public void A_broken_map_is_refused_by_name_and_the_others_serve()
    {
        CopyLanes();
        _folder.Write("broken.tmj", """{ "type": "map", "width": 3 """);
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.Equal(["lanes"], maps.Names);
        Assert.Equal("broken.tmj", Assert.Single(maps.Refused).File);
    }

    [Fact]
    public void Two_maps_of_one_name_are_told_apart()
    {
        CopyLanes();
        File.Copy(Path.Combine(Checkout.Maps, "arena.tmx"), Path.Combine(_folder.Path, "lanes.tmx"));
        CopyTilesets();
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.Contains("rename one", Assert.Single(maps.Refused).Reason, StringComparison.Ordinal);
        Assert.True(maps.TryGet("lanes", out _));
    }

    [Fact]
    public void Without_lanes_there_is_no_start_and_the_reason_is_told()
    {
        Assert.Throws<StartException>(() => MapLibrary.Load(_folder.Path));
        _folder.Write("lanes.tmj", "{}");
        StartException refusal = Assert.Throws<StartException>(() => MapLibrary.Load(_folder.Path));
        Assert.Contains("lanes.tmj", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("maps:dir", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_somebody_chose_must_exist_and_the_default_one_has_a_fallback()
    {
        string missing = Path.Combine(_folder.Path, "none");
        Assert.Throws<StartException>(() => MapLibrary.Locate(missing, chosen: true));
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "maps"), MapLibrary.Locate(missing, chosen: false));
        Assert.Equal(_folder.Path, MapLibrary.Locate(_folder.Path, chosen: true));
    }

    [Fact]
    public void A_map_as_json_says_what_the_map_says()
    {
        Assert.True(MapLibrary.Load(Checkout.Maps).TryGet("lanes", out GameMap? map));
        using JsonDocument document = JsonDocument.Parse(MapJson.Write(map));
        JsonElement root = document.RootElement;
        Assert.Equal(("lanes", map.Width, map.Height), (Text(root, "name"), root.GetProperty("width").GetInt32(), root.GetProperty("height").GetInt32()));
        JsonElement layer = root.GetProperty("layers")[0];
        Assert.Equal(map.Layers[0].Name, Text(layer, "name"));
        Assert.Equal(map.Width * map.Height, layer.GetProperty("tiles").GetArrayLength());
        Assert.Equal(map.Layers[0].Gid(3, 2), layer.GetProperty("tiles")[(2 * map.Width) + 3].GetInt32());
        JsonElement tile = root.GetProperty("tiles")[0];
        Assert.Equal(map.Tiles[0].Color, Text(tile, "color"));
        Assert.Equal(map.Tiles[0].Walkable, tile.GetProperty("walkable").GetBoolean());
        JsonElement king = root.GetProperty("objects").EnumerateArray().First(o => Text(o, "class") == "tower" && Text(o.GetProperty("properties"), "kind") == "king");
        Assert.Equal(("rectangle", 4f), (Text(king, "shape"), king.GetProperty("width").GetSingle()));
        JsonElement lane = root.GetProperty("objects").EnumerateArray().First(o => Text(o, "class") == "lane");
        Assert.True(lane.GetProperty("points").GetArrayLength() >= 2);
        Assert.True(lane.GetProperty("points")[0].GetProperty("x").GetSingle() > 0);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private void CopyLanes()
    {
        File.Copy(Path.Combine(Checkout.Maps, "lanes.tmj"), Path.Combine(_folder.Path, "lanes.tmj"));
        CopyTilesets();
    }

    private void CopyTilesets()
    {
        foreach (string file in Directory.GetFiles(Checkout.Maps, "*.tsx").Concat(Directory.GetFiles(Checkout.Maps, "*.png")))
        {
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)), overwrite: true);
        }
    }
}
