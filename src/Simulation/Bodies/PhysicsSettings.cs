using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Characters;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>The physics of a game, as <see cref="GameBuilder.UsePhysics"/> takes it.</summary>
public sealed record PhysicsSettings
{
    /// <summary>Gravity, substeps, sleep and all else that the world of bodies is told.</summary>
    public PhysicsOptions World { get; init; } = new();

    /// <summary>
    /// True makes the map static bodies: each cell is a column with a flat top, as high as the map's ground there (property <c>height</c>), and where it is closed
    /// higher by the map's <c>wallHeight</c>; a map of a mesh has its triangles instead. What is of the class <c>collision</c> is solid beside them. False: the map gives
    /// no body.
    /// </summary>
    public bool HasMap { get; init; } = true;

    /// <summary>
    /// True changes the map's columns with the match's grid: before anything moves, cells closed since the last tick rise by the map's <c>wallHeight</c>, opened ones
    /// sink to their ground. What lay near wakes, and what was under a column is put beside it. False: the map stays as it began.
    /// </summary>
    public bool FollowsGrid { get; init; } = true;

    /// <summary>Metres a cell of the map is wide: the map's x is the world's x, its y the world's z.</summary>
    public float CellSize { get; init; } = 1;

    /// <summary>Metres that walls round the map are high, so that nothing falls off; null for none.</summary>
    public float? BorderHeight { get; init; } = 20;

    /// <summary>Of the map and its border.</summary>
    public Material MapMaterial { get; init; } = Material.Default;

    /// <summary>The layers that the map and its border are in.</summary>
    public uint MapLayers { get; init; } = 1;

    /// <summary>What kinds of characters there are; a <see cref="Character"/> names its kind by its place here.</summary>
    public IReadOnlyList<CharacterSettings> Characters { get; init; } = [];

    /// <summary>False keeps <see cref="Transform"/> from the players: the game replicates something of its own.</summary>
    public bool ReplicatesTransforms { get; init; } = true;

    /// <exception cref="GameException">A value cannot be; the message names it.</exception>
    internal void Check()
    {
        if (!(CellSize >= 0.01f && CellSize <= 1000))
        {
            throw new GameException($"physics: a cell of {CellSize} m is not from 0.01 to 1000 m");
        }

        if (BorderHeight is { } border && !(border >= 0.01f && border <= 1000))
        {
            throw new GameException($"physics: a border of {border} m is not from 0.01 to 1000 m");
        }

        if (Characters.Count > byte.MaxValue + 1)
        {
            throw new GameException($"physics: {Characters.Count} kinds of characters are more than {byte.MaxValue + 1}");
        }

        try
        {
            foreach (CharacterSettings kind in Characters)
            {
                kind.Check();
            }
        }
        catch (PhysicsException error)
        {
            throw new GameException($"physics: {error.Message}", error);
        }
    }

    /// <summary>Adds what decides how a match goes on, beside what the world of bodies knows of itself.</summary>
    internal void Hash(ref StateHash hash)
    {
        hash.Add((HasMap ? 1L : 0L) | (FollowsGrid ? 2L : 0L));
        hash.Add(CellSize);
        hash.Add(BorderHeight ?? -1);
        hash.Add((long)Characters.Count);
        foreach (CharacterSettings kind in Characters)
        {
            ReadOnlySpan<float> values =
            [
                kind.Radius, kind.Height, kind.CrouchHeight, kind.SlopeMax, kind.StepHeight, kind.Acceleration, kind.AirAcceleration, kind.JumpSpeed, kind.Gravity,
                kind.FallSpeedMax, kind.Mass, kind.PushForce, BitConverter.UInt32BitsToSingle(kind.Layers),
            ];
            hash.Add(values);
        }
    }
}
