using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Api;

public sealed class ApiDoorTests : IAsyncLifetime
{
    private static readonly ServiceDescriptor Service = ServiceReflection.Descriptor.Services[0];

    private readonly TestServices _services = new();
    private readonly List<string> _faults = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_fault_of_a_handler_is_reported_and_its_text_stays_inside()
    {
        ApiStatus status = await CallAsync(() => throw new InvalidOperationException("secret"));
        Assert.Equal(new ApiStatus(ApiCode.Internal, "An internal error occurred."), status);
        Assert.Equal(["nakama.api.Nakama.Healthcheck: secret"], _faults);
    }

    [Fact]
    public async Task A_busy_database_asks_to_try_again()
    {
        ApiStatus status = await CallAsync(() => throw new DatabaseBusyException());
        Assert.Equal(503, status.HttpStatus);
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_request_that_was_given_up_is_no_fault()
    {
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        ApiStatus status = await CallAsync(() => throw new OperationCanceledException(source.Token), source.Token);
        Assert.Equal(ApiCode.Canceled, status.Code);
        Assert.Empty(_faults);
    }

    [Theory]
    [InlineData(ApiCode.Ok, 200)]
    [InlineData(ApiCode.Canceled, 499)]
    [InlineData(ApiCode.Unknown, 500)]
    [InlineData(ApiCode.InvalidArgument, 400)]
    [InlineData(ApiCode.DeadlineExceeded, 504)]
    [InlineData(ApiCode.NotFound, 404)]
    [InlineData(ApiCode.AlreadyExists, 409)]
    [InlineData(ApiCode.PermissionDenied, 403)]
    [InlineData(ApiCode.ResourceExhausted, 429)]
    [InlineData(ApiCode.FailedPrecondition, 400)]
    [InlineData(ApiCode.Aborted, 409)]
    [InlineData(ApiCode.OutOfRange, 400)]
    [InlineData(ApiCode.Unimplemented, 501)]
    [InlineData(ApiCode.Internal, 500)]
    [InlineData(ApiCode.Unavailable, 503)]
    [InlineData(ApiCode.DataLoss, 500)]
    [InlineData(ApiCode.Unauthenticated, 401)]
    public void Codes_have_the_http_status_gateways_give_them(ApiCode code, int status) => Assert.Equal(status, new ApiStatus(code, "").HttpStatus);

    [Fact]
    public void A_route_without_code_behind_it_stops_the_start()
    {
        ApiMethod[] methods = [.. _services.Catalogue.Methods.Where(m => m.Descriptor.Name != "GetAccount")];
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new RestApi(methods, _services.Catalogue.Door));
        Assert.Contains("nakama.api.Nakama.GetAccount", exception.Message);
    }

    [Fact]
    public void A_handler_of_another_request_stops_the_start() =>
        Assert.Throws<ArgumentException>(() => ApiMethod.Of<Account>(Service.FindMethodByName("GetAccount"), ApiCredential.None, (_, _) => Task.FromResult(ApiOutcome.Ok(new Empty()))));

    [Theory]
    [InlineData("/v2/account", true)]
    [InlineData("/v2/account/authenticate/device", true)]
    [InlineData("/demo/", false)]
    [InlineData("/", false)]
    public void The_door_knows_its_own_paths(string path, bool known) => Assert.Equal(known, _services.Catalogue.Rest.Knows(path));

    private async Task<ApiStatus> CallAsync(Func<ApiOutcome> handler, CancellationToken cancellation = default)
    {
        ApiDoor door = new(new ApiKeys("key"), _services.Tokens, static _ => false, _services.Time, (where, _, what) => _faults.Add(where + ": " + what.Message));
        ApiMethod method = ApiMethod.Of<Empty>(Service.FindMethodByName("Healthcheck"), ApiCredential.None, (_, _) => Task.FromResult(handler()));
        return (await door.CallAsync(method, null, ApiOrigin.Local, new Empty(), cancellation)).Status;
    }
}
