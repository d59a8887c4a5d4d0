using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Layers;

namespace RealtimeServer.Client;

/// <summary>
/// The way into a server: signs a player in over HTTP and opens realtime connections. One instance serves many players; its
/// methods may be called from any thread.
/// </summary>
public sealed class GameClient : IDisposable
{
    private static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue _serverKey;
    private int _connectionCount;

    public GameClient(ClientOptions options, TimeProvider? time = null)
    {
        _options = options;
        _time = time ?? TimeProvider.System;
        _serverKey = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(options.ServerKey + ":")));
        _http = new HttpClient
        {
            BaseAddress = new UriBuilder(options.UseTls ? "https" : "http", options.Host, options.HttpPort).Uri,
            Timeout = options.Timeout,
        };
    }

    /// <summary>Signs in with a device id, making its account at the first time.</summary>
    /// <param name="deviceId">10 to 128 bytes; whoever knows it can sign in, so make it random and keep it.</param>
    /// <param name="create">False: an unknown device is refused instead of given an account.</param>
    /// <param name="username">The wish for a new account; the server makes one up otherwise.</param>
    /// <exception cref="ClientException">The server refused, or could not be reached.</exception>
    public async Task<ClientSession> AuthenticateDeviceAsync(string deviceId, bool create = true, string? username = null, CancellationToken cancellation = default)
    {
        string path = "/v2/account/authenticate/device?create=" + (create ? "true" : "false");
        if (username is not null)
        {
            path += "&username=" + Uri.EscapeDataString(username);
        }

        Session session = await SendAsync<Session>(HttpMethod.Post, path, _serverKey, new AccountDevice { Id = deviceId }, cancellation);
        return ClientSession.FromTokens(session.Token, session.RefreshToken, session.Created);
    }

    /// <summary>The player's own account.</summary>
    /// <exception cref="ClientException">The server refused, or could not be reached.</exception>
    public Task<Account> GetAccountAsync(ClientSession session, CancellationToken cancellation = default) =>
        SendAsync<Account>(HttpMethod.Get, "/v2/account", Bearer(session), null, cancellation);

    /// <summary>Running matches, newest first.</summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="authoritative">Only matches the server simulates, or only relayed ones; null for both.</param>
    /// <exception cref="ClientException">The server refused, or could not be reached.</exception>
    public async Task<IReadOnlyList<Match>> ListMatchesAsync(ClientSession session, int limit = 10, bool? authoritative = null, CancellationToken cancellation = default)
    {
        string path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/v2/match?limit={limit}");
        if (authoritative is bool only)
        {
            path += "&authoritative=" + (only ? "true" : "false");
        }

        MatchList list = await SendAsync<MatchList>(HttpMethod.Get, path, Bearer(session), null, cancellation);
        return list.Matches;
    }

    /// <summary>
    /// Gets a connect token and begins to open a realtime connection over reliable UDP. The connection lives by being polled: call
    /// <see cref="RealtimeConnection.Poll"/> in the game's loop, or hand it to a <see cref="ConnectionPump"/>. It is sealed if the
    /// options or the server ask for that.
    /// </summary>
    /// <param name="matchId">The only match this connection will join; null for any.</param>
    /// <exception cref="ClientException">The server refused, could not be reached, or the host's name leads to no address.</exception>
    public async Task<RealtimeConnection> ConnectAsync(ClientSession session, string? matchId = null, CancellationToken cancellation = default)
    {
        var request = new CreateConnectTokenRequest { MatchId = matchId ?? "", Cipher = (Cipher)_options.Cipher };
        ConnectToken token = await SendAsync<ConnectToken>(HttpMethod.Post, "/v2/connect", Bearer(session), request, cancellation).ConfigureAwait(false);
        var server = new IPEndPoint(ResolveHost(), _options.UdpPort == 0 ? token.Port : _options.UdpPort);
        return new RealtimeConnection(server, session, token.Token, UdpOptions(token), _options.Timeout, _time);
    }

    public void Dispose() => _http.Dispose();

    private static AuthenticationHeaderValue Bearer(ClientSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new AuthenticationHeaderValue("Bearer", session.Token);
    }

    private UdpClientOptions UdpOptions(ConnectToken token) => new()
    {
        Network = _options.Network,
        NetworkSeed = _options.NetworkSeed + (ulong)(Interlocked.Increment(ref _connectionCount) - 1),
        Seal = token.Cipher == Cipher.ServerChoice
            ? null
            : new SealKeys((SealCipher)token.Cipher, token.Session, token.ClientToServerKey.Memory, token.ServerToClientKey.Memory),
    };

    private IPAddress ResolveHost()
    {
        if (IPAddress.TryParse(_options.Host, out IPAddress? address))
        {
            return address;
        }

        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(_options.Host);
            return addresses.Length > 0 ? addresses[0] : throw new ClientException($"'{_options.Host}' leads to no address.");
        }
        catch (SocketException error)
        {
            throw new ClientException($"'{_options.Host}' leads to no address: {error.Message}", inner: error);
        }
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, AuthenticationHeaderValue credential, IMessage? body, CancellationToken cancellation)
        where T : class, IMessage<T>, new()
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = credential;
        if (body is not null)
        {
            request.Content = new StringContent(JsonFormatter.Default.Format(body), Encoding.UTF8, "application/json");
        }

        string where = $"{method} {_http.BaseAddress}{path.TrimStart('/')}";
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? Json.Parse<T>(text) : throw Refusal(response.StatusCode, text);
        }
        catch (HttpRequestException error)
        {
            throw new ClientException($"{where}: {error.Message}", inner: error);
        }
        catch (TaskCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new ClientException($"{where}: no answer within {_options.Timeout.TotalSeconds} s", inner: error);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ClientException($"{where}: the answer is not what was asked for: {error.Message}", inner: error);
        }
    }

    private static ClientException Refusal(HttpStatusCode status, string text)
    {
        try
        {
            using JsonDocument error = JsonDocument.Parse(text);
            return new ClientException(error.RootElement.GetProperty("message").GetString() ?? text, error.RootElement.GetProperty("code").GetInt32());
        }
        catch (Exception parse) when (parse is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new ClientException($"HTTP status {(int)status}: {text}", inner: parse);
        }
    }
}
