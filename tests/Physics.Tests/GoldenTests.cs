namespace RealtimeServer.Physics;

/// <summary>
/// The bits of ten scenes, known from an x64 machine. With PHYSICS_GOLDEN=full each runs its 10,000 steps; otherwise the first 600. A change of
/// the solver changes them: run it and put the new ones here, on purpose. <see cref="GoldenProgram"/> runs the same on other processors.
/// </summary>
public sealed class GoldenTests
{
    public const int PrefixSteps = 600;
    public const int FullSteps = 10_000;

    internal static readonly Dictionary<string, (ulong Prefix, ulong Full)> Hashes = new(StringComparer.Ordinal)
    {
        ["pyramid"] = (0x4CF6042D58F78E3A, 0xCC125BAA312146C1),
        ["stack"] = (0xF6CB091A5CF32157, 0xF9FB454AFB1237A2),
        ["spheres"] = (0xAC9A082106F0A15B, 0x3FCA727E70AFA8EE),
        ["asleep"] = (0x71DFAC9D67647FBC, 0xFFFFA947766AF7D8),
        ["chain"] = (0x10487BC063633423, 0xBF93993BDC096B7F),
        ["mixture"] = (0x5AD285AC9E324145, 0xE951513F45343C07),
        ["traffic"] = (0x533059F2CBCEDE56, 0x3B077164256126E6),
        ["ragdolls"] = (0x7D19978BD023773D, 0xA5F4FBA3E51A61B0),
        ["machines"] = (0x81F7F679304AC014, 0xDF92A453A82F79B7),
        ["bullets"] = (0x49DA1632EF2207F8, 0x1C02BD55ABF68325),
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
