using RealtimeServer.Physics.Collision;

namespace RealtimeServer.Physics.Contacts;

/// <summary>Working memory of one who looks at pairs, one after another.</summary>
internal sealed class PairScratch
{
    public ManifoldList Children { get; } = new();

    public CapsuleWindow Capsules { get; } = new();
}
