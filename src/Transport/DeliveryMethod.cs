namespace RealtimeServer.Transport;

/// <summary>How a message travels; the numbers are the wire's.</summary>
public enum DeliveryMethod : byte
{
    /// <summary>Every message arrives once, in any order.</summary>
    ReliableUnordered = 0,

    /// <summary>Messages may be lost; one older than what arrived is dropped.</summary>
    Sequenced = 1,

    /// <summary>Every message arrives once, in order.</summary>
    ReliableOrdered = 2,

    /// <summary>Only the newest message is sure to arrive.</summary>
    ReliableSequenced = 3,

    /// <summary>Messages may be lost, doubled by the network, or overtake each other. Knows no channel.</summary>
    Unreliable = 4,
}

/// <summary>What became of a message handed over for sending.</summary>
public enum SendOutcome
{
    /// <summary>Taken; a copy was made.</summary>
    Sent,

    /// <summary>The connection has as much waiting as it may: send less, or later.</summary>
    QueueFull,

    /// <summary>There is no such connection, or it is not connected.</summary>
    Unknown,

    /// <summary>Larger than the method can carry.</summary>
    TooLarge,
}

/// <summary>Why a connection ended.</summary>
public enum DisconnectReason
{
    /// <summary>The other side said goodbye.</summary>
    RemoteClosed,

    /// <summary>This side said goodbye.</summary>
    LocalClosed,

    /// <summary>Nothing was heard for <see cref="Limits.TimeoutMicroseconds"/>.</summary>
    Timeout,

    /// <summary>The server did not answer the connect request.</summary>
    ConnectionFailed,

    /// <summary>The server refused the connect request.</summary>
    Rejected,

    /// <summary>The other side speaks another protocol version.</summary>
    InvalidProtocol,

    /// <summary>The same client connected anew.</summary>
    Reconnected,

    /// <summary>The other side sent what no honest peer sends, or took too little of what it was sent.</summary>
    ProtocolViolation,

    /// <summary>The other side does not know this connection.</summary>
    PeerNotFound,
}
