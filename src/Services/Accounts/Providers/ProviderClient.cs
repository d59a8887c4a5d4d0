using System.Net;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// Requests to one provider: so many at a time, each for so long, each answer so large. A provider that is slow or away thus holds up
/// nobody but those who sign in with it, and those for no longer than the time allowed. Redirects are not followed.
/// </summary>
internal sealed class ProviderClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly SemaphoreSlim _calls;
    private readonly TimeSpan _timeout;

    public ProviderClient(ProviderOptions options)
    {
        _timeout = options.Timeout;
        _calls = new SemaphoreSlim(options.CallsMax);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.Timeout,
            MaxConnectionsPerServer = options.CallsMax,
            MaxResponseHeadersLength = Limits.ProviderHeaderKilobytesMax,
            // Names move to other addresses.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = DecompressionMethods.GZip,
        });
    }

    public void Dispose()
    {
        _http.Dispose();
        _calls.Dispose();
    }

    /// <summary>Asks for a URL that is ours to choose, never a token's.</summary>
    /// <returns>The status and the body.</returns>
    /// <exception cref="ProviderUnavailableException">No whole answer came in time, or it was a fault of the provider's.</exception>
    public async Task<(HttpStatusCode Status, byte[] Body)> GetAsync(Uri url, CancellationToken cancellation)
    {
        if (!await _calls.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
        {
            throw new ProviderUnavailableException($"Too many requests wait for {url.Host}.");
        }
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(_timeout);
            try
            {
                return await FetchAsync(url, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
            {
                throw new ProviderUnavailableException($"{url.Host} did not answer in {_timeout.TotalSeconds} s.", exception);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                throw new ProviderUnavailableException($"{url.Host}: {exception.Message}", exception);
            }
        }
        finally
        {
            _calls.Release();
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> FetchAsync(Uri url, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        if ((int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new ProviderUnavailableException($"{url.Host} answered {(int)response.StatusCode}.");
        }
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using MemoryStream read = new();
            byte[] buffer = new byte[8192];
            int count;
            while ((count = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                read.Write(buffer, 0, count);
                if (read.Length > Limits.ProviderAnswerBytesMax)
                {
                    throw new ProviderUnavailableException($"{url.Host} answered with more than {Limits.ProviderAnswerBytesMax} bytes.");
                }
            }
            return (response.StatusCode, read.ToArray());
        }
    }
}
