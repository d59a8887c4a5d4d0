namespace RealtimeServer.Navigation.Search;

/// <summary>A diagonal direction as a type, so that the code of each is compiled on its own, with its signs known.</summary>
internal interface IQuadrant
{
    /// <summary>0 north-east, 1 south-east, 2 south-west, 3 north-west.</summary>
    static abstract int Index { get; }

    static abstract int StepX { get; }

    static abstract int StepY { get; }
}

internal readonly struct NorthEast : IQuadrant
{
    public static int Index => 0;

    public static int StepX => 1;

    public static int StepY => -1;
}

internal readonly struct SouthEast : IQuadrant
{
    public static int Index => 1;

    public static int StepX => 1;

    public static int StepY => 1;
}

internal readonly struct SouthWest : IQuadrant
{
    public static int Index => 2;

    public static int StepX => -1;

    public static int StepY => 1;
}

internal readonly struct NorthWest : IQuadrant
{
    public static int Index => 3;

    public static int StepX => -1;

    public static int StepY => -1;
}
