using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Protocol.Json;

/// <summary>Foreign bytes as envelopes: the codec says yes or no, and never throws.</summary>
public sealed class EnvelopeFuzz
{
    private static readonly string[] Seeds =
    [
        """{"cid":"1","match_create":{"name":"x"}}""",
        """{"cid":"2","match_join":{"match_id":"00000000-0000-4000-8000-000000000000.","metadata":{"k":"v"}}}""",
        """{"match_data_send":{"match_id":"m.","op_code":"7","data":"eyJ4IjoxfQ==","presences":[{"user_id":"a","status":"b"}],"reliable":true}}""",
        """{"error":{"code":1e3,"message":"\u00e9","context":{"a":"b"}}}""",
        """{"match":{"label":null,"size":-1.0}}""",
    ];

    [Fact]
    public void Mutated_JSON_is_read_or_refused()
    {
        DeterministicRandom random = new(1);
        for (int i = 0; i < 60_000; i++)
        {
            byte[] bytes = Mutate(Encoding.UTF8.GetBytes(Seeds[i % Seeds.Length]), ref random);
            EnvelopeCodec.TryReadJson(bytes, out _);
            ContractJson.TryRead(bytes, Envelope.Descriptor, ignoreUnknown: true, out _, out _);
        }
    }

    [Fact]
    public void Mutated_and_random_binary_is_read_or_refused()
    {
        DeterministicRandom random = new(2);
        byte[][] seeds = [.. Seeds.Select(s => Parse(s).ToByteArray())];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = i % 4 == 0 ? Random(ref random) : Mutate(seeds[i % seeds.Length], ref random);
            EnvelopeCodec.TryReadBinary(bytes, out _);
        }
    }

    [Fact]
    public void A_wrapper_with_a_field_of_number_zero_is_refused() =>
        Assert.False(ContractBinary.TryRead([0x0a, 0x02, 0x00, 0x00], Api.ListMatchesRequest.Parser, out _));

    [Fact]
    public void Mutated_requests_in_binary_are_read_or_refused()
    {
        DeterministicRandom random = new(3);
        MessageDescriptor[] requests = [.. Api.ServiceReflection.Descriptor.Services.SelectMany(s => s.Methods).Select(m => m.InputType).Distinct()];
        for (int i = 0; i < 200_000; i++)
        {
            MessageDescriptor request = requests[i % requests.Length];
            byte[] bytes = Mutate(RandomMessages.Next(request, ref random).ToByteArray(), ref random);
            ContractBinary.TryRead(new System.Buffers.ReadOnlySequence<byte>(bytes), request.Parser, out _);
        }
    }

    private static Envelope Parse(string json)
    {
        Assert.True(EnvelopeCodec.TryReadJson(Encoding.UTF8.GetBytes(json), out Envelope? envelope), json);
        return envelope;
    }

    private static byte[] Random(ref DeterministicRandom random)
    {
        byte[] bytes = new byte[random.Next(0, 64)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.Next(0, 256);
        }
        return bytes;
    }

    private static byte[] Mutate(byte[] seed, ref DeterministicRandom random)
    {
        List<byte> bytes = [.. seed];
        int changes = random.Next(1, 6);
        for (int i = 0; i < changes && bytes.Count > 0; i++)
        {
            int at = random.Next(0, bytes.Count);
            switch (random.Next(0, 4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(0, 256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 8)));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 16))));
                    break;
                default:
                    bytes.Insert(at, (byte)"{}[]\",:0\\e-. "[random.Next(0, 13)]);
                    break;
            }
        }
        return [.. bytes];
    }
}
