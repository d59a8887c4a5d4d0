using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Every provider in one, on a port of this machine: what a path answers is set by the test.</summary>
internal sealed class TestIssuer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly List<string> _asked = [];

    public TestIssuer()
    {
        for (int port = Random.Shared.Next(20_000, 60_000); ; port++)
        {
            // One that failed to start has ended for good.
            HttpListener listener = new();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                _listener = listener;
                Root = new Uri($"http://127.0.0.1:{port}");
                break;
            }
            catch (HttpListenerException)
            {
                // Taken by another.
            }
        }
        Answers["/keys"] = _ => Keys(("key-1", Key));
        _ = ServeAsync();
    }

    public Uri Root { get; }

    public RSA Key { get; } = RSA.Create(2048);

    /// <summary>By path: the query in, the body out; null is 400.</summary>
    public Dictionary<string, Func<string, byte[]?>> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Path and query of every request.</summary>
    public string[] Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public Uri At(string path) => new(Root, path);

    public static byte[] Keys(params (string Id, RSA Key)[] keys) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        keys = keys.Select(k =>
        {
            RSAParameters parameters = k.Key.ExportParameters(false);
            return new { kty = "RSA", use = "sig", alg = "RS256", kid = k.Id, n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) };
        }),
    });

    /// <summary>A token with this header and these claims, signed as the header says unless told otherwise.</summary>
    public string Token(object claims, object? header = null, RSA? key = null, Func<byte[], byte[]>? sign = null)
    {
        string head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header ?? new { alg = "RS256", kid = "key-1", typ = "JWT" }));
        string signed = $"{head}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        byte[] signature = sign?.Invoke(bytes) ?? (key ?? Key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _listener.Close();
        Key.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Answer(context));
        }
    }

    private void Answer(HttpListenerContext context)
    {
        lock (_asked)
        {
            _asked.Add(context.Request.Url!.PathAndQuery);
        }
        try
        {
            byte[]? body = Answers.TryGetValue(context.Request.Url!.AbsolutePath, out Func<string, byte[]?>? answer) ? answer(context.Request.Url.Query) : null;
            context.Response.StatusCode = body is null ? 400 : 200;
            context.Response.ContentLength64 = body?.Length ?? 0;
            context.Response.Close(body ?? [], willBlock: true);
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Whoever asked is gone.
        }
    }
}
