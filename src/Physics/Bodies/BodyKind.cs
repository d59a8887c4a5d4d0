namespace RealtimeServer.Physics.Bodies;

/// <summary>What moves a body.</summary>
public enum BodyKind : byte
{
    /// <summary>Nothing: it stands until it is placed elsewhere.</summary>
    Static = 0,

    /// <summary>Its own velocity, which nothing it meets can change.</summary>
    Kinematic = 1,

    /// <summary>Forces, contacts and joints.</summary>
    Dynamic = 2,
}
