using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Runtime.Samples;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;

namespace RealtimeServer.Runtime;

/// <summary>What a module may register, and what its mistakes are told as.</summary>
public sealed class ModuleBuilderTests
{
    private readonly ServerCode _code = new();
    private readonly ModuleBuilder _module;

    public ModuleBuilderTests() => _module = new ModuleBuilder(_code, new ServerAccess());

    [Fact]
    public void The_sample_registers_its_function()
    {
        new DailyReward().Configure(_module);
        Assert.Equal(["daily_reward"], _code.Functions);
        Assert.True(_code.IsUsed);
    }

    [Fact]
    public void A_method_that_is_not_there_is_told_with_those_that_are()
    {
        string message = Told(() => _module.Before<Empty>("GetAcount", static (_, _) => new(ApiStatus.Ok)));
        Assert.Contains("GetAcount", message, StringComparison.Ordinal);
        Assert.Contains("GetAccount", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_or_answer_of_another_type_is_told()
    {
        Assert.Contains("Empty, not Session", Told(() => _module.Before<Session>("GetAccount", static (_, _) => new(ApiStatus.Ok))), StringComparison.Ordinal);
        Assert.Contains("Account, not Session", Told(() => _module.After<Empty, Session>("GetAccount", static (_, _, _) => default)), StringComparison.Ordinal);
        Assert.Contains("Session", Told(() => _module.BeforeMessage<Session>(static (_, _) => new(ApiStatus.Ok))), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_functions_of_one_id_are_told()
    {
        _module.Function("Pay", static (_, _) => new(""));
        Assert.Contains("pay", Told(() => _module.Function("pay", static (_, _) => new(""))), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_not_there_while_configuring()
    {
        Assert.Contains("not while configuring", Assert.Throws<InvalidOperationException>(() => _module.Server.Storage).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_module_throws_at_the_start_stops_it()
    {
        ServerAccess access = new();
        new ModuleBuilder(new ServerCode(), access, "broken").AtStart(static () => throw new FormatException("no such board"));
        InvalidOperationException told = await Assert.ThrowsAsync<InvalidOperationException>(access.StartAsync);
        Assert.Equal("The module broken failed at the start: no such board", told.Message);
    }

    [Fact]
    public void Messages_are_named_by_their_type()
    {
        _module.BeforeMessage<MatchCreate>(static (_, _) => new(ApiStatus.Ok)).AfterMessage<Rpc>(static (_, _, _) => default);
        Assert.True(_code.IsUsed);
    }

    private static string Told(Func<object> register) => Assert.Throws<ArgumentException>(register).Message;
}
