using System.Net;
using System.Text.Json;
using RealtimeServer.Matches;
using RealtimeServer.Server.Metrics;

namespace RealtimeServer.Server.Doors;

public sealed class DemoDoorTests : IClassFixture<SharedServer>
{
    private readonly TestServer _server;

    public DemoDoorTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Fact]
    public async Task The_configuration_names_a_running_match()
    {
        JsonElement config = JsonDocument.Parse(await _server.Http.GetStringAsync("demo/config.json")).RootElement;
        Assert.Equal("defaultkey", config.GetProperty("serverKey").GetString());
        Assert.Equal(_server.Running.UdpEndPoint.Port, config.GetProperty("udpPort").GetInt32());
        Assert.True(MatchId.TryParse(config.GetProperty("matchId").GetString(), out MatchId id));
        Assert.True(_server.Running.Matches.TryGet(id, out MatchInfo? match));
        Assert.Equal(("lanes", true), (match.HandlerName, match.Authoritative));
    }

    [Fact]
    public async Task The_page_is_served_with_its_modules_as_modules()
    {
        using HttpResponseMessage page = await _server.Http.GetAsync("demo");
        Assert.Equal("/demo/", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        using HttpResponseMessage module = await _server.Http.GetAsync("demo/js/main.js");
        Assert.Equal("text/javascript", module.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(module.Headers.ETag);
    }

    [Fact]
    public async Task A_map_is_served_as_json_and_not_again_to_who_has_it()
    {
        using HttpResponseMessage first = await _server.Http.GetAsync("maps/lanes.json");
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal("lanes", JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("name").GetString());
        using HttpRequestMessage again = new(HttpMethod.Get, "maps/lanes.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await _server.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_arena_runs_once_somebody_asks_for_it_and_shows_its_bodies()
    {
        using HttpResponseMessage none = await _server.Http.GetAsync("demo/config.json?game=chess");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        JsonElement config = JsonDocument.Parse(await _server.Http.GetStringAsync("demo/config.json?game=arena")).RootElement;
        Assert.Equal(("arena", "courtyard"), (config.GetProperty("game").GetString(), config.GetProperty("map").GetString()));
        Assert.True(MatchId.TryParse(config.GetProperty("matchId").GetString(), out MatchId id));
        Assert.True(_server.Running.Matches.TryGet(id, out _));
        Assert.Equal(id.ToString(), JsonDocument.Parse(await _server.Http.GetStringAsync("demo/config.json?game=arena")).RootElement.GetProperty("matchId").GetString());
        foreach (string query in new[] { "", "?layers=1", "?layers=255", "?layers=-1", "?layers=x" })
        {
            using HttpResponseMessage picture = await _server.Http.GetAsync("demo/physics.bin" + query);
            byte[] bytes = await picture.Content.ReadAsByteArrayAsync();
            Assert.Equal("RSDD"u8.ToArray(), bytes[..4]);
            Assert.InRange(bytes.Length, 500, Limits.DemoPictureBytesMax);
        }
    }

    [Fact]
    public async Task The_running_match_shows_how_its_units_find_their_way()
    {
        foreach (string query in new[] { "", "?layers=255&goal=9,3", "?goal=-5,99999", "?goal=x,y", "?layers=x&goal=1,2,3" })
        {
            byte[] bytes = await _server.Http.GetByteArrayAsync("demo/navigation.bin" + query);
            Assert.Equal("RSNV"u8.ToArray(), bytes[..4]);
            Assert.Equal(((byte)31, (byte)18, (byte)32), (bytes[6], bytes[16], bytes[18])); // all layers of a map of 18 by 32 cells
            Assert.True(bytes.Length >= 32 + (18 * 32 * 4), $"{bytes.Length} bytes");
            Assert.Equal(0, bytes[32]); // trees stand in the corner
        }

        Assert.Equal(32 + (18 * 32), (await _server.Http.GetByteArrayAsync("demo/navigation.bin?layers=1")).Length);
        Assert.Equal(32, (await _server.Http.GetByteArrayAsync("demo/navigation.bin?layers=0")).Length);
    }

    [Theory]
    [InlineData("maps/none.json")]
    [InlineData("maps/lanes.tmj")]
    [InlineData("maps/../appsettings.json")]
    [InlineData("maps/%2e%2e%2fappsettings.json")]
    [InlineData("demo/../../appsettings.json")]
    [InlineData("demo/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("demo/..%2f..%2fappsettings.json")]
    [InlineData("demo//etc/passwd")]
    [InlineData("demo/nothing.html")]
    public async Task Nothing_but_the_pages_own_files_and_maps_is_served(string path)
    {
        using HttpResponseMessage response = await _server.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_show_the_matches_that_run()
    {
        using HttpResponseMessage response = await _server.Http.GetAsync("metrics");
        Assert.StartsWith("text/plain; version=0.0.4", response.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        PrometheusReading reading = PrometheusReading.Of(await response.Content.ReadAsStringAsync());
        Assert.InRange(reading.Samples["match_count"], 1, 2); // the arena of the demo starts when somebody asks for it
        Assert.Equal("histogram", reading.Types["match_tick_duration_seconds"]);
        Assert.True(reading.Samples.ContainsKey("udp_datagrams_received_total"));
    }
}
