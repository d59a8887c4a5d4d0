using System.Text;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>What a designer's project says of classes and enumerations, from a folder with a map, its tileset and the project.</summary>
public sealed class ProjectTypesTests : IDisposable
{
    private const string Project = """
        {"folders": ["."], "commands": [], "propertyTypes": [
          {"id": 1, "name": "Ground", "type": "class", "color": "#ff00ff00", "drawFill": true, "useAs": ["tile", "object"], "members": [
            {"name": "walkable", "type": "bool", "value": false}, {"name": "cost", "type": "float", "value": 2}, {"name": "list", "type": "list", "value": []},
            {"name": "flags", "type": "int", "propertyType": "Marks", "value": 5}]},
          {"id": 2, "name": "Marks", "type": "enum", "storageType": "int", "valuesAsFlags": true, "values": ["wet", "deep", "cold"]},
          {"id": 3, "name": "Side", "type": "enum", "storageType": "int", "valuesAsFlags": false, "values": ["red", "blue"]},
          {"id": 4, "name": "Loud", "type": "enum", "storageType": "string", "valuesAsFlags": false, "values": ["yes", "no"]},
          {"id": 5, "name": "Spawner", "type": "class", "members": [
            {"name": "side", "type": "int", "propertyType": "Side", "value": 1}, {"name": "loud", "type": "string", "propertyType": "Loud", "value": "no"},
            {"name": "wave", "type": "class", "propertyType": "Wave", "value": {"size": 9}}]},
          {"id": 6, "name": "Wave", "type": "class", "members": [
            {"name": "size", "type": "int", "value": 3}, {"name": "rest", "type": "float", "value": 1.5}, {"name": "first", "type": "class", "propertyType": "Loop", "value": {}}]},
          {"id": 7, "name": "Loop", "type": "class", "members": [{"name": "again", "type": "class", "propertyType": "Loop", "value": {}}]}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("project-types-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("m.tmx", """
        <map width="2" height="1" tilewidth="10" tileheight="10" class="Wave">
        <tileset firstgid="1" name="t" tilecount="3"><tile id="0" type="Ground"/><tile id="1" type="Ground"><properties><property name="walkable" type="bool" value="true"/></properties></tile></tileset>
        <layer name="a" width="2" height="1" class="Wave"><data encoding="csv">1,2</data></layer>
        <objectgroup name="o"><object id="1" type="Spawner" x="0" y="0"><properties><property name="side" type="int" propertytype="Side" value="0"/></properties><point/></object>
        <object id="2" x="0" y="0"><properties><property name="w" type="class" propertytype="Wave"><properties><property name="size" type="int" value="4"/></properties></property>
        <property name="m" type="int" propertytype="Marks" value="3"/></properties><point/></object>
        <object id="3" gid="1" x="10" y="10" width="10" height="10"/><object id="4" type="Spawner" gid="2" x="10" y="10" width="10" height="10"/></objectgroup></map>
        """)]
    [InlineData("m.tmj", """
        {"type": "map", "class": "Wave", "width": 2, "height": 1, "tilewidth": 10, "tileheight": 10,
         "tilesets": [{"firstgid": 1, "name": "t", "tilecount": 3, "tiles": [{"id": 0, "type": "Ground"}, {"id": 1, "type": "Ground", "properties": [{"name": "walkable", "type": "bool", "value": true}]}]}],
         "layers": [{"type": "tilelayer", "name": "a", "class": "Wave", "width": 2, "height": 1, "data": [1, 2]}, {"type": "objectgroup", "name": "o", "objects": [
           {"id": 1, "type": "Spawner", "x": 0, "y": 0, "width": 0, "height": 0, "point": true, "properties": [{"name": "side", "type": "int", "propertytype": "Side", "value": 0}]},
           {"id": 2, "type": "", "x": 0, "y": 0, "width": 0, "height": 0, "point": true, "properties": [{"name": "w", "type": "class", "propertytype": "Wave", "value": {"size": 4}},
             {"name": "m", "type": "int", "propertytype": "Marks", "value": 3}]},
           {"id": 3, "gid": 1, "x": 10, "y": 10, "width": 10, "height": 10}, {"id": 4, "type": "Spawner", "gid": 2, "x": 10, "y": 10, "width": 10, "height": 10}]}]}
        """)]
    public void Members_that_nobody_changed_and_values_written_as_numbers_are_as_the_project_says(string file, string text)
    {
        GameMap map = Load(file, text, out IReadOnlyList<string> files);
        Assert.Contains("game.tiled-project", files);
        Assert.True(MapFile.IsShared("game.tiled-project") && !MapFile.IsShared(file));
        Assert.Equal([false, true], new[] { map.CreateGrid().IsOpen(0, 0), map.CreateGrid().IsOpen(1, 0) });
        Assert.Equal((2f, 2f), (map.CreateGrid().Cost(0, 0), map.CreateGrid().Cost(1, 0)));
        Assert.True(map.HasFlag(new Cell(0, 0), "wet") && map.HasFlag(new Cell(0, 0), "cold") && !map.HasFlag(new Cell(0, 0), "deep"));
        Assert.Equal(("3", "1.5", "3"), (map.Properties["size"], map.Properties["rest"], map.Layers[0].Properties["size"]));
        IReadOnlyDictionary<string, string> spawner = map.Objects[0].Properties;
        Assert.Equal(("red", "no", "9", "1.5"), (spawner["side"], spawner["loud"], spawner["wave.size"], spawner["wave.rest"]));
        Assert.Equal(("4", "1.5", "wet,deep"), (map.Objects[1].Properties["w.size"], map.Objects[1].Properties["w.rest"], map.Objects[1].Properties["m"]));
        Assert.Equal(("Ground", "false", "wet,cold"), (map.Objects[2].Class, map.Objects[2].Properties["walkable"], map.Objects[2].Properties["flags"]));
        Assert.Equal(("true", "blue", false), (map.Objects[3].Properties["walkable"], map.Objects[3].Properties["side"], map.Objects[3].Properties.ContainsKey("cost")));
    }

    [Fact]
    public void Maps_in_folders_below_a_root_use_what_lies_above_them_but_nothing_above_the_root()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "levels", "first"));
        Directory.CreateDirectory(Path.Combine(_folder, "sets"));
        File.WriteAllText(Path.Combine(_folder, "game.tiled-project"), Project);
        File.WriteAllText(Path.Combine(_folder, "sets", "s.tsx"), """<tileset tilecount="1"><tile id="0" type="Ground"/></tileset>""");
        string file = Path.Combine(_folder, "levels", "first", "m.tmx");
        File.WriteAllText(file, """
            <map width="1" height="1" tilewidth="9" tileheight="9"><tileset firstgid="1" source="../../sets/s.tsx"/><layer name="a"><data encoding="csv">1</data></layer></map>
            """);
        LoadedMap map = MapFile.LoadWithFiles(file, _folder);
        Assert.Equal(["levels/first/m.tmx", "game.tiled-project", "sets/s.tsx"], map.Files);
        Assert.Equal(("m", "wet,cold"), (map.Map.Name, map.Map.Tiles[0].Properties["flags"]));
        Assert.Contains("move it there", Assert.Throws<MapException>(() => MapFile.LoadWithFiles(file)).Reason, StringComparison.Ordinal);
        Assert.Contains("does not lie", Assert.Throws<MapException>(() => MapFile.LoadWithFiles(file, Path.Combine(_folder, "levels"))).Reason, StringComparison.Ordinal);
        Assert.Contains("does not lie", Assert.Throws<MapException>(() => MapFile.LoadWithFiles(file, Path.Combine(_folder, "sets"))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"propertyTypes\": [", "line 1")]
    [InlineData("{\"propertyTypes\": [{\"type\": \"class\", \"members\": [{\"type\": \"int\"}]}]}", "no name")]
    [InlineData("{\"propertyTypes\": [{\"name\": 3}]}", "propertyTypes[0].name")]
    public void A_project_that_cannot_be_read_is_refused_by_its_own_name(string project, string reason)
    {
        MapException refusal = Assert.Throws<MapException>(() => Load("m.tmx", "<map width='1' height='1' tilewidth='9' tileheight='9'/>", out _, project));
        Assert.Equal("game.tiled-project", refusal.File);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_projects_load_or_are_refused() => Fuzzing.Run("project", Encoding.UTF8.GetBytes(Project), 400, content =>
    {
        ProjectTypes types = ProjectTypes.Read("p", content, new MapBudget());
        Dictionary<string, string> properties = [];
        types.Complete("Spawner", "", properties, static () => { });
        types.NameOf("Marks", "7");
    });

    private GameMap Load(string file, string text, out IReadOnlyList<string> files, string project = Project)
    {
        File.WriteAllText(Path.Combine(_folder, "game.tiled-project"), project);
        File.WriteAllText(Path.Combine(_folder, file), text);
        LoadedMap map = MapFile.LoadWithFiles(Path.Combine(_folder, file));
        files = map.Files;
        return map.Map;
    }
}
