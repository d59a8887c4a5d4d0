using System.Net;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>Where an HTTP request came from. Its details are read while it is under way, and copied.</summary>
internal sealed record HttpOrigin(HttpContext Context, IPAddress Address, string RequestId) : ApiOrigin(Address, RequestId)
{
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase) { "authorization", "cookie", "http_key", "token" };

    public override RequestDetails ReadDetails()
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, var values) in Context.Request.Headers)
        {
            if (!Secrets.Contains(name))
            {
                headers[name.ToLowerInvariant()] = values.ToString();
            }
        }
        Dictionary<string, IReadOnlyList<string>> query = new(StringComparer.Ordinal);
        foreach ((string name, var values) in Context.Request.Query)
        {
            if (!Secrets.Contains(name))
            {
                query[name] = [.. values.Select(static v => v ?? "")];
            }
        }
        string lang = query.TryGetValue("lang", out IReadOnlyList<string>? asked) && asked.Count > 0 ? asked[0] : FirstLanguage(Context.Request.Headers.AcceptLanguage.ToString());
        return new RequestDetails(lang, headers, query);
    }

    /// <summary>The same with its details read now: for a socket, which outlives its request.</summary>
    public ApiOrigin Kept() => new KeptOrigin(Address, RequestId, ReadDetails());

    // "de-CH,de;q=0.9": the first is what its client wants most.
    private static string FirstLanguage(string header)
    {
        int end = header.AsSpan().IndexOfAny(',', ';');
        return (end < 0 ? header : header[..end]).Trim();
    }

    private sealed record KeptOrigin(IPAddress Address, string RequestId, RequestDetails Details) : ApiOrigin(Address, RequestId)
    {
        public override RequestDetails ReadDetails() => Details;
    }
}
