using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Protocol.Json;

public sealed class ContractJsonTests
{
    [Fact]
    public void Names_are_original_and_zeros_are_absent_and_64_bits_are_text()
    {
        Envelope envelope = new()
        {
            MatchData = new MatchData { MatchId = "m.", OpCode = 7, Data = ByteString.CopyFromUtf8("{\"x\":1}"), Reliable = false },
        };
        AssertJson("""{"match_data":{"match_id":"m.","op_code":"7","data":"eyJ4IjoxfQ=="}}""", ContractJson.Write(envelope));
    }

    [Fact]
    public void Wrappers_keep_their_zero()
    {
        AssertJson("""{"matches":[{"match_id":"m.","label":""}]}""", ContractJson.Write(new MatchList { Matches = { new Api.Match { MatchId = "m.", Label = "" } } }));
    }

    [Fact]
    public void Times_are_RFC_3339_and_enums_are_numbers()
    {
        User user = new() { CreateTime = new Timestamp { Seconds = 1795210167 } };
        AssertJson("""{"create_time":"2026-11-20T21:29:27Z"}""", ContractJson.Write(user));
        AssertJson("""{"syntax":1}""", ContractJson.Write(new Google.Protobuf.WellKnownTypes.Type { Syntax = Syntax.Proto3 }));
    }

    [Fact]
    public void An_empty_message_is_an_empty_object() => AssertJson("{}", ContractJson.Write(new Empty()));

    [Theory]
    [InlineData("""{"cid":"1","match_create":{"name":"x"}}""")]
    [InlineData("""{"cid":"1","matchCreate":{"name":"x"}}""")]
    [InlineData(""" {"match_create":{"name":"x"},"cid":"1"} """)]
    public void Both_spellings_of_names_are_read(string json)
    {
        Assert.True(EnvelopeCodec.TryReadJson(Encoding.UTF8.GetBytes(json), out Envelope? envelope));
        Assert.Equal("1", envelope.Cid);
        Assert.Equal("x", envelope.MatchCreate.Name);
    }

    [Theory]
    [InlineData("""{"match_data_send":{"match_id":"m.","op_code":"7","data":"aGk="}}""", 7)]
    [InlineData("""{"match_data_send":{"match_id":"m.","op_code":7,"data":"aGk="}}""", 7)]
    [InlineData("""{"match_data_send":{"match_id":"m.","op_code":"-9223372036854775808","data":"aGk="}}""", long.MinValue)]
    public void Op_codes_are_read_as_text_or_number(string json, long opCode)
    {
        Assert.True(EnvelopeCodec.TryReadJson(Encoding.UTF8.GetBytes(json), out Envelope? envelope));
        Assert.Equal(opCode, envelope.MatchDataSend.OpCode);
        Assert.Equal("hi", envelope.MatchDataSend.Data.ToStringUtf8());
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("""{"cid":"1","ping":{},"zzz":1}""")]
    [InlineData("""{"cid":"1","match_create":{"name":"x","zzz":1}}""")]
    [InlineData("""{"cid":"1","channel_join":{"target":"x"}}""")]
    [InlineData("""{"cid":"1","ping":{},"pong":{}}""")]
    [InlineData("""{"cid":"1","ping":{}} x""")]
    [InlineData("""{"match_data_send":{"op_code":"99999999999999999999"}}""")]
    [InlineData("""{"match_data_send":{"data":"%"}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"cid\":\"\\ud800\"}")]
    public void A_socket_refuses_what_it_does_not_know(string json) => Assert.False(EnvelopeCodec.TryReadJson(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused_rather_than_repaired()
    {
        byte[] bytes = [.. "{\"cid\":\""u8, 0xff, .. "\"}"u8];
        Assert.False(ContractJson.TryRead(bytes, Envelope.Descriptor, ignoreUnknown: true, out _, out string? error));
        Assert.Equal("proto: invalid UTF-8", error);
    }

    [Fact]
    public void Deep_nesting_is_refused_before_it_costs_a_stack()
    {
        string json = "{\"zzz\":" + new string('[', 100_000);
        Assert.False(ContractJson.TryRead(Encoding.UTF8.GetBytes(json), Envelope.Descriptor, ignoreUnknown: true, out _, out _));
    }

    [Theory]
    [InlineData("{\"id\":", "unexpected EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("{\"id", "unexpected EOF")]
    public void Cut_off_JSON_is_called_so(string json, string expected)
    {
        Assert.False(ContractJson.TryRead(Encoding.UTF8.GetBytes(json), AccountDevice.Descriptor, ignoreUnknown: true, out _, out string? error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("{\"id\":5}")]
    [InlineData("{\"vars\":{\"a\":1}}")]
    [InlineData("{\"id\":\"x\"}}")]
    public void Wrong_JSON_is_refused_with_what_is_wrong(string json)
    {
        Assert.False(ContractJson.TryRead(Encoding.UTF8.GetBytes(json), AccountDevice.Descriptor, ignoreUnknown: true, out _, out string? error));
        Assert.StartsWith("proto: ", error);
    }

    private static void AssertJson(string expected, string actual)
    {
        using JsonDocument left = JsonDocument.Parse(expected);
        using JsonDocument right = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(left.RootElement, right.RootElement), $"expected {expected}, got {actual}");
    }
}
