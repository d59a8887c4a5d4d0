using System.Text;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Simulation.Harness;

/// <summary>Maps drawn as text: '.' is open ground, '#' a wall.</summary>
internal static class TestMaps
{
    public static GameMap Open(int width, int height) => Draw([.. Enumerable.Repeat(new string('.', width), height)]);

    /// <summary>Open ground with what a designer placed on it, as Tiled writes it; a cell is 16 pixels.</summary>
    public static GameMap OpenWith(int width, int height, params string[] objects) => Draw([.. Enumerable.Repeat(new string('.', width), height)], objects);

    public static GameMap Draw(params string[] rows) => Draw(rows, []);

    private static GameMap Draw(string[] rows, string[] objects)
    {
        string tiles = string.Join(',', rows.SelectMany(row => row).Select(cell => cell == '#' ? 2 : 1));
        string json = $$"""
            {"type":"map","version":"1.10","orientation":"orthogonal","renderorder":"right-down","infinite":false,
             "width":{{rows[0].Length}},"height":{{rows.Length}},"tilewidth":16,"tileheight":16,
             "layers":[{"type":"tilelayer","id":1,"name":"ground","width":{{rows[0].Length}},"height":{{rows.Length}},"data":[{{tiles}}]},
                       {"type":"objectgroup","id":2,"name":"things","objects":[{{string.Join(',', objects)}}]}],
             "tilesets":[{"firstgid":1,"name":"tiles","tilewidth":16,"tileheight":16,"tilecount":2,"columns":2,
               "tiles":[{"id":0,"type":"grass"},
                        {"id":1,"type":"rock","properties":[{"name":"walkable","type":"bool","value":false}]}]}]}
            """;
        return MapFile.Parse("drawn.tmj", Encoding.UTF8.GetBytes(json));
    }
}
