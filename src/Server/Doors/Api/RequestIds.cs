using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>The id that names a request in answers and logs: the client's own when it is a decent one, else a new one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";

    // A part of this process and a count: unique without asking for random numbers at every request.
    private static readonly string Process = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private static uint _count;

    public static string Of(StringValues given) => given.Count == 1 && IsDecent(given[0]) ? given[0]! : Next();

    public static string Next() => string.Create(16, Interlocked.Increment(ref _count), static (id, count) =>
    {
        Process.CopyTo(id);
        count.TryFormat(id[8..], out _, "x8", CultureInfo.InvariantCulture);
    });

    // What can stand in a log line and a header without being mistaken for anything else.
    private static bool IsDecent(string? id)
    {
        if (id is not { Length: > 0 and <= Limits.RequestIdLengthMax })
        {
            return false;
        }
        foreach (char c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':'))
            {
                return false;
            }
        }
        return true;
    }
}
