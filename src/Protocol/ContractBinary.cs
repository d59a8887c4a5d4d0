using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace RealtimeServer.Protocol;

/// <summary>The contract's messages in protobuf's binary form, read from foreign bytes.</summary>
public static class ContractBinary
{
    /// <summary>Reads a message; false when the bytes are none. Unknown fields are kept and mean nothing.</summary>
    public static bool TryRead(ReadOnlySequence<byte> bytes, MessageParser parser, [NotNullWhen(true)] out IMessage? message)
    {
        try
        {
            message = parser.ParseFrom(bytes);
            return true;
        }
        catch (Exception exception) when (IsOfTheInput(exception))
        {
            message = null;
            return false;
        }
    }

    /// <inheritdoc cref="TryRead(ReadOnlySequence{byte}, MessageParser, out IMessage?)"/>
    public static bool TryRead<TMessage>(ReadOnlySpan<byte> bytes, MessageParser<TMessage> parser, [NotNullWhen(true)] out TMessage? message)
        where TMessage : class, IMessage<TMessage>
    {
        try
        {
            message = parser.ParseFrom(bytes);
            return true;
        }
        catch (Exception exception) when (IsOfTheInput(exception))
        {
            message = null;
            return false;
        }
    }

    // Found by the fuzz test: a wrapper that holds a field of number zero makes the parser throw the second, lengths near the largest
    // number, which it adds to a place without a check, the others.
    private static bool IsOfTheInput(Exception exception) =>
        exception is InvalidProtocolBufferException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException;
}
