using RealtimeServer.Bots.Play;
using RealtimeServer.Client;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Snapshots;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bots;

internal enum BotState
{
    Waiting,
    SignedIn,
    Playing,
    Finished,
    Failed,
}

/// <summary>
/// A headless player: plays as its game's <see cref="IGamePlay"/> does, and measures. Measurements are taken on the pump's
/// thread and read when the match is over, or roughly, for the live table.
/// </summary>
internal sealed class Bot : IDisposable
{
    private static readonly TimeSpan PingPeriod = TimeSpan.FromMilliseconds(500);
    private readonly GameClient _client;
    private readonly ConnectionPump _pump;
    private readonly BotOptions _options;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly IGamePlay _play;
    private readonly Queue<(uint Input, long Sent)> _unanswered = new();
    private readonly List<string> _errors = [];
    private DeterministicRandom _random;
    private RealtimeConnection? _connection;
    private ClientMatch? _match;
    private SnapshotHeader _previous;
    private long _firstSnapshotAt;
    private long _lastSnapshotAt;
    private long _bytesAtFirst;
    private long _bytesAtLast;

    public Bot(GameClient client, ConnectionPump pump, BotOptions options, int match, int player, TimeProvider time)
    {
        _client = client;
        _pump = pump;
        _options = options;
        _time = time;
        Player = player;
        _name = $"bot-{options.Seed}-{match}-{player}";
        _play = options.Game == BotOptions.Arena ? new ArenaPlay() : new LanesPlay();
        _random = new DeterministicRandom(options.Seed, (ulong)((match * 16) + player));
    }

    public int Player { get; }

    public BotState State { get; private set; }

    public bool Finished => State == BotState.Finished;

    public bool WasConnected { get; private set; }

    /// <summary>The connection ended before the match did.</summary>
    public bool Disconnected { get; private set; }

    public IReadOnlyList<string> Errors => _errors;

    public Samples RttMs { get; } = new();

    public Samples InputToSnapshotMs { get; } = new();

    public Samples TickMs { get; } = new();

    public Samples TickJitterMs { get; } = new();

    public int SnapshotCount { get; private set; }

    public int Entities { get; private set; }

    public uint LastTick => _previous.Tick.Value;

    public double LastRttMs { get; private set; }

    public int InputsSent { get; private set; }

    public int InputsRefused { get; private set; }

    /// <summary>Received snapshots over the time from the first to the last.</summary>
    public double SnapshotsPerSecond => SnapshotCount < 2 ? 0 : (SnapshotCount - 1) / Seconds;

    public double BytesPerSecond => SnapshotCount < 2 ? 0 : (_bytesAtLast - _bytesAtFirst) / Seconds;

    /// <summary>What the simulated network did to this bot's datagrams.</summary>
    public LinkCounts NetworkCounts => _connection?.NetworkCounts ?? default;

    private double Seconds => _time.GetElapsedTime(_firstSnapshotAt, _lastSnapshotAt).TotalSeconds;

    public Task SignInAsync(CancellationToken cancellation) => GuardAsync("sign in", async () =>
    {
        ClientSession session = await _client.AuthenticateDeviceAsync($"device-of-{_name}", cancellation: cancellation);
        _connection = await _client.ConnectAsync(session, cancellation: cancellation);
        _connection.Closed += _ => Disconnected |= !Finished;
        _pump.Add(_connection);
        await _connection.Connected;
        WasConnected = true;
        State = BotState.SignedIn;
    });

    /// <returns>The match's id, or null if that failed.</returns>
    public async Task<string?> CreateMatchAsync(string name)
    {
        await GuardAsync("create a match", async () => await EnterAsync(await _connection!.CreateMatchAsync(name)));
        return _match?.Id;
    }

    public Task JoinMatchAsync(string id) => GuardAsync("join a match", async () => await EnterAsync(await _connection!.JoinMatchAsync(id)));

    /// <summary>Plays until the match says its result.</summary>
    public Task PlayToEndAsync(CancellationToken cancellation) => GuardAsync("play", async () =>
    {
        if (_match is null)
        {
            throw new ClientException("was in no match");
        }

        // A match takes as long as it says; beyond that and a generous margin something hangs.
        Task over = Task.Delay(TimeSpan.FromSeconds(_options.Seconds + 30), cancellation);
        while (!_match.Closed.IsCompleted && !over.IsCompleted)
        {
            TimeSpan rtt = await _connection!.PingAsync();
            LastRttMs = rtt.TotalMilliseconds;
            RttMs.Add(LastRttMs);
            await Task.WhenAny(_match.Closed, Task.Delay(PingPeriod, cancellation));
        }

        if (_match.Result is null)
        {
            throw new ClientException(over.IsCompleted ? "the match did not end" : $"the match ended without a result: {await _match.Closed}");
        }

        State = BotState.Finished;
    });

    public void Dispose()
    {
        if (_connection is not null)
        {
            _pump.Remove(_connection);
            _connection.Dispose();
        }
    }

    private async Task EnterAsync(ClientMatch match)
    {
        match.SnapshotReceived += OnSnapshot;
        match.DataReceived += (opCode, _, _) => InputsRefused += _play.IsRefusal(opCode) ? 1 : 0;
        _match = match;
        await match.Welcome;
        State = BotState.Playing;
    }

    private void OnSnapshot(WorldSnapshot snapshot)
    {
        long now = _time.GetTimestamp();
        Measure(snapshot.Header, now);
        while (_unanswered.TryPeek(out (uint Input, long Sent) oldest) && oldest.Input <= snapshot.Header.InputsProcessed)
        {
            _unanswered.Dequeue();
            InputToSnapshotMs.Add(_time.GetElapsedTime(oldest.Sent, now).TotalMilliseconds);
        }

        Entities = snapshot.Count;
        int player = _match!.Welcome.IsCompletedSuccessfully ? _match.Welcome.Result.Player : 0;
        if (_play.Act(_match, snapshot, player, ref _random))
        {
            InputsSent++;
            _unanswered.Enqueue((_match.InputsSent, now));
        }
    }

    private void Measure(in SnapshotHeader header, long now)
    {
        long bytes = _connection!.Statistics.BytesReceived;
        if (SnapshotCount++ == 0)
        {
            _firstSnapshotAt = now;
            _bytesAtFirst = bytes;
        }
        else if (header.Tick == _previous.Tick.Next)
        {
            TickJitterMs.Add(Math.Abs(header.LateMicroseconds - _previous.LateMicroseconds) / 1000.0);
        }

        TickMs.Add(header.TickMicroseconds / 1000.0);
        _lastSnapshotAt = now;
        _bytesAtLast = bytes;
        _previous = header;
    }

    private async Task GuardAsync(string what, Func<Task> action)
    {
        if (State == BotState.Failed)
        {
            return;
        }

        try
        {
            await action();
        }
        catch (Exception error) when (error is ClientException or OperationCanceledException)
        {
            State = BotState.Failed;
            _errors.Add($"{_name} could not {what}: {error.Message}");
        }
    }
}
