namespace RealtimeServer.Physics.Shapes;

/// <summary>A shape that cannot be: the message names the shape, the number at fault and what is allowed.</summary>
public sealed class ShapeException : Exception
{
    public ShapeException(string message)
        : base(message)
    {
    }

    public ShapeException()
    {
    }

    public ShapeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
