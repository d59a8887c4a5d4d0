using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Meshes;

/// <summary>Where a node puts what is in it: a matrix of three rows, in double precision, as deep nodes multiply many.</summary>
internal readonly struct GltfTransform
{
    public static readonly GltfTransform Identity = FromColumns([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

    private readonly double[] _rows; // three rows of four

    private GltfTransform(double[] rows)
    {
        _rows = rows;
    }

    /// <summary>True if it makes a right hand a left one.</summary>
    public bool Mirrors =>
        (_rows[0] * ((_rows[5] * _rows[10]) - (_rows[6] * _rows[9])))
        - (_rows[1] * ((_rows[4] * _rows[10]) - (_rows[6] * _rows[8])))
        + (_rows[2] * ((_rows[4] * _rows[9]) - (_rows[5] * _rows[8]))) < 0;

    /// <param name="columns">Sixteen numbers, column by column.</param>
    public static GltfTransform FromColumns(ReadOnlySpan<double> columns)
    {
        double[] rows = new double[12];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = columns[((i % 4) * 4) + (i / 4)];
        }

        return new GltfTransform(rows);
    }

    /// <summary>Scaled, then turned, then moved.</summary>
    /// <param name="move">Three numbers.</param>
    /// <param name="turn">A quaternion: x, y, z, w.</param>
    /// <param name="scale">Three numbers.</param>
    public static GltfTransform FromParts(ReadOnlySpan<double> move, ReadOnlySpan<double> turn, ReadOnlySpan<double> scale)
    {
        (double x, double y, double z, double w) = (turn[0], turn[1], turn[2], turn[3]);
        return new GltfTransform(
        [
            (1 - (2 * ((y * y) + (z * z)))) * scale[0], 2 * ((x * y) - (z * w)) * scale[1], 2 * ((x * z) + (y * w)) * scale[2], move[0],
            2 * ((x * y) + (z * w)) * scale[0], (1 - (2 * ((x * x) + (z * z)))) * scale[1], 2 * ((y * z) - (x * w)) * scale[2], move[1],
            2 * ((x * z) - (y * w)) * scale[0], 2 * ((y * z) + (x * w)) * scale[1], (1 - (2 * ((x * x) + (y * y)))) * scale[2], move[2],
        ]);
    }

    /// <summary>What a node within this one does.</summary>
    public GltfTransform Then(GltfTransform inner)
    {
        double[] rows = new double[12];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 4; column++)
            {
                double sum = column == 3 ? _rows[(row * 4) + 3] : 0;
                for (int k = 0; k < 3; k++)
                {
                    sum += _rows[(row * 4) + k] * inner._rows[(k * 4) + column];
                }

                rows[(row * 4) + column] = sum;
            }
        }

        return new GltfTransform(rows);
    }

    public Vec3 Apply(double x, double y, double z) => new(
        (float)((_rows[0] * x) + (_rows[1] * y) + (_rows[2] * z) + _rows[3]),
        (float)((_rows[4] * x) + (_rows[5] * y) + (_rows[6] * z) + _rows[7]),
        (float)((_rows[8] * x) + (_rows[9] * y) + (_rows[10] * z) + _rows[11]));
}
