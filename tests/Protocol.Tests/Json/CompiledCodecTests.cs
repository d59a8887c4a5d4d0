using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Protocol.Json;

/// <summary>Our codec against protobuf's own formatter and parser, which define what the mapping is.</summary>
public sealed class CompiledCodecTests
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true).WithFormatEnumsAsIntegers(true).WithFormatDefaultValues(false));

    private static readonly MessageDescriptor[] Contract =
    [
        .. AccountsReflection.Descriptor.MessageTypes, .. ApiReflection.Descriptor.MessageTypes, .. RealtimeReflection.Descriptor.MessageTypes,
    ];

    [Fact]
    public void Every_message_of_the_contract_is_written_as_protobuf_writes_it()
    {
        DeterministicRandom random = new(11);
        for (int i = 0; i < 40 * Contract.Length; i++)
        {
            IMessage message = RandomMessages.Next(Contract[i % Contract.Length], ref random);
            string ours = ContractJson.Write(message);
            string theirs = Formatter.Format(message);
            using JsonDocument left = JsonDocument.Parse(ours);
            using JsonDocument right = JsonDocument.Parse(theirs);
            Assert.True(JsonElement.DeepEquals(left.RootElement, right.RootElement), $"{message.Descriptor.FullName}: ours {ours}, theirs {theirs}");
        }
    }

    [Fact]
    public void What_is_written_is_read_back_and_so_is_what_protobuf_writes_in_either_spelling()
    {
        DeterministicRandom random = new(12);
        for (int i = 0; i < 40 * Contract.Length; i++)
        {
            IMessage message = RandomMessages.Next(Contract[i % Contract.Length], ref random);
            foreach (string json in new[] { ContractJson.Write(message), Formatter.Format(message), JsonFormatter.Default.Format(message) })
            {
                Assert.True(ContractJson.TryRead(Encoding.UTF8.GetBytes(json), message.Descriptor, ignoreUnknown: false, out IMessage? read, out string? error), $"{error}: {json}");
                Assert.Equal(message, read);
            }
        }
    }

    [Theory]
    [InlineData("""{"id":5}""", "proto: (line 1:7): invalid value for string field id: 5")]
    [InlineData("{\n  \"vars\": {\"a\": true}}", "proto: (line 2:17): invalid value for string field vars: true")]
    [InlineData("""{"id":"x","id":"y"}""", "proto: (line 1:11): duplicate field \"id\"")]
    [InlineData("""{"zzz":1}""", "proto: (line 1:2): unknown field \"zzz\"")]
    [InlineData("""[]""", "proto: (line 1:1): unexpected token [")]
    [InlineData("""{"vars":5}""", "proto: (line 1:9): unexpected token 5")]
    public void A_refusal_says_where_and_what(string json, string expected)
    {
        Assert.False(ContractJson.TryRead(Encoding.UTF8.GetBytes(json), AccountDevice.Descriptor, ignoreUnknown: false, out _, out string? error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("\"1\"", 1)]
    [InlineData("1e3", 1000)]
    [InlineData("-1.0", -1)]
    [InlineData("\"2.5e1\"", 25)]
    public void Whole_numbers_are_read_in_every_spelling(string json, int expected)
    {
        Assert.True(Read($$"""{"limit":{{json}}}""", out ListMatchesRequest? request));
        Assert.Equal(expected, request!.Limit);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("2147483648")]
    [InlineData("\"\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"+1\"")]
    [InlineData("true")]
    [InlineData("1e99")]
    [InlineData("[1]")]
    public void Anything_else_is_no_whole_number(string json) => Assert.False(Read<ListMatchesRequest>($$"""{"limit":{{json}}}""", out _));

    [Fact]
    public void Null_leaves_a_field_as_it_is()
    {
        Assert.True(Read("""{"limit":null,"label":null}""", out ListMatchesRequest? request));
        Assert.Equal(new ListMatchesRequest(), request);
    }

    [Fact]
    public void Names_may_be_escaped_and_unknown_values_may_nest()
    {
        Assert.True(Read("""{"zzz":[{"a":[1,2,{"b":null}]}],"\u006cimit":3}""", out ListMatchesRequest? request));
        Assert.Equal(3, request!.Limit);
    }

    [Fact]
    public void Bytes_may_use_the_URL_alphabet_and_lack_their_padding()
    {
        Assert.True(EnvelopeCodec.TryReadJson("""{"match_data_send":{"data":"-_8"}}"""u8, out Envelope? envelope));
        Assert.Equal([0xfb, 0xff], envelope.MatchDataSend.Data.ToByteArray());
    }

    [Fact]
    public void A_type_without_a_form_is_refused_by_name()
    {
        foreach (Action<MessageDescriptor> look in new[] { ContractJson.Require, ContractJson.Prepare })
        {
            NotSupportedException exception = Assert.Throws<NotSupportedException>(() => look(Google.Protobuf.WellKnownTypes.Option.Descriptor));
            Assert.Contains("google.protobuf.Option.value", exception.Message);
            exception = Assert.Throws<NotSupportedException>(() => look(Google.Protobuf.WellKnownTypes.Value.Descriptor));
            Assert.Contains("google.protobuf.Value.struct_value", exception.Message);
        }
    }

    [Fact]
    public void Writing_allocates_nothing_once_warm()
    {
        Account account = new() { Wallet = "{}", User = new User { Id = "id", Username = "name", EdgeCount = 3, CreateTime = new() { Seconds = 1 } }, Devices = { new AccountDevice { Id = "d" } } };
        ArrayBufferWriter<byte> buffer = new(4096);
        for (int i = 0; i < 200; i++)
        {
            buffer.ResetWrittenCount();
            ContractJson.Write(account, buffer);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        buffer.ResetWrittenCount();
        ContractJson.Write(account, buffer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Read<TMessage>(string json, out TMessage? message)
        where TMessage : class, IMessage<TMessage>, new()
    {
        bool read = ContractJson.TryRead(Encoding.UTF8.GetBytes(json), new TMessage().Descriptor, ignoreUnknown: true, out IMessage? result, out _);
        message = (TMessage?)result;
        return read;
    }
}
