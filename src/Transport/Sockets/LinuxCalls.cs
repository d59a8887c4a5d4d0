using System.Runtime.InteropServices;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// The system calls of Linux that move many datagrams at once, and their structures as they lie on 64-bit machines (x64 and arm64 alike).
/// Numbers: linux/socket.h, linux/udp.h, poll.h, asm-generic/errno.h.
/// </summary>
internal static unsafe partial class LinuxCalls
{
    public const int SocketLevel = 1;
    public const int ReusePort = 15;
    public const int IPLevel = 0;
    public const int IPMtuDiscover = 10;
    public const int IPv6Level = 41;
    public const int IPv6MtuDiscover = 23;

    /// <summary>Set "don't fragment" and trust no path MTU the kernel believes in: probing is ours.</summary>
    public const int MtuDiscoverProbe = 3;

    public const int UdpLevel = 17;
    public const int UdpSegment = 103;
    public const int UdpGro = 104;

    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int IOError = 5;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int InvalidArgument = 22;
    public const int NoSuchCall = 38;
    public const int MessageTooLong = 90;
    public const int NotSupported = 95;
    public const int NoBuffers = 105;

    public const int EventNonBlocking = 0x800;
    public const int EventCloseOnExec = 0x80000;
    public const short PollIn = 1;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(int socket, MessageEntry* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(int socket, MessageEntry* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a msghdr of 56 bytes and the length that was moved.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageEntry
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly uint _headerPadding;
        public uint Length;
        private readonly uint _padding;
    }

    /// <summary>struct cmsghdr with the four bytes of room that both options use.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlMessage
    {
        /// <summary>cmsghdr alone.</summary>
        public const int HeaderBytes = 16;

        public nuint Length;
        public int Level;
        public int Type;

        /// <summary>UDP_SEGMENT: u16; UDP_GRO: int.</summary>
        public int Value;
        private readonly int _padding;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
