using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// Game Center: Apple signs player id, bundle id, time and salt; the certificate is fetched from where the client says, if that is one of
/// the hosts it may be at, and must lead to a root we trust.
/// </summary>
internal sealed class GameCenterProvider
{
    private readonly ProviderClient _client;
    private readonly ProviderOptions _options;
    private readonly CertificateChains _chains;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Uri, (byte[] Certificate, DateTimeOffset Until)> _trusted = new();

    public GameCenterProvider(ProviderClient client, ProviderOptions options, TimeProvider time)
    {
        _client = client;
        _options = options;
        _chains = new CertificateChains(client, options.GameCenterHosts, options.GameCenterRoots, time);
        _time = time;
    }

    public async Task<ProviderAnswer> VerifyAsync(AccountGameCenter shown, CancellationToken cancellation)
    {
        if (_options.GameCenterBundleIds.Count == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        if (!_options.GameCenterBundleIds.Contains(shown.BundleId) || !IsRecent(shown.TimestampSeconds)
            || !TryBase64(shown.Salt, out byte[] salt) || !TryBase64(shown.Signature, out byte[] signature)
            || !CertificateChains.IsAt(shown.PublicKeyUrl, _options.GameCenterHosts, out Uri? url))
        {
            return ProviderAnswer.Refused;
        }
        try
        {
            if (await TrustedAsync(url, cancellation).ConfigureAwait(false) is not X509Certificate2 certificate)
            {
                return ProviderAnswer.Refused;
            }
            using (certificate)
            {
                using RSA? key = certificate.GetRSAPublicKey();
                return key is not null && key.VerifyData(Signed(shown, salt), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                    ? ProviderAnswer.Proven(shown.PlayerId, ProviderProfile.Nothing)
                    : ProviderAnswer.Refused;
            }
        }
        catch (ProviderUnavailableException)
        {
            return ProviderAnswer.Unavailable;
        }
        catch (CryptographicException)
        {
            // Something in a certificate (its key, where its issuer is) is not what its place demands, which shows when it is looked at.
            return ProviderAnswer.Refused;
        }
    }

    // Apple has one certificate at a time, for years; those that were trusted lately are not fetched again.
    private async Task<X509Certificate2?> TrustedAsync(Uri url, CancellationToken cancellation)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_trusted.TryGetValue(url, out (byte[] Certificate, DateTimeOffset Until) known) && now < known.Until)
        {
            return CertificateChains.TryRead(known.Certificate);
        }
        (HttpStatusCode status, byte[] body) = await _client.GetAsync(url, cancellation).ConfigureAwait(false);
        X509Certificate2? certificate = status == HttpStatusCode.OK ? CertificateChains.TryRead(body) : null;
        if (certificate is null || !await _chains.IsTrustedAsync(certificate, cancellation).ConfigureAwait(false))
        {
            certificate?.Dispose();
            return null;
        }
        if (_trusted.Count >= Limits.TrustedCertificatesMax)
        {
            _trusted.Clear();
        }
        _trusted[url] = (body, now.AddSeconds(Limits.ProviderKeySecondsFresh));
        return certificate;
    }

    // The field is named for seconds, and clients give what Game Center gave them, which is milliseconds. What they give is what is signed.
    private bool IsRecent(long timestamp)
    {
        long seconds = timestamp > Limits.SecondsOfYear5138 ? timestamp / 1000 : timestamp;
        long age = _time.GetUtcNow().ToUnixTimeSeconds() - seconds;
        return age is >= -Limits.ClockSkewSeconds and <= Limits.SignedPlayerSecondsMax;
    }

    private static byte[] Signed(AccountGameCenter shown, byte[] salt)
    {
        byte[] time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, shown.TimestampSeconds);
        return [.. Encoding.UTF8.GetBytes(shown.PlayerId), .. Encoding.UTF8.GetBytes(shown.BundleId), .. time, .. salt];
    }

    private static bool TryBase64(string text, out byte[] bytes)
    {
        byte[] buffer = new byte[Limits.SignatureBytesMax];
        bool decoded = Convert.TryFromBase64String(text, buffer, out int length);
        bytes = buffer[..length];
        return decoded;
    }
}
