using System.Buffers.Binary;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>A client whose address changes under it, in the clear, and those who would like to be taken for it.</summary>
public sealed class AddressClaimTests
{
    private static readonly PeerAddress Old = TestServer.Address(1);
    private static readonly PeerAddress New = TestServer.Address(2);
    private readonly TestServer _server = new();
    private readonly int _number;
    private readonly byte[] _claim = new byte[Packet.AddressChangeBytes];
    private long _now = 10_000;

    public AddressClaimTests()
    {
        _number = _server.Enter(Old, Dialect.V2, 5);
        int wireId = BinaryPrimitives.ReadInt32LittleEndian(_server.Sent[0].Datagram.AsSpan(11));
        new AddressChange(5, _number, wireId).Write(_claim, Dialect.V2);
        _server.Core.Update(1_000);
        _server.Sent.Clear();
    }

    [Fact]
    public void A_client_that_moved_is_asked_who_it_is_pinged_and_followed_when_its_old_address_is_silent()
    {
        _server.Core.Receive(New, [Packet.Header(Dialect.V2, PacketKind.Ping, _number), 2, 0], _now);
        Assert.Equal((New, "0F"), (_server.Sent[0].To, Convert.ToHexString(_server.Sent[0].Datagram)));
        _server.Core.Receive(New, _claim, _now);
        _server.Core.Receive(New, _server.PongFor(New, Dialect.V2), _now + 30_000);
        RunTo(_now + Limits.AddressSilenceMicroseconds + 10_000);
        Assert.Equal(1, _server.Core.Statistics.AddressChanges);
        Assert.Single(_server.Entered);
        Assert.Empty(_server.Left);
        _server.Core.Receive(New, [Packet.Header(Dialect.V2, PacketKind.Unreliable, _number), 7], _now);
        Assert.Equal([7], Assert.Single(_server.Messages).Payload);
        _server.Sent.Clear();
        _server.Core.Send(_server.Entered[0], DeliveryMethod.Unreliable, 0, [8]);
        RunTo(_now + 10_000);
        Assert.NotEmpty(_server.Sent);
        Assert.All(_server.Sent, sent => Assert.Equal(New, sent.To));

        // The old address is a stranger's now.
        _server.Core.Receive(Old, [Packet.Header(Dialect.V2, PacketKind.Unreliable, _number), 9], _now);
        Assert.Single(_server.Messages);
    }

    [Fact]
    public void Who_is_still_heard_at_the_old_address_is_not_moved_whatever_the_new_one_answers()
    {
        _server.Core.Receive(New, _claim, _now);
        _server.Core.Receive(New, _server.PongFor(New, Dialect.V2), _now + 30_000);
        for (long end = _now + 4_000_000; _now < end; _now += 10_000)
        {
            if (_now % 400_000 == 0)
            {
                _server.Core.Receive(Old, [Packet.Header(Dialect.V2, PacketKind.Unreliable, _number), 7], _now);
            }

            _server.Core.Update(_now);
        }

        Assert.Equal(0, _server.Core.Statistics.AddressChanges);
        Assert.Equal(10, _server.Messages.Count);
    }

    [Fact]
    public void An_address_that_does_not_answer_gets_a_few_bytes_and_no_connection()
    {
        _server.Core.Receive(New, _claim, _now);
        RunTo(_now + 4_000_000);
        int bytes = _server.Sent.Where(sent => sent.To == New).Sum(sent => sent.Datagram.Length);
        Assert.InRange(bytes, 3, _claim.Length);
        Assert.Equal(0, _server.Core.Statistics.AddressChanges);
        Assert.Contains(_server.Sent, sent => sent.To == Old);
    }

    [Fact]
    public void Wrong_answers_end_a_claim()
    {
        _server.Core.Receive(New, _claim, _now);
        byte[] pong = _server.PongFor(New, Dialect.V2);
        byte[] wrong = [.. pong];
        wrong[1] ^= 0x80;
        for (int i = 0; i < Limits.ProofGuessesMax; i++)
        {
            _server.Core.Receive(New, wrong, _now);
        }

        _server.Core.Receive(New, pong, _now);
        RunTo(_now + 1_000_000);
        Assert.Equal(0, _server.Core.Statistics.AddressChanges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(14)]
    public void A_claim_that_is_wrong_in_one_byte_is_told_so_in_two_bytes_that_nobody_answers(int at)
    {
        _claim[at] ^= 1;
        _server.Core.Receive(New, _claim, _now);
        Assert.Equal("0F01", Convert.ToHexString(Assert.Single(_server.Sent).Datagram));
        _server.Sent.Clear();
        _server.Core.Receive(New, [0x0F, 1], _now);
        Assert.Empty(_server.Sent);
    }

    [Fact]
    public void A_server_that_does_not_allow_it_follows_nobody()
    {
        var server = new TestServer(with: options => options with { AllowAddressChange = false });
        int number = server.Enter(Old, Dialect.V1, 5);
        new AddressChange(5, number, BinaryPrimitives.ReadInt32LittleEndian(server.Sent[0].Datagram.AsSpan(11))).Write(_claim, Dialect.V1);
        server.Sent.Clear();
        server.Core.Receive(New, _claim, _now);
        Assert.Equal("0E01", Convert.ToHexString(Assert.Single(server.Sent).Datagram));
    }

    private void RunTo(long end)
    {
        for (; _now < end; _now += 5_000)
        {
            _server.Core.Update(_now);
        }
    }
}
