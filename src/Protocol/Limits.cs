namespace RealtimeServer.Protocol;

/// <summary>Every limit of the contract's forms.</summary>
public static class Limits
{
    /// <summary>Nesting of JSON objects and arrays. The deepest message of the contract nests four.</summary>
    public const int JsonDepthMax = 32;

    /// <summary>Bytes a thread's JSON buffer begins with; most messages fit.</summary>
    public const int JsonBufferBytes = 4_096;

    /// <summary>A thread's JSON buffer that has grown beyond is not kept.</summary>
    public const int JsonBufferKeptBytesMax = 1 << 20;

    /// <summary>Parameters in one query string; a friend list of a hundred ids fits.</summary>
    public const int QueryParametersMax = 1024;

    /// <summary>Fields named in one nested query parameter ("a.b.c").</summary>
    public const int QueryFieldDepthMax = 8;

    /// <summary>Segments of a request's path; the longest route has seven.</summary>
    public const int PathSegmentsMax = 16;
}
