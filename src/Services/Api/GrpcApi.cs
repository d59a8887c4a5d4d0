using System.Buffers;
using System.Collections.Frozen;
using Google.Protobuf;
using RealtimeServer.Protocol;

namespace RealtimeServer.Services.Api;

/// <summary>The gRPC door without its HTTP server: a path, an authorization and a message's bytes in, a call out.</summary>
public sealed class GrpcApi
{
    private readonly FrozenDictionary<string, ApiMethod> _methods;
    private readonly ApiDoor _door;

    public GrpcApi(IReadOnlyList<ApiMethod> methods, ApiDoor door)
    {
        _methods = methods.ToFrozenDictionary(static m => $"/{m.Descriptor.Service.FullName}/{m.Descriptor.Name}", StringComparer.Ordinal);
        _door = door;
    }

    /// <summary>Finds a method and checks its credential: what costs little, before a message is read.</summary>
    /// <param name="path">"/package.Service/Method".</param>
    /// <param name="authorization">The metadata of that name.</param>
    public GrpcCall Find(string path, string? authorization)
    {
        if (!_methods.TryGetValue(path, out ApiMethod? method))
        {
            return new GrpcCall(_door, null, null, new ApiStatus(ApiCode.Unimplemented, $"unknown method {path}"));
        }
        return _door.TryAuthorize(method.Credential, authorization, out ApiCaller? caller, out ApiStatus refusal)
            ? new GrpcCall(_door, method, caller, ApiStatus.Ok)
            : new GrpcCall(_door, method, null, refusal);
    }
}

/// <summary>A method that may be called, or the refusal.</summary>
public readonly struct GrpcCall
{
    private readonly ApiDoor _door;

    internal GrpcCall(ApiDoor door, ApiMethod? method, ApiCaller? caller, ApiStatus refusal)
    {
        _door = door;
        Method = method;
        Caller = caller;
        Refusal = refusal;
    }

    public ApiMethod? Method { get; }

    public ApiCaller? Caller { get; }

    public ApiStatus Refusal { get; }

    /// <summary>Reads the request's message. Foreign bytes that are none become a refusal.</summary>
    public PreparedCall Prepare(ReadOnlySequence<byte> message)
    {
        if (!Refusal.IsOk)
        {
            return PreparedCall.Refuse(Method, Refusal);
        }
        if (!ContractBinary.TryRead(message, Method!.Descriptor.InputType.Parser, out IMessage? request))
        {
            // gRPC's own servers answer so: what cannot be read is a fault of whoever encoded it.
            string text = "grpc: error unmarshalling request: the message is no " + Method.Descriptor.InputType.FullName;
            return PreparedCall.Refuse(Method, new ApiStatus(ApiCode.Internal, text));
        }
        return PreparedCall.Ready(_door, Method, Caller, request);
    }
}
