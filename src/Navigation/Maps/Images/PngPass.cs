namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Which pixels one pass over a picture holds: a whole picture is one pass, an interlaced one seven that grow finer (Adam7).</summary>
internal readonly record struct PngPass(int Left, int Top, int StepX, int StepY, int Width, int Height)
{
    private static readonly (int Left, int Top, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public int X(int column) => Left + (column * StepX);

    public int Y(int row) => Top + (row * StepY);

    /// <summary>The passes of a picture that hold any pixels.</summary>
    public static IEnumerable<PngPass> Of(PngHeader header) => header.IsInterlaced
        ? Adam7.Select(pass => new PngPass(
            pass.Left, pass.Top, pass.StepX, pass.StepY, Count(header.Width, pass.Left, pass.StepX), Count(header.Height, pass.Top, pass.StepY)))
            .Where(pass => pass.Width > 0 && pass.Height > 0)
        : [new PngPass(0, 0, 1, 1, header.Width, header.Height)];

    private static int Count(int size, int first, int step) => (size - first + step - 1) / step;
}
