using System.Buffers;
using System.Buffers.Binary;
using RealtimeServer.Ecs.Checkpoints;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Inputs;

namespace RealtimeServer.Simulation.Checkpoints;

/// <summary>
/// All that decides a match's future, as bytes: <c>"RSMC", u16 version = 1, u16 0, u32 length, u64 checksum of what follows</c>, then the setup it belongs to, the world, chance, players,
/// waiting inputs, the grid, and the input log, so that a restored match still has its replay. Everything is checked before anything changes.
/// </summary>
internal sealed class MatchCheckpoint
{
    private const uint Magic = 0x434D5352;
    private const ushort Version = 1;
    private const int HeaderBytes = 20;

    private readonly MatchSetup _setup;
    private readonly GameContext _context;
    private readonly GameBuilder _declared;
    private readonly InputQueue _inputs;
    private readonly InputLog _log;
    private readonly TickPipeline _pipeline;
    private readonly bool[] _slotTaken;
    private readonly uint[] _inputsProcessed;
    private readonly Grid _began;
    private readonly ulong _setupHash;
    private readonly WorldCheckpoint _world;
    private readonly StateWriter _writer = new(Limits.CheckpointBytesMax);

    public MatchCheckpoint(
        MatchSetup setup, GameContext context, GameBuilder declared, InputQueue inputs, InputLog log, TickPipeline pipeline, bool[] slotTaken, uint[] inputsProcessed)
    {
        _setup = setup;
        _context = context;
        _declared = declared;
        _inputs = inputs;
        _log = log;
        _pipeline = pipeline;
        _slotTaken = slotTaken;
        _inputsProcessed = inputsProcessed;
        _began = setup.Map.CreateGrid();
        _world = new WorldCheckpoint(context.World);
        _setupHash = SetupHash();
    }

    public void Save(IBufferWriter<byte> to)
    {
        _writer.Clear();
        _writer.Text(_setup.Game.Name);
        _writer.Text(_setup.MapName);
        _writer.Long(_setup.Seed);
        _writer.Long(_setupHash);
        _world.Save();
        _world.Save(_writer);
        _context.Save(_writer);
        _writer.Values<bool>(_slotTaken);
        _writer.Values<uint>(_inputsProcessed);
        _writer.Values<ulong>(_pipeline.LastVersions);
        GridState.Save(_context.Grid, _began, _writer);
        _inputs.Save(_writer);
        _log.Save(_writer);

        Span<byte> header = to.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)_writer.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], Checksum(_writer.Written));
        to.Advance(HeaderBytes);
        to.Write(_writer.Written);
    }

    /// <exception cref="InvalidDataException">See <see cref="MatchSimulation.Restore"/>.</exception>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        var reader = new StateReader(Open(saved), "checkpoint");
        RequireSetup(ref reader);
        _world.Read(ref reader);
        Action context = _context.Read(ref reader);
        bool[] taken = ReadSlots(ref reader);
        uint[] processed = Values<uint>(_inputsProcessed.Length, ref reader);
        ulong[] versions = Values<ulong>(_pipeline.LastVersions.Length, ref reader);
        Grid grid = GridState.Read(_began, ref reader);
        var inputs = new InputQueue();
        int inputsAt = reader.At;
        inputs.Restore(_declared.Inputs, _slotTaken.Length - 1, _began, ref reader);
        int inputsEnd = reader.At;
        InputLog log = InputLog.Read(ref reader);
        if (!reader.IsAtEnd)
        {
            throw new InvalidDataException($"The checkpoint goes on behind its end at byte {reader.At}.");
        }

        _world.Restore();
        context();
        taken.CopyTo(_slotTaken, 0);
        processed.CopyTo(_inputsProcessed, 0);
        versions.CopyTo(_pipeline.LastVersions);
        GridState.Copy(grid, _context.Grid);
        _context.ForgetPaths();
        var again = new StateReader(saved[(HeaderBytes + inputsAt)..(HeaderBytes + inputsEnd)], "checkpoint");
        _inputs.Restore(_declared.Inputs, _slotTaken.Length - 1, _began, ref again);
        _log.Become(log);
    }

    private static ulong Checksum(ReadOnlySpan<byte> body)
    {
        var hash = new StateHash(seed: Version);
        hash.Add(body);
        return hash.Value;
    }

    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> saved)
    {
        if (saved.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(saved) != Magic)
        {
            throw new InvalidDataException("This is no checkpoint of a match: it does not begin with 'RSMC'.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(saved[4..]);
        if (version != Version || BinaryPrimitives.ReadUInt16LittleEndian(saved[6..]) != 0)
        {
            throw new InvalidDataException($"The checkpoint has version {version}; this build reads version {Version}.");
        }

        ReadOnlySpan<byte> body = saved[HeaderBytes..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(saved[8..]) != body.Length)
        {
            throw new InvalidDataException($"The checkpoint claims {BinaryPrimitives.ReadUInt32LittleEndian(saved[8..])} bytes and has {body.Length}.");
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(saved[12..]) == Checksum(body)
            ? body
            : throw new InvalidDataException("The checkpoint is damaged: its checksum does not fit.");
    }

    private static T[] Values<T>(int count, ref StateReader reader)
        where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(reader.Bytes((long)count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>())).ToArray();

    private bool[] ReadSlots(ref StateReader reader)
    {
        byte[] bytes = Values<byte>(_slotTaken.Length, ref reader);
        return bytes[0] == 0 && bytes.AsSpan().IndexOfAnyExcept((byte)0, (byte)1) < 0
            ? [.. bytes.Select(taken => taken == 1)]
            : throw new InvalidDataException("The checkpoint's list of taken slots is damaged.");
    }

    private void RequireSetup(ref StateReader reader)
    {
        string game = reader.Text();
        string map = reader.Text();
        ulong seed = reader.Long();
        ulong hash = reader.Long();
        if (game != _setup.Game.Name || map != _setup.MapName || seed != _setup.Seed)
        {
            throw new InvalidDataException(
                $"The checkpoint is of a match of '{game}' on map '{map}' with seed {seed}; this one is of '{_setup.Game.Name}' on '{_setup.MapName}' with seed {_setup.Seed}.");
        }

        if (hash != _setupHash)
        {
            throw new InvalidDataException($"The checkpoint is of a match of '{game}' whose map, parameters, players, systems, navigation mesh or replicated components differ from this one's.");
        }
    }

    private ulong SetupHash()
    {
        var hash = new StateHash(seed: 2);
        _began.Hash(ref hash);
        _setup.Parameters.Hash(ref hash);
        hash.Add((long)_declared.TickRateHz);
        hash.Add((long)_declared.PlayersMax);
        hash.Add((long)_declared.RewindTicks);
        _declared.Physics?.Hash(ref hash);
        if (_declared.NavMesh is { } mesh)
        {
            MatchNavMesh.HashDeclared(mesh, _declared.NavMeshLinks, ref hash);
        }

        foreach (Ecs.Systems.SystemDefinition<GameContext> system in _declared.Systems)
        {
            hash.Add(System.Text.Encoding.UTF8.GetBytes(system.Name));
            hash.Add((long)system.Stage);
        }

        return hash.Value;
    }
}
