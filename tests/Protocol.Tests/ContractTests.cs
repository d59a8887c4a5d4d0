using Google.Protobuf.Reflection;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Protocol;

/// <summary>The numbers and names that other programs were built with.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Packages_and_service_have_the_names_clients_were_built_with()
    {
        Assert.Equal("nakama.realtime.Envelope", Envelope.Descriptor.FullName);
        Assert.Equal("nakama.api.Account", Account.Descriptor.FullName);
        ServiceDescriptor service = Assert.Single(ServiceReflection.Descriptor.Services);
        Assert.Equal("nakama.api.Nakama", service.FullName);
        Assert.Superset(
            new HashSet<string>(["AuthenticateDevice", "GetAccount", "Healthcheck", "ListMatches", "ListStorageObjects", "WriteStorageObjects"]),
            service.Methods.Select(m => m.Name).ToHashSet());
    }

    [Theory]
    [InlineData("cid", 1)]
    [InlineData("error", 11)]
    [InlineData("match", 12)]
    [InlineData("match_create", 13)]
    [InlineData("match_data", 14)]
    [InlineData("match_data_send", 15)]
    [InlineData("match_join", 16)]
    [InlineData("match_leave", 17)]
    [InlineData("match_presence_event", 18)]
    [InlineData("ping", 32)]
    [InlineData("pong", 33)]
    public void Envelope_fields_have_their_numbers(string name, int number) =>
        Assert.Equal(number, Envelope.Descriptor.FindFieldByName(name).FieldNumber);

    [Fact]
    public void A_ping_is_the_bytes_recorded_from_a_client()
    {
        byte[] ping = [0x0a, 0x01, 0x31, 0x82, 0x02, 0x00];
        Envelope envelope = Envelope.Parser.ParseFrom(ping);
        Assert.Equal("1", envelope.Cid);
        Assert.Equal(Envelope.MessageOneofCase.Ping, envelope.MessageCase);
        byte[] pong = [0x0a, 0x01, 0x31, 0x8a, 0x02, 0x00];
        Assert.Equal(pong, Json.EnvelopeCodec.WriteBinary(new Envelope { Cid = "1", Pong = new Pong() }));
    }
}
