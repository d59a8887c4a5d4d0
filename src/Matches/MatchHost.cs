using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using RealtimeServer.Matches.Hosting;
using RealtimeServer.Matches.Relayed;
using RealtimeServer.Matches.Simulated;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches;

/// <summary>All matches of this node: the registry and the workers that simulate. Every member may be called from any thread.</summary>
public sealed class MatchHost : IAsyncDisposable
{
    /// <summary>
    /// Instruments (durations in seconds): match.tick.duration, match.tick.jitter, match.tick.lateness, match.ticks.slipped,
    /// match.ticks.stalled, match.inbox.dropped, match.inputs.refused, match.failed, match.count, match.members.
    /// </summary>
    public const string MeterName = "RealtimeServer.Matches";

    private readonly MatchHostOptions _options;
    private readonly MatchContext _context;
    private readonly IMatchFactory _simulated;
    private readonly MatchRegistry _registry;
    private readonly WorkerPool _workers;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MatchHost(MatchHostOptions options, IMatchFactory simulated, TimeProvider time, IMeterFactory? meters = null)
        : this(options, simulated, time, meters, startThreads: true)
    {
    }

    // Without threads a test ticks the workers itself, on virtual time.
    internal MatchHost(MatchHostOptions options, IMatchFactory simulated, TimeProvider time, IMeterFactory? meters, bool startThreads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Workers, Limits.WorkersMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MatchesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MatchesMax, Limits.MatchesMax);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.EmptyMatchSeconds);
        if (!MatchId.IsNodeName(options.Node))
        {
            throw new ArgumentException($"Node name '{options.Node}': 1 to {Limits.NodeNameLengthMax} letters, digits, '-' or '_'.");
        }

        _options = options;
        _simulated = simulated;
        MatchMetrics metrics = new(meters);
        _registry = new MatchRegistry(options.MatchesMax, metrics);
        _context = new MatchContext(time, options, metrics, _registry.Remove);
        int workers = options.Workers == 0 ? Environment.ProcessorCount : options.Workers;
        _workers = new WorkerPool(Math.Min(workers, Limits.WorkersMax), _context, startThreads);
    }

    internal WorkerPool Workers => _workers;

    internal MatchMetrics Metrics => _context.Metrics;

    /// <summary>
    /// A match that relays. The same name gives the same match, as in Nakama; without a name it is a new one. It ends when its last member
    /// leaves, or if nobody joins within <see cref="Limits.RelayedEmptySecondsMax"/>.
    /// </summary>
    public CreateOutcome CreateRelayed(string? name)
    {
        if (name is { Length: > Limits.MatchNameLengthMax })
        {
            return new CreateOutcome(null, $"A match name has at most {Limits.MatchNameLengthMax} characters.");
        }

        MatchId id = new(string.IsNullOrEmpty(name) ? Guid.NewGuid() : NameId.Of(name));
        _registry.RemoveOverdue(_context.Time.GetTimestamp());
        Match? match = _registry.GetOrAddRelayed(id, _context);
        return match is null ? RefusedAsFull() : new CreateOutcome(match.Info, null);
    }

    /// <summary>A match the server simulates. It runs at once, with nobody in it.</summary>
    public CreateOutcome CreateSimulated(MatchRequest request)
    {
        return Start(request, null);
    }

    /// <summary>
    /// Lets a saved match go on here, under its id and with the same bits as it would have there. Players who were in it have their slots again if they join within
    /// <see cref="Limits.SeatSecondsMax"/> seconds.
    /// </summary>
    /// <param name="saved">What <see cref="SaveAsync"/> gave, on any server with the same game and map.</param>
    public CreateOutcome Restore(ReadOnlySpan<byte> saved)
    {
        MatchFile file;
        try
        {
            file = MatchFile.Read(saved);
        }
        catch (InvalidDataException error)
        {
            return new CreateOutcome(null, error.Message);
        }

        return _registry.TryGet(file.Id, out _) ? new CreateOutcome(null, $"Match {file.Id} is running here already.") : Start(file.Request, file);
    }

    /// <summary>
    /// Lets the matches go on that a killed server left behind in <see cref="MatchHostOptions.CheckpointFolder"/>, each from its last checkpoint. Files that cannot be used are
    /// set aside under another ending. To be called once, at the start.
    /// </summary>
    public IReadOnlyList<RecoveredMatch> Recover()
    {
        var recovered = new List<RecoveredMatch>();
        foreach (string path in _options.CheckpointFolder is { } folder ? CheckpointFile.Left(folder) : [])
        {
            CreateOutcome outcome;
            try
            {
                outcome = Restore(File.ReadAllBytes(path));
                if (!outcome.Created)
                {
                    CheckpointFile.SetAside(path);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                outcome = new CreateOutcome(null, error.Message);
            }

            recovered.Add(new RecoveredMatch(path, outcome));
        }

        return recovered;
    }

    /// <summary>A running match as bytes, for <see cref="Restore"/> here or elsewhere: taken just before its next tick.</summary>
    /// <exception cref="InvalidOperationException">In the task: there is no such simulated match, or it ended before.</exception>
    public Task<byte[]> SaveAsync(MatchId id) => _registry.TryGet(id, out Match? match) && match is SimulatedMatch simulated
        ? simulated.SaveAsync()
        : Task.FromException<byte[]>(new InvalidOperationException($"There is no simulated match {id}."));

    private CreateOutcome Start(MatchRequest request, MatchFile? saved)
    {
        MatchSimulation? simulation = null;
        SimulatedMatch match;
        try
        {
            MatchSetup? setup = _simulated.Create(request, out string? refusal);
            if (setup is null)
            {
                return new CreateOutcome(null, refusal ?? $"There is no game '{request.Game}'.");
            }

            simulation = new MatchSimulation(setup);
            if (saved is not null)
            {
                simulation.Restore(saved.Checkpoint);
            }

            match = new SimulatedMatch(saved?.Id ?? new MatchId(Guid.NewGuid(), _options.Node), request, simulation, _context, saved?.Seats);
        }
        catch (GameException exception)
        {
            // Written for the one who asked: it names the parameter and what is allowed, or the game and what it threw.
            return new CreateOutcome(null, exception.Message);
        }
        catch (InvalidDataException exception)
        {
            simulation?.Dispose();
            return new CreateOutcome(null, exception.Message);
        }
        catch (Exception exception)
        {
            simulation?.Dispose();
            return new CreateOutcome(null, $"The game '{request.Game}' could not be started: {exception.Message}");
        }

        if (!_registry.TryAdd(match))
        {
            simulation.Dispose();
            return RefusedAsFull();
        }

        MatchInfo info = match.Info;
        _options.Observer?.MatchStarted(info);
        if (!_workers.Add(match))
        {
            match.EndBetweenTicks("The server is stopping.");
            return new CreateOutcome(null, "The server is stopping.");
        }

        return new CreateOutcome(info, null);
    }

    /// <summary>
    /// Makes the member part of the match. In a simulated match this takes until its next tick. A session that is a member already is
    /// accepted again and nobody is told. The member may hear from the match before the task completes.
    /// </summary>
    /// <param name="id">Which match.</param>
    /// <param name="member">Who; told everything until it leaves or the match closes.</param>
    /// <param name="metadata">Passed by clients for handlers that look at it; relayed and simulated matches do not.</param>
    public Task<JoinOutcome> JoinAsync(MatchId id, IMatchMember member, IReadOnlyDictionary<string, string>? metadata = null) =>
        _registry.TryGet(id, out Match? match) ? match.JoinAsync(member) : Task.FromResult(JoinOutcome.NotFound);

    /// <summary>Ends a membership, and a join still under way. To be called for every match of a session that closes.</summary>
    public void Leave(MatchId id, Guid sessionId)
    {
        if (_registry.TryGet(id, out Match? match))
        {
            match.Leave(sessionId);
        }
    }

    /// <summary>Data from a member: to the others (relayed) or to the game's next tick (simulated; <paramref name="to"/> has no meaning there).</summary>
    /// <param name="id">Which match.</param>
    /// <param name="sessionId">The sender.</param>
    /// <param name="opCode">Not negative in a simulated match.</param>
    /// <param name="data">Copied; at most <see cref="Limits.DataBytesMax"/> bytes.</param>
    /// <param name="to">Only to these; null or empty for everybody but the sender.</param>
    /// <param name="reliable">Passed on to receivers of a relayed match.</param>
    public SendOutcome Send(
        MatchId id, Guid sessionId, long opCode, ReadOnlySpan<byte> data, IReadOnlyList<Presence>? to = null, bool reliable = true)
    {
        if (data.Length > Limits.DataBytesMax)
        {
            return SendOutcome.TooLarge;
        }

        return _registry.TryGet(id, out Match? match) ? match.Send(sessionId, opCode, data, to, reliable) : SendOutcome.NotFound;
    }

    /// <summary>Matches that pass the filter, in no order. Relayed matches nobody has joined yet are not listed.</summary>
    public IReadOnlyList<MatchInfo> List(MatchFilter filter) => _registry.List(filter);

    public bool TryGet(MatchId id, [NotNullWhen(true)] out MatchInfo? info)
    {
        info = _registry.TryGet(id, out Match? match) ? match.Info : null;
        return info is not null;
    }

    /// <summary>Ends a match; its members hear the reason. False if there is none.</summary>
    public bool Close(MatchId id, string reason)
    {
        bool found = _registry.TryGet(id, out Match? match);
        match?.Close(reason);
        return found;
    }

    /// <summary>How the match will have ended; null if there is none.</summary>
    public Task<MatchEnding>? WhenEnded(MatchId id) => _registry.TryGet(id, out Match? match) ? match.Ended : null;

    /// <summary>
    /// Reads the world of a simulated match on its own thread just before its next tick. The function must be quick and change nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">In the task: there is no such simulated match, or it ended before.</exception>
    public Task<T> InspectAsync<T>(MatchId id, Func<MatchSimulation, T> read) =>
        _registry.TryGet(id, out Match? match) && match is SimulatedMatch simulated
            ? simulated.InspectAsync(read)
            : Task.FromException<T>(new InvalidOperationException($"There is no simulated match {id}."));

    /// <summary>
    /// Gives a map that was saved anew to the running matches on the one of its name; those whose games take it over do so in their next tick. New matches get
    /// theirs from the factory.
    /// </summary>
    /// <returns>How many matches take over changed cells.</returns>
    public async Task<int> ReplaceMapAsync(MapReplacement replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        int taken = 0;
        foreach (SimulatedMatch match in _registry.All.OfType<SimulatedMatch>().Where(match => match.MapName == replacement.MapName))
        {
            try
            {
                taken += await match.InspectAsync(simulation => simulation.ReplaceMap(replacement)).ConfigureAwait(false) ? 1 : 0;
            }
            catch (InvalidOperationException)
            {
                // It ended before its next tick.
            }
            catch (TimeoutException)
            {
                // It stalled, and is being ended for it.
            }
        }

        return taken;
    }

    /// <summary>Ends every match with "The server is stopping." and the workers.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(() => _workers.Stop("The server is stopping.")).ConfigureAwait(false);
        foreach (Match match in _registry.All)
        {
            match.Close("The server is stopping.");
        }

        _context.Metrics.Dispose();
    }

    private CreateOutcome RefusedAsFull() => new(null, $"The node is full: it runs {_options.MatchesMax} matches.");
}
