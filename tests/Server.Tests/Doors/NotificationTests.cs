using System.Text;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Server.Doors;

/// <summary>One notification of an operator on every door a player has open, and in the list of who was away.</summary>
public sealed class NotificationTests
{
    private const string AdminKey = "admin-key-of-the-tests";

    [Fact]
    public async Task A_notification_reaches_WebSocket_and_reliable_UDP_alike()
    {
        await using TestServer server = await TestServer.StartAsync("--admin:key", AdminKey);
        string token = await server.SignInAsync("device-of-the-told");
        string player = (await server.AccountAsync(token)).GetProperty("user").GetProperty("id").GetString()!;
        using TestSocket json = await server.ConnectAsync(token);
        using TestSocket binary = await server.ConnectAsync(token, json: false);
        using TestUdpClient udp = await server.ConnectUdpAsync("device-of-the-told");
        await udp.UntilAsync(() => udp.IsConnected);
        using HttpRequestMessage request = new(HttpMethod.Post, "v2/admin/notification")
        {
            Content = new StringContent($$"""{"user_ids":["{{player}}"],"subject":"maintenance","content":"{\"minutes\":5}","code":7}""", Encoding.UTF8),
        };
        request.Headers.Authorization = TestServer.ServerKey(AdminKey);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());

        Envelope[] received =
        [
            await json.ReceiveAsync(Envelope.MessageOneofCase.Notifications),
            await binary.ReceiveAsync(Envelope.MessageOneofCase.Notifications),
            await udp.ReceiveAsync(Envelope.MessageOneofCase.Notifications),
        ];
        Notification first = Assert.Single(received[0].Notifications.Notifications_);
        Assert.Equal(("maintenance", """{"minutes":5}""", 7, true), (first.Subject, first.Content, first.Code, first.Persistent));
        Assert.All(received, e => Assert.Equal(first, Assert.Single(e.Notifications.Notifications_)));
    }
}
