using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Matches.Simulated;

/// <summary>Tells the members of a match what its last tick brought.</summary>
internal sealed class SnapshotSender(MatchSimulation simulation, MemberList members)
{
    public void SendEvents()
    {
        for (int i = 0; i < simulation.EventCount; i++)
        {
            SimulationEvent e = simulation.Event(i);
            members.TellData(e.To, e.OpCode, e.Data);
        }
    }

    public void SendSnapshot(TickScratch scratch, ushort tickMicroseconds, ushort lateMicroseconds)
    {
        int partCount = simulation.WriteSnapshot(scratch.Bodies, scratch.Parts);
        for (int i = 0; i < partCount; i++)
        {
            ReadOnlySpan<byte> body = scratch.Bodies.AsSpan(scratch.Parts[i]);
            Span<byte> part = scratch.Part.AsSpan(0, SnapshotHeader.Bytes + body.Length);
            body.CopyTo(part[SnapshotHeader.Bytes..]);
            foreach (SimulatedMember member in members.All)
            {
                uint inputs = simulation.InputsProcessed(member.Player);
                new SnapshotHeader((byte)i, (byte)partCount, simulation.Tick, inputs, tickMicroseconds, lateMicroseconds).Write(part);
                members.TellSnapshot(member, part);
            }
        }
    }
}
