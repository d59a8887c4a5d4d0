using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// Whether a certificate leads to a root we trust. The system may fetch nothing for it, as a stranger's certificate would say from where;
/// those between are fetched here, from the authority Apple uses or from where the certificate itself may be.
/// </summary>
internal sealed class CertificateChains
{
    private static readonly string[] AuthorityHosts = ["http://cacerts.digicert.com", "https://cacerts.digicert.com"];

    private readonly ProviderClient _client;
    private readonly IReadOnlyList<string> _hosts;
    private readonly X509Certificate2Collection _roots = [];
    private readonly TimeProvider _time;

    /// <param name="hosts">Origins from which certificates may come.</param>
    /// <param name="rootsPem">Roots; empty: the system's.</param>
    /// <exception cref="CryptographicException">The roots are no PEM text of certificates.</exception>
    public CertificateChains(ProviderClient client, IReadOnlyList<string> hosts, string rootsPem, TimeProvider time)
    {
        _client = client;
        _hosts = [.. hosts, .. AuthorityHosts];
        _roots.ImportFromPem(rootsPem);
        _time = time;
    }

    /// <summary>Whether a URL is at one of the origins.</summary>
    public static bool IsAt(string text, IReadOnlyCollection<string> origins, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && url.UserInfo.Length == 0
        && origins.Contains(url.GetLeftPart(UriPartial.Authority), StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when it is no certificate, neither DER nor PEM.</summary>
    public static X509Certificate2? TryRead(byte[] bytes)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(bytes);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <exception cref="ProviderUnavailableException">A certificate between it and its root cannot be fetched.</exception>
    public async Task<bool> IsTrustedAsync(X509Certificate2 certificate, CancellationToken cancellation)
    {
        List<X509Certificate2> fetched = [];
        try
        {
            X509Certificate2 last = certificate;
            for (int depth = 0; ; depth++)
            {
                if (Builds(certificate, fetched))
                {
                    return true;
                }
                if (depth == Limits.CertificateDepthMax || await IssuerOfAsync(last, cancellation).ConfigureAwait(false) is not X509Certificate2 issuer)
                {
                    return false;
                }
                fetched.Add(last = issuer);
            }
        }
        finally
        {
            fetched.ForEach(static c => c.Dispose());
        }
    }

    private bool Builds(X509Certificate2 certificate, List<X509Certificate2> between)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(between.ToArray());
        if (_roots.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        }
        bool built = chain.Build(certificate);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }
        return built;
    }

    private async Task<X509Certificate2?> IssuerOfAsync(X509Certificate2 certificate, CancellationToken cancellation)
    {
        string? named = certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>().FirstOrDefault()?.EnumerateCAIssuersUris().FirstOrDefault();
        if (named is null || !IsAt(named, _hosts, out Uri? url))
        {
            return null;
        }
        (HttpStatusCode status, byte[] body) = await _client.GetAsync(url, cancellation).ConfigureAwait(false);
        return status == HttpStatusCode.OK ? TryRead(body) : null;
    }
}
