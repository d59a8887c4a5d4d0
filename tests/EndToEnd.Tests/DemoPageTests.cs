using System.Text.Json;
using Microsoft.Playwright;
using RealtimeServer.Ecs;
using RealtimeServer.Games.Lanes;
using RealtimeServer.Matches;
using RealtimeServer.Server;
using RealtimeServer.Simulation;

namespace RealtimeServer.EndToEnd;

/// <summary>The demo page in a real browser, against a real server.</summary>
public sealed class DemoPageTests : IAsyncLifetime
{
    internal static readonly string[] BrowserArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly string _data = Directory.CreateTempSubdirectory("demo-page-").FullName;
    private readonly List<string> _faults = [];
    private RunningServer _server = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async Task InitializeAsync()
    {
        _server = await ServerHost.StartAsync(["--http:port", "0", "--udp:port", "0", "--data:dir", _data]);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = FindChromium(), Args = BrowserArguments });
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task The_page_shows_a_running_match_and_a_click_deploys_a_unit_in_the_servers_world()
    {
        IPage page = await OpenAsync(1280, 900);
        await page.WaitForFunctionAsync("window.demo?.ready && window.demo.player > 0", null, Patient);
        int player = await page.EvaluateAsync<int>("window.demo.player");
        await page.WaitForFunctionAsync("window.demo.energy() >= 3", null, Patient);

        // An archer has a wide open place before its own king on either side.
        int before = await CountUnitsAsync(player, UnitKind.Archer);
        await page.EvaluateAsync("window.demo.choose(1)");
        float y = player == 1 ? 20.5f : 11.5f;
        JsonElement at = await page.EvaluateAsync<JsonElement>($"(() => {{ const p = window.demo.clientOf(6.5, {y}); return {{ x: p.x ?? p[0], y: p.y ?? p[1] }}; }})()");
        await page.Mouse.ClickAsync(at.GetProperty("x").GetSingle(), at.GetProperty("y").GetSingle());

        await UntilAsync(async () => await CountUnitsAsync(player, UnitKind.Archer) > before, "the archers did not appear in the server's world");
        await page.WaitForFunctionAsync($"window.demo.entities().some(e => e.type === 'unit' && e.kind === 1 && e.owner === {player})");

        // What the page shows walks.
        await page.EvaluateAsync("window.was = Object.fromEntries(window.demo.entities().filter(e => e.type === 'unit').map(e => [e.key, e]))");
        await page.WaitForFunctionAsync("window.demo.entities().some(e => window.was[e.key] && Math.hypot(e.x - window.was[e.key].x, e.y - window.was[e.key].y) > 0.5)");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "demo-desktop.png") });
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task Its_toggles_show_grid_clearance_flow_field_paths_and_avoidance_as_the_server_has_them()
    {
        IPage page = await OpenAsync(1280, 900);
        await page.WaitForFunctionAsync("window.demo?.ready && window.demo.player > 0", null, Patient);
        Assert.True(await page.EvaluateAsync<bool>("window.demo.navigation === null"));
        await page.EvaluateAsync(
            """
            () => {
            window.pixels = () => { const c = document.getElementById("board"); return c.getContext("2d").getImageData(0, 0, c.width, c.height).data; };
            window.differs = (a, b, least) => { let count = 0; for (let i = 0; i < a.length; i += 4) {
              count += Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 60 ? 1 : 0; } return count > a.length / 4 * least; };
            }
            """);
        foreach (string layer in (string[])["grid", "clearance", "flow"])
        {
            await page.EvaluateAsync("window.plain = window.pixels()");
            await page.Locator($"[data-layer={layer}]").CheckAsync();
            await page.WaitForFunctionAsync($"window.demo.navigation?.{layer}?.length > 0 && window.differs(window.plain, window.pixels(), 0.05)", null, Patient);
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, $"demo-{layer}.png") });
            await page.Locator($"[data-layer={layer}]").UncheckAsync();
            await page.WaitForFunctionAsync("window.demo.navigation === null", null, Patient);
        }

        // Archers deployed by this player walk: their way and velocities are among the server's.
        await page.WaitForFunctionAsync("window.demo.energy() >= 3", null, Patient);
        await page.EvaluateAsync("window.demo.choose(1)");
        JsonElement at = await page.EvaluateAsync<JsonElement>($"window.demo.clientOf(6.5, {(await page.EvaluateAsync<int>("window.demo.player") == 1 ? 20.5f : 11.5f)})");
        await page.Mouse.ClickAsync(at.GetProperty("x").GetSingle(), at.GetProperty("y").GetSingle());
        await page.Locator("[data-layer=paths]").CheckAsync();
        await page.Locator("[data-layer=velocities]").CheckAsync();
        await page.WaitForFunctionAsync(
            "window.demo.navigation?.agents.some(a => a.way.length > 0 && Math.hypot(...a.velocity) > 0.3 && Math.hypot(...a.wanted) > 0.3)", null, Patient);
        await page.Locator("[data-layer=flow]").CheckAsync();
        await page.WaitForFunctionAsync(
            "(([x, y]) => window.demo.navigation?.goal[0] === x && window.demo.navigation.goal[1] === y)([6, window.demo.player === 1 ? 20 : 11])", null, Patient);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "demo-navigation.png") });
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task The_page_fits_a_phone()
    {
        IPage page = await OpenAsync(360, 740);
        await page.WaitForFunctionAsync("window.demo?.ready", null, Patient);
        foreach (ILocator layer in await page.Locator("[data-layer]").AllAsync())
        {
            await layer.CheckAsync();
        }

        await page.WaitForFunctionAsync("window.demo.navigation?.layers === 31", null, Patient);
        int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Checkout.Artifacts, "demo-phone.png") });
        Assert.Equal(0, overflow);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_lossy_network_drops_snapshots_and_the_picture_goes_on()
    {
        IPage page = await OpenAsync(1280, 900);
        await page.WaitForFunctionAsync("window.demo?.ready", null, Patient);
        ILocator loss = page.Locator("input[type=range]").Nth(2);
        await loss.FillAsync("40");
        await page.WaitForFunctionAsync("window.demo.dropped > 20", null, Patient);
        double tick = await page.EvaluateAsync<double>("window.demo.renderTick");
        await page.WaitForFunctionAsync("(tick) => window.demo.renderTick > tick + 30", tick);
        Assert.Empty(_faults);
    }

    private static readonly PageWaitForFunctionOptions Patient = new() { Timeout = 60_000 };

    internal static string FindChromium()
    {
        string[] names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        return names.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("No Chromium in /usr/bin: tools/test installs it.");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        for (int i = 0; i < 300; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail(otherwise);
    }

    private async Task<IPage> OpenAsync(int width, int height)
    {
        IPage page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _faults.Add(message.Text);
            }
        };
        await page.GotoAsync(new Uri(_server.HttpAddress, "demo/").ToString());
        return page;
    }

    private Task<int> CountUnitsAsync(int owner, UnitKind kind)
    {
        Assert.True(MatchId.TryParse(_server.DemoMatchId, out MatchId id));
        return _server.Matches.InspectAsync(id, simulation => Count(simulation, owner, kind));
    }

    private static int Count(MatchSimulation simulation, int owner, UnitKind kind)
    {
        int count = 0;
        foreach (Chunk chunk in simulation.World.Query().All<Unit>().Build())
        {
            foreach (ref readonly Unit unit in chunk.Span<Unit>())
            {
                count += unit.Owner == owner && unit.Kind == kind ? 1 : 0;
            }
        }

        return count;
    }
}
