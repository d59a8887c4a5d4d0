namespace RealtimeServer.Physics;

/// <summary>A call that the world cannot follow: the message names the body and what is wrong with it. The world is unchanged.</summary>
public sealed class PhysicsException : Exception
{
    public PhysicsException()
    {
    }

    public PhysicsException(string message)
        : base(message)
    {
    }

    public PhysicsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
