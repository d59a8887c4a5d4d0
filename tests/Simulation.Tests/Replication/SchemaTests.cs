using System.Text.Json;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Replication;

public sealed class SchemaTests
{
    private static readonly Action<GameBuilder> Declared = game => game.Component<Zoo>().Component<NotReplicated>().Component<Marker>();

    [Fact]
    public void The_schema_names_every_field_that_travels_in_order()
    {
        ReplicationSchema schema = SchemaOf(Declared);

        Assert.Equal(["Zoo", "Marker"], schema.Components.Select(component => component.Name));
        Assert.Equal(
            ["Flag:1", "Mood:2", "SmallSigned:5s", "Medium:12", "MediumSigned:9s", "Large:32", "LargeSigned:32s", "Held:6s", "Coarse:5", "Point.X:12i", "Point.Y:12i"],
            schema.Components[0].Fields.Select(field => $"{field.Name}:{field.Bits}{(field.Signed ? "s" : "")}{(field.Interpolate ? "i" : "")}"));
    }

    [Fact]
    public void The_json_is_what_clients_were_built_for()
    {
        ReplicationSchema schema = SchemaOf(game => game.Component<Agents.Position>().Component<Marker>());

        Assert.Equal(
            $$"""{"version":1,"hash":"{{schema.Hash:x16}}","components":[{"name":"Position","fields":[{"name":"X","bits":16,"min":-8,"step":0.015625,"signed":false,"interpolate":true},{"name":"Y","bits":16,"min":-8,"step":0.015625,"signed":false,"interpolate":true}]},{"name":"Marker","fields":[{"name":"Number","bits":20,"min":0,"step":0,"signed":false,"interpolate":false}]}]}""",
            schema.ToJson());
        Assert.Equal(GoldenHash, schema.Hash);
    }

    // Changes only when the wire format does: clients of the older one then refuse the newer.
    private const ulong GoldenHash = 13338636008646532722;

    [Fact]
    public void Json_leads_back_to_an_equal_schema()
    {
        ReplicationSchema schema = SchemaOf(Declared);

        ReplicationSchema read = Read(schema.ToJson());

        Assert.Equal(schema.Hash, read.Hash);
        Assert.Equal(schema.ToJson(), read.ToJson());
        Assert.Equal(1, read.IndexOf("Marker"));
        Assert.Equal(-1, read.IndexOf("NotReplicated"));
    }

    [Fact]
    public void Equal_games_have_equal_hashes_and_others_have_not()
    {
        ulong hash = SchemaOf(Declared).Hash;

        Assert.Equal(hash, SchemaOf(Declared).Hash);
        Assert.NotEqual(hash, SchemaOf(game => game.Component<Marker>().Component<Zoo>()).Hash);
        Assert.NotEqual(hash, SchemaOf(game => game.Component<Zoo>()).Hash);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"components":[]}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"components":{}}""")]
    [InlineData("""{"version":1,"components":[{"name":null,"fields":[]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[]},{"name":"A","fields":[]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":"X","bits":0,"min":0,"step":0,"signed":false,"interpolate":false}]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":"X","bits":33,"min":0,"step":0,"signed":false,"interpolate":false}]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":"X","bits":4.5,"min":0,"step":0,"signed":false,"interpolate":false}]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":null,"bits":3,"min":0,"step":0,"signed":false,"interpolate":false}]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":"X","bits":3,"min":1e999,"step":0,"signed":false,"interpolate":false}]}]}""")]
    [InlineData("""{"version":1,"components":[{"name":"A","fields":[{"name":"X","bits":3}]}]}""")]
    public void Json_that_is_no_schema_is_refused(string json) => Assert.Throws<InvalidDataException>(() => Read(json));

    [Fact]
    public void Too_many_components_in_json_are_refused()
    {
        string components = string.Join(',', Enumerable.Range(0, 33).Select(i => $$"""{"name":"C{{i}}","fields":[]}"""));
        Assert.Throws<InvalidDataException>(() => Read($$"""{"version":1,"components":[{{components}}]}"""));
    }

    [Fact]
    public void Attributes_that_cannot_work_are_refused_with_the_fields_name()
    {
        AssertRefused<NoFields>("NoFields");
        AssertRefused<BackwardsRange>("BackwardsRange.Value");
        AssertRefused<ZeroStep>("ZeroStep.Value");
        AssertRefused<NaNStep>("NaNStep.Value");
        AssertRefused<EndlessStep>("EndlessStep.Value");
        AssertRefused<TooFine>("TooFine.Value");
        AssertRefused<QuantisedInteger>("QuantisedInteger.Value");
        AssertRefused<BitsOnFloat>("BitsOnFloat.Value");
        AssertRefused<BitsOnLong>("BitsOnLong.Value");
        AssertRefused<NoBits>("NoBits.Value");
        AssertRefused<NineBitsOfAByte>("NineBitsOfAByte.Value");
        AssertRefused<TwoBitsOfABool>("TwoBitsOfABool.Value");
    }

    private static void AssertRefused<T>(string name)
        where T : unmanaged
    {
        GameException error = Assert.Throws<GameException>(() => SchemaOf(game => game.Component<T>()));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static ReplicationSchema SchemaOf(Action<GameBuilder> configure)
    {
        using MatchSimulation match = new ScriptedGame { OnConfigure = configure }.Simulate();
        return match.Schema;
    }

    private static ReplicationSchema Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return ReplicationSchema.FromJson(document.RootElement);
    }

    // Broken in one way each.
#pragma warning disable CS0649, CS0169, IDE0051
    [Replicated]
    private struct NoFields
    {
        public int Value;
    }

    [Replicated]
    private struct BackwardsRange
    {
        [Quantised(1, -1, 0.1f)]
        public float Value;
    }

    [Replicated]
    private struct ZeroStep
    {
        [Quantised(0, 1, 0)]
        public float Value;
    }

    [Replicated]
    private struct NaNStep
    {
        [Quantised(0, 1, float.NaN)]
        public float Value;
    }

    [Replicated]
    private struct EndlessStep
    {
        [Quantised(0, 1, float.PositiveInfinity)]
        public float Value;
    }

    [Replicated]
    private struct TooFine
    {
        [Quantised(0, 1000, 0.00001f)]
        public float Value;
    }

    [Replicated]
    private struct QuantisedInteger
    {
        [Quantised(0, 1, 0.5f)]
        public int Value;
    }

    [Replicated]
    private struct BitsOnFloat
    {
        [Bits(8)]
        public float Value;
    }

    [Replicated]
    private struct BitsOnLong
    {
        [Bits(8)]
        public long Value;
    }

    [Replicated]
    private struct NoBits
    {
        [Bits(0)]
        public int Value;
    }

    [Replicated]
    private struct NineBitsOfAByte
    {
        [Bits(9)]
        public byte Value;
    }

    [Replicated]
    private struct TwoBitsOfABool
    {
        [Bits(2)]
        public bool Value;
    }
#pragma warning restore CS0649, CS0169, IDE0051
}
