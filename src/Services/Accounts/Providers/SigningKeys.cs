using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// The public keys a provider signs with (JWK set, RFC 7517), fetched when first asked for. Providers change them, so they are fetched
/// again after a while, and when a token names one that is not there; but not more often than every so many seconds, whatever tokens name.
/// </summary>
internal sealed class SigningKeys : IDisposable
{
    private readonly ProviderClient _client;
    private readonly Uri _url;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile KeySet _keys = new(FrozenDictionary<string, RSAParameters>.Empty, null);
    private DateTimeOffset? _tried;

    public SigningKeys(ProviderClient client, Uri url, TimeProvider time)
    {
        _client = client;
        _url = url;
        _time = time;
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>The key of that id; null when the provider has none.</summary>
    /// <exception cref="ProviderUnavailableException">There are no keys that could be trusted still, and none can be had.</exception>
    public async Task<RSAParameters?> FindAsync(string id, CancellationToken cancellation)
    {
        KeySet keys = _keys;
        if (IsYounger(keys, Limits.ProviderKeySecondsFresh) && keys.ById.TryGetValue(id, out RSAParameters fresh))
        {
            return fresh;
        }
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Those who waited here find what the first one fetched.
            if (_keys == keys && (_tried is not DateTimeOffset tried || _time.GetUtcNow() - tried >= TimeSpan.FromSeconds(Limits.ProviderKeyFetchSeconds)))
            {
                await FetchAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
        keys = _keys;
        if (!IsYounger(keys, Limits.ProviderKeySecondsMax))
        {
            throw new ProviderUnavailableException($"The keys at {_url.Host} could not be fetched.");
        }
        return keys.ById.TryGetValue(id, out RSAParameters key) ? key : null;
    }

    private async Task FetchAsync(CancellationToken cancellation)
    {
        _tried = _time.GetUtcNow();
        try
        {
            (HttpStatusCode status, byte[] body) = await _client.GetAsync(_url, cancellation).ConfigureAwait(false);
            if (status == HttpStatusCode.OK && JsonWebKeys.TryRead(body, out FrozenDictionary<string, RSAParameters>? keys))
            {
                _keys = new KeySet(keys, _time.GetUtcNow());
            }
        }
        catch (ProviderUnavailableException)
        {
            // Keys we have are good for a while yet.
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone; the next one asks again.
            _tried = null;
            throw;
        }
    }

    private bool IsYounger(KeySet keys, int seconds) => keys.FetchedAt is DateTimeOffset at && _time.GetUtcNow() - at < TimeSpan.FromSeconds(seconds);

    private sealed record KeySet(FrozenDictionary<string, RSAParameters> ById, DateTimeOffset? FetchedAt);
}
