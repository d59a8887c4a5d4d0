using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Continuous;

/// <summary>A body that moved farther in a step than it is thick.</summary>
internal struct FastBody
{
    public int Slot;
    public Pose Start;
}
