using Google.Protobuf;

namespace RealtimeServer.Services.Api;

/// <summary>How a REST answer is written.</summary>
public enum AnswerForm
{
    /// <summary>The message as JSON.</summary>
    Message,

    /// <summary>A function's payload as a string in an object; refusals have the text twice.</summary>
    Function,

    /// <summary>A function's payload as it is.</summary>
    UnwrappedFunction,
}

/// <summary>A request that a door has read: ready to run, or refused. Holds nothing of the door's buffers.</summary>
public readonly struct PreparedCall
{
    private readonly ApiDoor? _door;
    private readonly IMessage? _request;

    private PreparedCall(ApiMethod? method, ApiStatus refusal)
    {
        Method = method;
        Refusal = refusal;
    }

    private PreparedCall(ApiDoor door, ApiMethod method, ApiCaller? caller, IMessage request)
    {
        _door = door;
        _request = request;
        Method = method;
        Caller = caller;
        Refusal = ApiStatus.Ok;
    }

    /// <summary>The method the request names; null when it names none.</summary>
    public ApiMethod? Method { get; }

    public ApiCaller? Caller { get; }

    /// <summary>Ok when the call can run, else the answer to give.</summary>
    public ApiStatus Refusal { get; }

    /// <summary>How REST answers.</summary>
    public AnswerForm Form { get; init; }

    public static PreparedCall Refuse(ApiMethod? method, ApiStatus refusal) => new(method, refusal);

    public static PreparedCall Ready(ApiDoor door, ApiMethod method, ApiCaller? caller, IMessage request) => new(door, method, caller, request);

    /// <summary>Runs the method; a call that was refused gives its refusal. Never throws.</summary>
    public ValueTask<ApiOutcome> RunAsync(ApiOrigin origin, CancellationToken cancellation) => _door is null
        ? new ValueTask<ApiOutcome>(ApiOutcome.Refuse(Refusal))
        : _door.CallAsync(Method!, Caller, origin, _request!, cancellation);
}
