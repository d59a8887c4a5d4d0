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
        ["pyramid"] = (0x0F308E8A102F33BF, 0xD97382209869F322),
        ["stack"] = (0x90835336A8EA0426, 0xAB1B792CE31710B5),
        ["spheres"] = (0x9DEB39C335554843, 0xF025935156BF705F),
        ["asleep"] = (0x5A9396F14133FCD9, 0xE4D16633138E9BC6),
        ["chain"] = (0xBCE93908265E9292, 0xC380D3653F1B2A4F),
        ["mixture"] = (0x42D912767704518C, 0x5EF33FF8A33B1397),
        ["traffic"] = (0x2ACAAA702F53F6F3, 0x4A008CD378888B0E),
        ["ragdolls"] = (0xE42B48170C3A5C28, 0x83EF1634715AEE98),
        ["machines"] = (0xEC66C99D130A1F91, 0xEDB036DA176E1457),
        ["bullets"] = (0x7334DC8773AA54E4, 0xF5E5A79D05752209),
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
