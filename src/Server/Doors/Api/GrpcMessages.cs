using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>
/// The frame of a message in gRPC: u8 compressed, u32 length (big-endian), the message. A unary request is one frame; what a client
/// sends beyond it is refused.
/// </summary>
internal static class GrpcMessages
{
    public const string Encodings = "identity,gzip";

    private const int HeadBytes = 5;

    /// <summary>Whether more bytes must come before <see cref="Prepare"/> can tell anything.</summary>
    public static bool NeedsMore(ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length < HeadBytes)
        {
            return true;
        }
        uint length = Length(bytes);
        return length <= Limits.BodyBytesMax && bytes.Length < HeadBytes + length;
    }

    /// <summary>Reads the request's one message.</summary>
    /// <param name="encoding">The header grpc-encoding.</param>
    public static PreparedCall Prepare(in GrpcCall call, ReadOnlySequence<byte> bytes, string? encoding)
    {
        if (NeedsMore(bytes))
        {
            return Refuse(call, ApiCode.Internal, "grpc: the request has no whole message");
        }
        uint length = Length(bytes);
        if (length > Limits.BodyBytesMax)
        {
            return Refuse(call, ApiCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {Limits.BodyBytesMax})");
        }
        if (bytes.Length > HeadBytes + length)
        {
            return Refuse(call, ApiCode.Internal, "grpc: more than one message for a unary method");
        }
        ReadOnlySequence<byte> message = bytes.Slice(HeadBytes);
        return bytes.FirstSpan[0] switch
        {
            0 => call.Prepare(message),
            1 when encoding == "gzip" => Unpack(call, message),
            1 when string.IsNullOrEmpty(encoding) || encoding == "identity" =>
                Refuse(call, ApiCode.Internal, "grpc: compressed flag set with identity or empty encoding"),
            1 => Refuse(call, ApiCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\""),
            _ => Refuse(call, ApiCode.Internal, "grpc: received unexpected payload format"),
        };
    }

    /// <summary>Writes an answer's message; false when it is not worth naming an encoding.</summary>
    /// <param name="mayCompress">Whether the client reads gzip.</param>
    /// <param name="compressed">Whether the message was.</param>
    public static bool Write(IMessage message, IBufferWriter<byte> into, bool mayCompress, out bool compressed)
    {
        int length = message.CalculateSize();
        compressed = mayCompress && length >= Limits.CompressedBytesMin;
        if (compressed)
        {
            WriteCompressed(message, into);
            return true;
        }
        Head(into, 0, length);
        message.WriteTo(into);
        return false;
    }

    private static void WriteCompressed(IMessage message, IBufferWriter<byte> into)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
        }
        Head(into, 1, (int)packed.Length);
        into.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    private static void Head(IBufferWriter<byte> into, byte flag, int length)
    {
        Span<byte> head = into.GetSpan(HeadBytes);
        head[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], length);
        into.Advance(HeadBytes);
    }

    private static PreparedCall Unpack(in GrpcCall call, ReadOnlySequence<byte> packed)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Limits.BodyBytesMax + 1);
        try
        {
            using GZipStream gzip = new(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            int length = gzip.ReadAtLeast(buffer.AsSpan(0, Limits.BodyBytesMax + 1), Limits.BodyBytesMax + 1, throwOnEndOfStream: false);
            return length > Limits.BodyBytesMax
                ? Refuse(call, ApiCode.ResourceExhausted, $"grpc: received message after decompression larger than max ({Limits.BodyBytesMax})")
                : call.Prepare(new ReadOnlySequence<byte>(buffer, 0, length));
        }
        catch (InvalidDataException)
        {
            return Refuse(call, ApiCode.Internal, "grpc: failed to decompress the received message");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static PreparedCall Refuse(in GrpcCall call, ApiCode code, string text) => PreparedCall.Refuse(call.Method, new ApiStatus(code, text));

    private static uint Length(ReadOnlySequence<byte> bytes)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        bytes.Slice(0, HeadBytes).CopyTo(head);
        return BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
    }
}
