namespace RealtimeServer.Server;

/// <summary>One server for the tests of a class that leave nothing behind that another test would see.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestServer.StartAsync("--demo=true");

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
