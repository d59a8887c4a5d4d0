using RealtimeServer.Matches;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Inputs;

namespace RealtimeServer.Server.Content;

/// <summary>What a designer saves while the server runs.</summary>
public sealed class MapReloadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _saves;

    public MapReloadTests()
    {
        foreach (string file in Directory.GetFiles(Checkout.Maps))
        {
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_map_is_there_once_it_has_stopped_changing()
    {
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.Empty(maps.Refresh());
        Save("lanes.tmj", text => text + "\n");
        Assert.Empty(maps.Refresh());
        Assert.Empty(maps.Refresh()); // the same map, saved in another way, is no news
        Save("arena.tmx", text => text.Replace("class=\"spawn\"", "class=\"start\"", StringComparison.Ordinal).Replace("type=\"spawn\"", "type=\"start\"", StringComparison.Ordinal));
        Assert.Empty(maps.Refresh());
        MapNews news = Assert.Single(maps.Refresh());
        Assert.Equal("arena.tmx", news.File);
        Assert.True(maps.TryGet("arena", out GameMap? arena));
        Assert.Same(news.Map, arena);
        Assert.DoesNotContain(arena.Objects, item => item.Class == "spawn");
    }

    [Fact]
    public void A_tileset_that_is_saved_reloads_the_maps_that_use_it()
    {
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Save("terrain.tsx", text => text.Replace("value=\"false\"", "value=\"true\"", StringComparison.Ordinal));
        maps.Refresh();
        Assert.Equal(["arena.tmx", "citadel.tmx"], maps.Refresh().Select(news => news.File));
    }

    [Fact]
    public void A_template_and_a_project_that_are_saved_reload_the_maps_that_use_them()
    {
        _folder.Write("home.tx", """<template><object type="spawn"><point/></object></template>""");
        _folder.Write("yard.tmx", """<map width="2" height="2" tilewidth="9" tileheight="9"><objectgroup><object id="1" template="home.tx" x="3" y="3"/></objectgroup></map>""");
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Save("home.tx", text => text.Replace("spawn", "start", StringComparison.Ordinal));
        maps.Refresh();
        Assert.Equal("start", Assert.Single(Assert.Single(maps.Refresh()).Map!.Objects).Class);
        _folder.Write("game.tiled-project", """{"propertyTypes": [{"name": "start", "type": "class", "members": [{"name": "side", "type": "string", "value": "red"}]}]}""");
        maps.Refresh();
        Assert.Equal("red", Assert.Single(maps.Refresh(), news => news.File == "yard.tmx").Map!.Objects[0].Properties["side"]);
        Save("game.tiled-project", text => text[..30]);
        maps.Refresh();
        Assert.Contains(maps.Refresh(), news => news.File == "yard.tmx" && news.Refused!.File == "game.tiled-project");
        Assert.True(maps.TryGet("yard", out GameMap? kept) && kept.Objects[0].Properties["side"] == "red");
    }

    [Fact]
    public void A_broken_save_keeps_the_last_good_map_until_it_is_repaired()
    {
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.True(maps.TryGet("arena", out GameMap? good));
        string text = File.ReadAllText(Path.Combine(_folder.Path, "arena.tmx"));
        Save("arena.tmx", whole => whole[..(whole.Length / 2)]);
        maps.Refresh();
        Assert.Equal("arena.tmx", Assert.Single(maps.Refresh()).Refused!.File);
        Assert.True(maps.TryGet("arena", out GameMap? kept) && ReferenceEquals(good, kept));
        Save("arena.tmx", _ => text);
        maps.Refresh();
        Assert.NotNull(Assert.Single(maps.Refresh()).Map);
    }

    [Fact]
    public void What_is_refused_is_told_when_it_is_saved_and_not_with_every_other_map()
    {
        _folder.Write("bad.map.json", """{"mask": "nope.png"}""");
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.Equal("bad.map.json", Assert.Single(maps.Refused).File);
        _folder.Write("yard.map", "type octile\nheight 2\nwidth 2\nmap\n..\n..\n");
        maps.Refresh();
        Assert.Equal("yard.map", Assert.Single(maps.Refresh()).File);
        _folder.Write("bad.map.json", """{"mask": "nope.png" }""");
        maps.Refresh();
        Assert.NotNull(Assert.Single(maps.Refresh()).Refused);
        _folder.Write("nope.png", "no picture");
        maps.Refresh();
        Assert.DoesNotContain("missing", Assert.Single(maps.Refresh()).Refused!.Reason, StringComparison.Ordinal);

        _folder.Write("yard.map.json", """{"mask": "nope.pgm"}""");
        _folder.Write("nope.pgm", "P2 1 1 1\n1\n");
        maps.Refresh();
        MapNews twice = Assert.Single(maps.Refresh(), news => news.Refused is not null);
        Assert.Contains("another map of the name 'yard'", twice.Refused!.Reason, StringComparison.Ordinal);
        Assert.True(maps.TryGet("yard", out GameMap? yard) && yard.Width == 2);
    }

    [Fact]
    public void New_maps_come_deleted_ones_go_and_a_source_wins_over_its_compiled_form()
    {
        MapLibrary maps = MapLibrary.Load(_folder.Path);
        Assert.True(maps.TryGet("arena", out GameMap? arena));
        _folder.Write("yard.map", "type octile\nheight 2\nwidth 2\nmap\n..\n..\n");
        File.WriteAllBytes(Path.Combine(_folder.Path, "citadel.rmap"), Navigation.Maps.Compiled.CompiledMap.Write(arena));
        File.WriteAllBytes(Path.Combine(_folder.Path, "copy.rmap"), Navigation.Maps.Compiled.CompiledMap.Write(arena));
        File.Delete(Path.Combine(_folder.Path, "arena.tmx"));
        maps.Refresh();
        maps.Refresh();
        Assert.Equal(["citadel", "copy", "courtyard", "lanes", "yard"], maps.Names);
        Assert.True(maps.TryGet("citadel", out GameMap? citadel) && citadel.Width == 64);
        Assert.True(maps.TryGet("copy", out GameMap? copy) && copy.Hash == arena.Hash);
    }

    [Fact]
    public async Task A_running_server_takes_over_what_is_saved()
    {
        await using TestServer server = await TestServer.StartAsync($"--maps:dir={_folder.Path}", "--maps:reloadSeconds=1");
        MatchHost matches = server.Running.Matches;
        MatchId running = matches.CreateSimulated(new MatchRequest("lanes", KeepAlive: true)).Info!.Id;
        string json = await server.Http.GetStringAsync("/maps/lanes.json");
        ulong drawn = await matches.InspectAsync(running, static match => match.Setup.Map.Hash);
        Assert.Equal(0, await matches.InspectAsync(running, MapChanges));
        Save("lanes.tmj", CloseACell);
        int changes = 0;
        for (int i = 0; i < 200 && changes == 0; i++)
        {
            await Task.Delay(100);
            changes = await matches.InspectAsync(running, MapChanges);
        }

        Assert.Equal(1, changes);
        MatchId next = matches.CreateSimulated(new MatchRequest("lanes", KeepAlive: true)).Info!.Id;
        Assert.NotEqual(drawn, await matches.InspectAsync(next, static match => match.Setup.Map.Hash));
        Assert.NotEqual(json, await server.Http.GetStringAsync("/maps/lanes.json"));
    }

    private static int MapChanges(MatchSimulation match)
    {
        int count = 0;
        foreach (InputLog.Entry entry in match.Log)
        {
            count += entry.Kind == InputEntryKind.MapChange ? 1 : 0;
        }

        return count;
    }

    // The first open cell of the left edge, by an area that says so.
    private static string CloseACell(string text)
    {
        const string Objects = "\"objects\": [";
        const string Pit =
            "{\"id\":9999,\"type\":\"pit\",\"name\":\"\",\"x\":0,\"y\":ROW,\"width\":32,\"height\":32,\"properties\":[{\"name\":\"walkable\",\"type\":\"bool\",\"value\":false}]},";
        GameMap map = MapFile.Load(Path.Combine(Checkout.Maps, "lanes.tmj"));
        Navigation.Grid grid = map.CreateGrid();
        int row = Enumerable.Range(0, map.Height).First(y => grid.IsOpen(0, y));
        return text.Insert(text.IndexOf(Objects, StringComparison.Ordinal) + Objects.Length, Pit.Replace("ROW", $"{row * 32}", StringComparison.Ordinal));
    }

    // Written as editors do, at a time that differs from the last save.
    private void Save(string file, Func<string, string> change)
    {
        string path = Path.Combine(_folder.Path, file);
        File.WriteAllText(path, change(File.ReadAllText(path)));
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1 + _saves++));
    }
}
