using System;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using LiteNetLib.Layers;

// The sealed mode for LiteNetLib 1.x and 2.x. One layer serves one connection: make a NetManager and a layer for each.
public sealed class SealLayer : PacketLayerBase
{
    const int TrailerBytes = 4 + 8 + ChaChaPoly.TagBytes;
    readonly byte[] _clientKey, _serverKey, _session;
    readonly int _requestProperty;
    readonly bool[] _seen = new bool[256];
    byte[] _sendKey, _receiveKey, _receiveKeyBefore;
    long _connectTime, _sent, _newest;

    // session, client_to_server_key and server_to_client_key of POST /v2/connect with "cipher": "CHACHA20_POLY1305".
    public SealLayer(uint session, byte[] clientToServer, byte[] serverToClient, bool version2) : base(TrailerBytes)
    {
        _session = BitConverter.GetBytes(session);
        _clientKey = clientToServer;
        _serverKey = serverToClient;
        _requestProperty = version2 ? 6 : 5;
    }

    public override void ProcessOutBoundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int offset, ref int length)
    {
        lock (_seen)
        {
            if ((data[offset] & 31) == _requestProperty)
            {
                Begin(BitConverter.ToInt64(data, offset + 5));
                return;
            }
            if (++_sent % 65536 == 0) _sendKey = Next(_sendKey);
            Buffer.BlockCopy(_session, 0, data, offset + length, 4);
            Buffer.BlockCopy(BitConverter.GetBytes(_sent), 0, data, offset + length + 4, 8);
            ChaChaPoly.Seal(_sendKey, Nonce(_sent), Associated(data[offset]), data, offset + 1, length - 1, offset + length + 12);
            length += TrailerBytes;
        }
    }

    public override void ProcessInboundPacket(ref IPEndPoint endPoint, ref byte[] data, ref int length)
    {
        lock (_seen)
        {
            // A refusal comes in the clear, and is believed only before anything sealed has come.
            if (_newest == 0 && length > 8 && (data[0] & 31) == _requestProperty + 2 && BitConverter.ToInt64(data, 1) == _connectTime) return;
            int end = length - TrailerBytes;
            length = TryOpen(data, end) ? end : 0;
        }
    }

    void Begin(long connectTime)
    {
        if (connectTime == _connectTime) return; // the same request again
        _connectTime = connectTime;
        _sendKey = Mac(_clientKey, BitConverter.GetBytes(connectTime));
        _receiveKey = Mac(_serverKey, BitConverter.GetBytes(connectTime));
        _receiveKeyBefore = null;
        _sent = _newest = 0;
        Array.Clear(_seen, 0, 256);
    }

    bool TryOpen(byte[] data, int end)
    {
        if (end < 1 || BitConverter.ToUInt32(data, end) != BitConverter.ToUInt32(_session, 0)) return false;
        long counter = BitConverter.ToInt64(data, end + 4);
        if (counter < 1 || counter <= _newest - 256 || (counter <= _newest && _seen[counter % 256])) return false;
        long ahead = counter / 65536 - _newest / 65536;
        byte[] key = ahead == 0 ? _receiveKey : ahead == -1 ? _receiveKeyBefore : ahead == 1 ? Next(_receiveKey) : null;
        if (key == null || !ChaChaPoly.Open(key, Nonce(counter), Associated(data[0]), data, 1, end - 1, end + 12)) return false;
        if (ahead == 1) { _receiveKeyBefore = _receiveKey; _receiveKey = key; }
        for (long passed = Math.Max(_newest + 1, counter - 255); passed <= counter; passed++) _seen[passed % 256] = false;
        _newest = Math.Max(_newest, counter);
        _seen[counter % 256] = true;
        return true;
    }

    byte[] Associated(byte header) => new[] { header, _session[0], _session[1], _session[2], _session[3] };

    static byte[] Nonce(long counter)
    {
        var nonce = new byte[12];
        Buffer.BlockCopy(BitConverter.GetBytes(counter), 0, nonce, 4, 8);
        return nonce;
    }

    static byte[] Next(byte[] key) => Mac(key, Encoding.ASCII.GetBytes("rekey"));

    static byte[] Mac(byte[] key, byte[] text)
    {
        using (var mac = new HMACSHA256(key)) return mac.ComputeHash(text);
    }
}
