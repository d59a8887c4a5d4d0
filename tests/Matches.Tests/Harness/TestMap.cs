using System.Text;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Matches.Harness;

internal static class TestMap
{
    /// <summary>Four by four open cells.</summary>
    public static GameMap Create() => MapFile.Parse("field.tmj", Encoding.UTF8.GetBytes("""
        {"type":"map","version":"1.10","orientation":"orthogonal","renderorder":"right-down","infinite":false,
         "width":4,"height":4,"tilewidth":16,"tileheight":16,
         "layers":[{"type":"tilelayer","id":1,"name":"ground","width":4,"height":4,"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}],
         "tilesets":[{"firstgid":1,"name":"tiles","tilewidth":16,"tileheight":16,"tilecount":1,"columns":1,
           "tiles":[{"id":0,"type":"grass"}]}]}
        """));
}
