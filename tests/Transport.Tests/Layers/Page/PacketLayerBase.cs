using System.Net;

namespace LiteNetLib.Layers
{
    /// <summary>What LiteNetLib gives its packet layers to derive from, in its shape: the page's code compiles against it here.</summary>
    public abstract class PacketLayerBase
    {
        protected PacketLayerBase(int extraPacketSizeForLayer) => ExtraPacketSizeForLayer = extraPacketSizeForLayer;

        public int ExtraPacketSizeForLayer { get; }

        public abstract void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length);

        public abstract void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length);
    }
}
