namespace RealtimeServer.Physics;

/// <summary>
/// The bits of ten scenes, known from an x64 machine. With PHYSICS_GOLDEN=full each runs its 10,000 steps; otherwise the first 600. A change of
/// the solver changes them: run it and put the new ones here, on purpose.
/// </summary>
public sealed class GoldenTests
{
    private const int PrefixSteps = 600;
    private const int FullSteps = 10_000;

    private static readonly Dictionary<string, (ulong Prefix, ulong Full)> Hashes = new(StringComparer.Ordinal)
    {
        ["pyramid"] = (0xBAA13995357D1612, 0xD13D9EDF00AFCFD0),
        ["stack"] = (0x5C310F903042B6E9, 0x17FC849E54E26DF3),
        ["spheres"] = (0x722241CB3D5E302E, 0x7077131934CF7043),
        ["asleep"] = (0x72194FE747BFC28C, 0xB5F9B0ECD101DFE9),
        ["chain"] = (0xD749FE261BBE644E, 0x1FB417EEF9367AA8),
        ["mixture"] = (0x80F6557BE890570C, 0x3B081854D9E59A51),
        ["traffic"] = (0x699B2C225405217C, 0x437868EA4F2455AB),
        ["ragdolls"] = (0xFAC3A78D8269D343, 0x9641681503F1E424),
        ["machines"] = (0xF82A1578EE4C420C, 0x2F6FF5BC1F5E54EA),
        ["bullets"] = (0xD16C9A12130FB0A8, 0x89B3EFD95914D392),
    };

    public static TheoryData<string> Scenes => [.. Hashes.Keys];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void The_same_calls_give_the_same_bits_on_every_machine(string name)
    {
        bool isFull = Environment.GetEnvironmentVariable("PHYSICS_GOLDEN") == "full";
        GoldenScene scene = GoldenScene.Named(name);
        PhysicsWorld world = scene.Create();
        scene.Steps(world, 0, PrefixSteps);
        ulong prefix = world.Hash();
        ulong full = 0;
        if (isFull)
        {
            scene.Steps(world, PrefixSteps, FullSteps - PrefixSteps);
            full = world.Hash();
        }

        (ulong Prefix, ulong Full) known = Hashes[name];
        Assert.True(
            prefix == known.Prefix && (!isFull || full == known.Full),
            $"[\"{name}\"] = (0x{prefix:X16}, 0x{(isFull ? full : known.Full):X16}),");
    }

    [Fact]
    public void There_are_ten_scenes()
    {
        Assert.Equal(10, GoldenScene.All.Length);
        Assert.Equal(Hashes.Keys.Order(), GoldenScene.All.Select(scene => scene.Name).Order());
    }
}
