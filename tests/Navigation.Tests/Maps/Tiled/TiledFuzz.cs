using System.Text;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>What only some maps of Tiled use, mutated: every orientation, chunks, templates, zstd, and objects of every shape.</summary>
public sealed class TiledFuzz
{
    private const string Template =
        """<template><tileset firstgid="1" source="set.tsx"/><object name="t" type="tree" gid="2" width="10" height="20"><properties><property name="cost" type="float" value="3"/></properties></object></template>""";

    private const string Set =
        """<tileset name="s" tilewidth="10" tileheight="20" tilecount="3"><tileoffset x="1" y="2"/><tile id="1"><objectgroup><object x="1" y="2" width="5" height="6" rotation="30"/><object x="2" y="2"><polygon points="0,0 4,0 2,9"/></object></objectgroup></tile></tileset>""";

    public static TheoryData<string> Maps => ["orthogonal", "isometric", "staggered", "hexagonal", "infinite", "json"];

    [Theory]
    [MemberData(nameof(Maps))]
    public void Mutated_maps_load_or_are_refused(string kind) =>
        Fuzzing.Run(kind, Encoding.UTF8.GetBytes(Text(kind)), 400, content => MapFile.Parse("m.tmx", content, Files(Template, Set)));

    [Theory]
    [InlineData(Template, true)]
    [InlineData(Set, false)]
    public void Mutated_templates_and_tilesets_load_or_are_refused(string original, bool isTemplate)
    {
        byte[] map = Encoding.UTF8.GetBytes(Text("orthogonal"));
        Fuzzing.Run(original, Encoding.UTF8.GetBytes(original), 400, content =>
        {
            string text = Encoding.Latin1.GetString(content);
            MapFile.Parse("m.tmx", map, isTemplate ? Files(text, Set) : Files(Template, text));
        });
    }

    private static Func<string, byte[]?> Files(string template, string set) => path => path switch
    {
        "t.tx" => Encoding.Latin1.GetBytes(template),
        "set.tsx" => Encoding.Latin1.GetBytes(set),
        _ => null,
    };

    private static string Text(string kind)
    {
        if (kind == "json")
        {
            return """
                {"type":"map","orientation":"isometric","infinite":true,"width":3,"height":2,"tilewidth":10,"tileheight":20,"tilesets":[{"firstgid":1,"source":"set.tsx"}],
                 "properties":[{"name":"c","type":"class","value":{"x":3,"d":{"y":"z"}}}],
                 "layers":[{"type":"tilelayer","name":"g","class":"region","chunks":[{"x":-16,"y":0,"width":2,"height":2,"data":[1,2,3,0]},{"x":0,"y":4,"width":2,"height":1,"data":[1,1]}]},
                  {"type":"objectgroup","name":"o","objects":[{"id":1,"x":1,"y":2,"polygon":[{"x":0,"y":0},{"x":9,"y":0},{"x":4,"y":9}],"properties":[{"name":"walkable","type":"bool","value":false}]},
                   {"id":2,"template":"t.tx","x":3,"y":4},{"id":3,"x":1,"y":1,"width":4,"height":9,"rotation":45,"ellipse":true},{"id":4,"x":0,"y":0,"point":true}]}]}
                """;
        }

        string zstd = Convert.ToBase64String(TiledMapTests.Store([1, 2, 0x10000003, 0xA0000002, 1, 2]));
        string layer = kind == "infinite"
            ? """<layer name="a"><data encoding="csv"><chunk x="-16" y="16" width="3" height="2">1,2,3,0,0,1</chunk><chunk x="0" y="0" width="2" height="1">1,1</chunk></data></layer>"""
            : $"<layer name=\"a\"><data encoding=\"base64\" compression=\"zstd\">{zstd}</data></layer>";
        string frame = kind == "infinite" ? "infinite=\"1\" width=\"3\" height=\"2\"" : $"orientation=\"{kind}\" staggeraxis=\"y\" staggerindex=\"even\" hexsidelength=\"8\" width=\"3\" height=\"2\"";
        return TiledMapTests.Map(
            $"""
            <properties><property name="cellsPerTile" type="int" value="3"/></properties><tileset firstgid="1" source="set.tsx"/>{layer}
            <group name="g" offsetx="3"><objectgroup name="o" offsety="2"><object id="1" type="region" name="r" x="1" y="2" width="20" height="9" rotation="20"/>
            <object id="2" template="t.tx" x="5" y="5"/><object id="3" x="3" y="3" width="8" height="4"><capsule/><properties><property name="flags" value="wet, deep"/></properties></object>
            <object id="4" x="0" y="0"><polyline points="0,0 5,5"/></object><object id="5" gid="2147483650" x="1" y="20" width="10" height="20"/></objectgroup></group>
            """,
            frame);
    }
}
