using System.Buffers.Binary;
using System.Diagnostics;

namespace RealtimeServer.Bench.Loss;

/// <summary>
/// What a sink asks of a source: so many messages of so many bytes, reliable and ordered, on channel 0. On the wire of the benchmark a request
/// is <c>1 | i32 count | i32 bytes | i32 per second</c>, and each message <c>i64 Stopwatch timestamp of its sending | i32 number | zeros</c>:
/// the processes share a machine, hence a clock.
/// </summary>
/// <param name="Count">Messages a connection.</param>
/// <param name="Bytes">12 or more.</param>
/// <param name="PerSecond">0 for all at once.</param>
internal sealed record LossTraffic(int Count, int Bytes, int PerSecond)
{
    public const string Key = "loss bench";
    private const int RequestBytes = 13;
    private const int HeaderBytes = 12;

    public byte[] Request()
    {
        byte[] request = new byte[RequestBytes];
        request[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(1), Count);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(5), Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(9), PerSecond);
        return request;
    }

    public static LossTraffic? TryRead(ReadOnlySpan<byte> request) => request.Length != RequestBytes || request[0] != 1 ? null : new LossTraffic(
        BinaryPrimitives.ReadInt32LittleEndian(request[1..]), Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(request[5..]), HeaderBytes, 1_000),
        BinaryPrimitives.ReadInt32LittleEndian(request[9..]));

    public static void WriteMessage(Span<byte> message, int number)
    {
        message.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(message, Stopwatch.GetTimestamp());
        BinaryPrimitives.WriteInt32LittleEndian(message[8..], number);
    }

    public static (long SentAt, int Number) ReadMessage(ReadOnlySpan<byte> message) => message.Length < HeaderBytes
        ? (0, -1)
        : (BinaryPrimitives.ReadInt64LittleEndian(message), BinaryPrimitives.ReadInt32LittleEndian(message[8..]));
}
