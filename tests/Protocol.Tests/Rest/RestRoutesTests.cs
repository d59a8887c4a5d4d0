using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Http;

namespace RealtimeServer.Protocol.Rest;

public sealed class RestRoutesTests
{
    private static readonly ServiceDescriptor Service = ServiceReflection.Descriptor.Services[0];
    private static readonly MethodDescriptor Authenticate = Service.FindMethodByName("AuthenticateDevice");
    private static readonly RestRoutes Routes = RestRoutes.Of(Service);

    [Fact]
    public void Routes_are_those_of_the_method_options()
    {
        Assert.Superset(
            new HashSet<string>(
            [
                "POST /v2/account/authenticate/device account -> AuthenticateDevice",
                "GET /v2/account  -> GetAccount",
                "GET /healthcheck  -> Healthcheck",
                "GET /v2/match  -> ListMatches",
                "GET /v2/storage/{collection}  -> ListStorageObjects",
                "GET /v2/storage/{collection}/{user_id}  -> ListStorageObjects",
            ]),
            Routes.Bindings.Select(b => $"{b.HttpMethod} {b.Template} {b.BodyField?.Name} -> {b.Method.Name}").ToHashSet());
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", false)]
    [InlineData("GET", "/v2", false)]
    [InlineData("GET", "/", false)]
    [InlineData("GET", "", false)]
    [InlineData("GET", "v2/account", false)]
    [InlineData("GET", "/v2/account/", false)]
    [InlineData("GET", "/v2/Account", false)]
    [InlineData("GET", "/v2/account/authenticate/device/x", false)]
    [InlineData("DELETE", "/v2/account/authenticate/device", true)]
    [InlineData("get", "/v2/account", true)]
    public void What_is_no_route_is_told_apart_from_a_wrong_method(string method, string path, bool known)
    {
        RestMatch match = Routes.Match(method, path);
        Assert.Null(match.Binding);
        Assert.Equal(known, match.PathKnown);
    }

    [Fact]
    public void A_path_of_a_thousand_slashes_is_no_route() => Assert.False(Routes.Match("GET", new string('/', 1000)).PathKnown);

    [Fact]
    public void A_literal_segment_wins_over_a_parameter_and_falls_back_to_it()
    {
        RestRoutes routes = RestRoutes.Of();
        routes.Add(Authenticate, new HttpRule { Post = "/v2/friend/block" });
        routes.Add(Authenticate, new HttpRule { Post = "/v2/friend/{username}" });
        routes.Add(Authenticate, new HttpRule { Get = "/v2/friend/{username}" });
        routes.Add(Authenticate, new HttpRule { Get = "/v2/friend/{username}/list" });
        Assert.Equal("/v2/friend/block", routes.Match("POST", "/v2/friend/block").Binding!.Template);
        Assert.Equal("/v2/friend/{username}", routes.Match("POST", "/v2/friend/anna").Binding!.Template);
        Assert.Equal("/v2/friend/{username}", routes.Match("GET", "/v2/friend/block").Binding!.Template);
        RestMatch match = routes.Match("GET", "/v2/friend/an%2Fna%20b/list");
        Assert.Equal("/v2/friend/{username}/list", match.Binding!.Template);
        Assert.Equal(["an/na b"], match.PathValues);
        Assert.False(routes.Match("GET", "/v2/friend/").PathKnown);
        Assert.True(routes.Match("PUT", "/v2/friend/block").PathKnown);
    }

    [Fact]
    public void A_path_segment_fills_its_field_and_wins_over_the_body()
    {
        RestRoutes routes = RestRoutes.Of();
        routes.Add(Authenticate, new HttpRule { Put = "/v2/x/{username}", Body = "*" });
        RestMatch match = routes.Match("PUT", "/v2/x/anna");
        Assert.True(match.Binding!.TryRead(match.PathValues, "username=q", """{"username":"bob","create":false}"""u8, out IMessage? request, out _));
        AuthenticateDeviceRequest read = (AuthenticateDeviceRequest)request;
        Assert.Equal("anna", read.Username);
        Assert.False(read.Create);
    }

    [Fact]
    public void A_body_field_holds_the_body_and_the_query_holds_the_rest()
    {
        Assert.True(Read("create=false&username=anna&account.id=query&utm=1", """{"id":"device-1","vars":{"k":"v"},"zzz":1}""", out AuthenticateDeviceRequest? request, out _));
        Assert.Equal("device-1", request!.Account.Id);
        Assert.Equal("v", request.Account.Vars["k"]);
        Assert.False(request.Create);
        Assert.Equal("anna", request.Username);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r\n")]
    [InlineData("{}")]
    public void An_empty_body_is_an_empty_message(string body)
    {
        Assert.True(Read("", body, out AuthenticateDeviceRequest? request, out _));
        Assert.Equal(new AuthenticateDeviceRequest { Account = new AccountDevice() }, request);
    }

    [Fact]
    public void A_wrong_body_is_refused()
    {
        Assert.False(Read("", "{\"id\":", out _, out string? error));
        Assert.Equal("unexpected EOF", error);
    }

    [Theory]
    [InlineData("/a/{nothing}", "")]
    [InlineData("/a/{create}", "")]
    [InlineData("/a", "nothing")]
    [InlineData("a", "")]
    public void An_option_that_cannot_be_served_stops_the_start(string template, string body)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => RestBinding.Of(Authenticate, new HttpRule { Get = template, Body = body }));
        Assert.Contains("nakama.api.Nakama.AuthenticateDevice", exception.Message);
    }

    [Fact]
    public void Two_methods_on_one_route_stop_the_start()
    {
        RestRoutes routes = RestRoutes.Of();
        routes.Add(Authenticate, new HttpRule { Get = "/a/{username}" });
        Assert.Throws<ArgumentException>(() => routes.Add(Authenticate, new HttpRule { Get = "/a/{username}" }));
    }

    private static bool Read(string query, string body, out AuthenticateDeviceRequest? request, out string? error)
    {
        RestMatch match = Routes.Match("POST", "/v2/account/authenticate/device");
        bool read = match.Binding!.TryRead(match.PathValues, query, System.Text.Encoding.UTF8.GetBytes(body), out IMessage? message, out error);
        request = (AuthenticateDeviceRequest?)message;
        return read;
    }
}
