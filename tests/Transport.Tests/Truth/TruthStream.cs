using System.Buffers.Binary;

namespace RealtimeServer.Transport.Truth;

/// <summary>
/// Messages of one direction: what each is made of follows from its number, so the other side knows every byte it may see. Says in words what
/// was not kept of the method's promise.
/// </summary>
internal sealed class TruthStream
{
    private const int HeaderBytes = 5;
    private const int OutstandingMax = 160;
    private readonly TruthCase _case;
    private readonly byte[] _message = new byte[8_192];
    private readonly byte[] _expected = new byte[8_192];
    private readonly int[] _sent;
    private readonly int[] _next;
    private readonly HashSet<int>[] _early;
    private int _turn;

    public TruthStream(TruthCase truth)
    {
        _case = truth;
        _sent = new int[truth.Channels];
        _next = new int[truth.Channels];
        _early = new HashSet<int>[truth.Channels];
        for (int channel = 0; channel < truth.Channels; channel++)
        {
            _early[channel] = [];
        }
    }

    public string? Failure { get; private set; }

    public int Sent { get; private set; }

    public int Received { get; private set; }

    /// <summary>All was sent, and what must arrive has.</summary>
    public bool IsDone => Sent >= _case.Count && _case.Method switch
    {
        DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered => Received == Sent,
        DeliveryMethod.ReliableSequenced => _sent.AsSpan().SequenceEqual(_next),
        _ => true,
    };

    /// <summary>Hands messages over, in turn to the channels that are not far ahead of the other side.</summary>
    public void SendSome(Connection connection)
    {
        for (int i = 0; i < _case.AtOnceMax && Sent < _case.Count; i++)
        {
            _turn = (_turn + 1) % _case.Channels;
            bool isAhead = IsReliable && _sent[_turn] - _next[_turn] - _early[_turn].Count >= OutstandingMax;
            if (isAhead)
            {
                continue;
            }

            ReadOnlySpan<byte> message = Message(_message, _sent[_turn], _turn);
            if (connection.Send(_case.Method, (byte)_turn, message) != SendOutcome.Sent)
            {
                return;
            }

            _sent[_turn]++;
            Sent++;
        }
    }

    public void Receive(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (method != _case.Method || channel >= _case.Channels || payload.Length < HeaderBytes)
        {
            Fail($"{payload.Length} bytes came by {method} on channel {channel}");
            return;
        }

        int number = BinaryPrimitives.ReadInt32LittleEndian(payload);
        if (number < 0 || number >= _sent[channel] || !payload.SequenceEqual(Message(_expected, number, channel)))
        {
            Fail($"message {number} of channel {channel} has other bytes than were sent");
            return;
        }

        Received++;
        switch (method)
        {
            case DeliveryMethod.ReliableOrdered:
                Demand(number == _next[channel], number, channel);
                _next[channel] = number + 1;
                break;
            case DeliveryMethod.Sequenced or DeliveryMethod.ReliableSequenced:
                Demand(number >= _next[channel], number, channel);
                _next[channel] = number + 1;
                break;
            case DeliveryMethod.ReliableUnordered:
                Demand(number >= _next[channel] && _early[channel].Add(number), number, channel);
                while (_early[channel].Remove(_next[channel]))
                {
                    _next[channel]++;
                }

                break;
            default:
                break;
        }
    }

    private bool IsReliable => _case.Method is DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered;

    private void Demand(bool isKept, int number, byte channel)
    {
        if (!isKept)
        {
            Fail($"message {number} of channel {channel} came when {_next[channel]} was the next");
        }
    }

    private void Fail(string what) => Failure ??= what;

    private ReadOnlySpan<byte> Message(byte[] into, int number, int channel)
    {
        uint mixed = (uint)number * 2_654_435_761u;
        bool isLarge = _case.LargeOneIn > 0 && number % _case.LargeOneIn == _case.LargeOneIn - 1;
        int length = HeaderBytes + (int)(isLarge ? 1_000 + (mixed % 5_000) : (mixed >> 16) % 60);
        BinaryPrimitives.WriteInt32LittleEndian(into, number);
        into[4] = (byte)channel;
        byte fill = (byte)(mixed >> 8);
        for (int i = HeaderBytes; i < length; i++)
        {
            into[i] = fill;
            fill = (byte)((fill * 5) + 1);
        }

        return into.AsSpan(0, length);
    }
}
