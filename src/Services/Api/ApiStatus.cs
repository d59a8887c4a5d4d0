namespace RealtimeServer.Services.Api;

/// <summary>Outcomes of a call, with gRPC's numbers: clients see them in REST bodies and as gRPC status.</summary>
public enum ApiCode
{
    Ok = 0,
    Canceled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <summary>How a call ended, with a text a player or developer can read.</summary>
public readonly record struct ApiStatus(ApiCode Code, string Message)
{
    public static readonly ApiStatus Ok = new(ApiCode.Ok, "");

    /// <summary>Who calls calls more often than is allowed.</summary>
    public static readonly ApiStatus TooManyRequests = new(ApiCode.ResourceExhausted, "Too many requests, slow down.");

    public bool IsOk => Code == ApiCode.Ok;

    /// <summary>The HTTP status of this code, as gRPC's HTTP gateway maps them.</summary>
    public int HttpStatus => Code switch
    {
        ApiCode.Ok => 200,
        ApiCode.Canceled => 499,
        ApiCode.InvalidArgument or ApiCode.FailedPrecondition or ApiCode.OutOfRange => 400,
        ApiCode.Unauthenticated => 401,
        ApiCode.PermissionDenied => 403,
        ApiCode.NotFound => 404,
        ApiCode.AlreadyExists or ApiCode.Aborted => 409,
        ApiCode.ResourceExhausted => 429,
        ApiCode.Unimplemented => 501,
        ApiCode.Unavailable => 503,
        ApiCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
