using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RealtimeServer.Services.Data;

namespace RealtimeServer.EndToEnd;

/// <summary>
/// The companion service as a game sees it: the official JavaScript client and gRPC's own drive the built server through every method it
/// serves. The steps are in companion/steps; a method without a step fails the run.
/// </summary>
public sealed class CompanionTests : IDisposable
{
    private const string AdminKey = "admin-key-of-the-companion";

    private static readonly string Folder = Path.Combine(Checkout.Root, "tests", "EndToEnd.Tests", "companion");

    private const string Boards = """
        {
            "leaderboards": [
                { "id": "weekly", "operator": "incr", "reset_schedule": "0 0 * * MON" },
                { "id": "race", "sort_order": "asc" },
                { "id": "plain", "enable_ranks": false },
                { "id": "server-only", "authoritative": true }
            ],
            "tournaments": [
                { "id": "daily", "title": "Daily", "category": 1, "reset_schedule": "0 12 * * *", "duration": 86400, "max_size": 100, "max_num_score": 3, "join_required": true },
                { "id": "cup", "duration": 86400, "max_size": 4 }
            ]
        }
        """;

    private readonly string _data = Directory.CreateTempSubdirectory("companion-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Official_clients_drive_every_method_on_SQLite() => await DriveAsync([], []);

    [Fact]
    public async Task Official_clients_drive_every_method_on_PostgreSQL() =>
        await DriveAsync(["--database", PostgresServer.Shared.CreateDatabase()], []);

    [Fact]
    public async Task Official_clients_speak_TLS()
    {
        (string certificate, string key) = MakeCertificate();
        await DriveAsync(["--tls:certificate", certificate, "--tls:key", key], ["--ca", certificate]);
    }

    private async Task DriveAsync(string[] serverArguments, string[] stepArguments)
    {
        await InstallAsync();
        string indexes = Path.Combine(_data, "indexes.json");
        await File.WriteAllTextAsync(indexes, """[{ "name": "heroes", "collection": "heroes", "fields": ["level", "owner"] }]""");
        string boards = Path.Combine(_data, "boards.json");
        await File.WriteAllTextAsync(boards, Boards);
        string issuer = $"127.0.0.1:{ServerProcess.FreePort()}";
        string gameCenter = MakeGameCenterCertificate();
        string[] settings =
        [
            "--demo", "false", "--admin:key", AdminKey, "--modules:load", "daily-reward", "--storage:indexes", indexes, "--leaderboards:file", boards,
            .. ProvidersAt(issuer, gameCenter), .. serverArguments,
        ];
        using ServerProcess server = new(_data, ServerProcess.FreePort(), settings);
        await server.WhenListeningAsync();
        ProcessStartInfo node = new("node",
        [
            "run.mjs", "--http", $"127.0.0.1:{server.Port}", "--grpc", $"127.0.0.1:{server.Port - 1}", "--key", "defaultkey", "--adminKey", AdminKey,
            "--protos", Path.Combine(Checkout.Root, "src", "Protocol"), "--issuer", issuer, "--certificate", gameCenter, .. stepArguments,
        ]);
        if (stepArguments is ["--ca", string ca])
        {
            node.Environment["NODE_EXTRA_CA_CERTS"] = ca;
        }
        (int exitCode, string output) = await RunAsync(node);
        Assert.True(exitCode == 0, $"{output}\n{server.Output}");
        Assert.DoesNotContain(" fail: ", server.Output, StringComparison.Ordinal);
    }

    // Packages of the registry npm is set up for; their install scripts do not run.
    private static async Task InstallAsync()
    {
        string installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) > File.GetLastWriteTimeUtc(Path.Combine(Folder, "package.json")))
        {
            return;
        }
        (int exitCode, string output) = await RunAsync(new ProcessStartInfo("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]));
        Assert.True(exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        start.WorkingDirectory = Folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, output + await errors);
    }

    // The steps play every provider of identities, at this address.
    private static string[] ProvidersAt(string issuer, string gameCenter) =>
    [
        "--google:clientIds", "google-client", "--google:keys", $"http://{issuer}/keys",
        "--apple:bundleIds", "com.example.game", "--apple:keys", $"http://{issuer}/keys",
        "--facebook:appId", "1234", "--facebook:appSecret", "secret-of-the-app", "--facebook:graph", $"http://{issuer}/graph", "--facebook:keys", $"http://{issuer}/keys",
        "--facebookInstant:appSecret", "secret-of-the-app",
        "--gameCenter:bundleIds", "com.example.game", "--gameCenter:hosts", $"http://{issuer}", "--gameCenter:roots", gameCenter,
        "--steam:appId", "480", "--steam:publisherKey", "publisher", "--steam:api", $"http://{issuer}/steam",
    ];

    private string MakeGameCenterCertificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=Game Center of the tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string file = Path.Combine(_data, "game-center.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return file;
    }

    private (string Certificate, string Key) MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string certificateFile = Path.Combine(_data, "certificate.pem");
        string keyFile = Path.Combine(_data, "key.pem");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
