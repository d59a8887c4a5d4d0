using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Simulated;

/// <summary>A player's slot and the user it is kept for.</summary>
internal readonly record struct Seat(Guid UserId, PlayerId Player);

/// <summary>
/// A running match as bytes: <c>"RSMF", u16 version = 1, u16 0, u64 checksum of what follows</c>, then its id, what was asked for, who plays on which slot, and the
/// checkpoint of its simulation.
/// </summary>
internal sealed record MatchFile(MatchId Id, MatchRequest Request, Seat[] Seats, byte[] Checkpoint)
{
    private const uint Magic = 0x464D5352;
    private const ushort Version = 1;
    private const int HeaderBytes = 16;

    public static void Write(StateWriter to, MatchId id, MatchRequest request, ReadOnlySpan<Seat> seats, MatchSimulation simulation)
    {
        to.Clear();
        to.Int(unchecked((int)Magic));
        to.Int(Version);
        to.Long(0);
        to.Text(id.ToString());
        to.Text(request.Game);
        to.Text(simulation.Setup.MapName);
        to.Long(simulation.Setup.Seed);
        to.Int((request.KeepAlive ? 1 : 0) | (request.Checkpoints ? 2 : 0));
        to.Int(request.Parameters?.Count ?? 0);
        foreach ((string name, string value) in request.Parameters ?? new Dictionary<string, string>())
        {
            to.Text(name);
            to.Text(value);
        }

        to.Int(seats.Length);
        foreach (Seat seat in seats)
        {
            to.Value(seat.UserId);
            to.Int(seat.Player.Value);
        }

        simulation.Save(to);
        BinaryPrimitives.WriteUInt64LittleEndian(to.Written[8..], Checksum(to.Written[HeaderBytes..]));
    }

    /// <exception cref="InvalidDataException">It is no such file, of another version, or damaged; the message says which.</exception>
    public static MatchFile Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException("This is no saved match: it does not begin with 'RSMF'.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (version != Version)
        {
            throw new InvalidDataException($"The saved match has version {version}; this build reads version {Version}.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) != Checksum(bytes[HeaderBytes..]))
        {
            throw new InvalidDataException("The saved match is damaged: its checksum does not fit.");
        }

        var reader = new StateReader(bytes[HeaderBytes..], "saved match");
        string idText = reader.Text();
        if (!MatchId.TryParse(idText, out MatchId id) || id.IsRelayed)
        {
            throw new InvalidDataException($"'{idText}' is no id of a simulated match.");
        }

        string game = reader.Text(), map = reader.Text();
        ulong seed = reader.Long();
        int flags = reader.Count(3, "as flags");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int left = reader.Count(Limits.MatchParametersMax, "parameters"); left > 0; left--)
        {
            parameters[reader.Text()] = reader.Text(Limits.DataBytesMax);
        }

        var seats = new Seat[reader.Count(Simulation.Limits.PlayersMax, "seats")];
        for (int i = 0; i < seats.Length; i++)
        {
            seats[i] = new Seat(reader.Value<Guid>(), new PlayerId((byte)reader.Count(Simulation.Limits.PlayersMax, "as a slot")));
        }

        var request = new MatchRequest(game, map, parameters, seed, (flags & 1) != 0) { Checkpoints = (flags & 2) != 0 };
        return new MatchFile(id, request, seats, bytes[(HeaderBytes + reader.At)..].ToArray());
    }

    private static ulong Checksum(ReadOnlySpan<byte> body)
    {
        var hash = new StateHash(seed: Version);
        hash.Add(body);
        return hash.Value;
    }
}
