using System.Runtime.Intrinsics;

namespace RealtimeServer.Foundation.Wide;

public sealed class WideTests
{
    [Fact]
    public void Each_lane_gives_the_bits_of_the_scalar_form()
    {
        var random = new DeterministicRandom(seed: 7);
        var a = new Vec3[WideMath.Lanes];
        var b = new Vec3[WideMath.Lanes];
        var m = new SymMat3[WideMath.Lanes];
        for (int round = 0; round < 1_000; round++)
        {
            Vec3Wide wideA = default, wideB = default, set = default;
            SymMat3Wide wideM = default;
            for (int lane = 0; lane < WideMath.Lanes; lane++)
            {
                a[lane] = SpaceTests.Direction(ref random) * random.NextSingle(0, 3);
                b[lane] = SpaceTests.Direction(ref random);
                m[lane] = SymMat3.Rotated(Mat3.FromQuat(Quat.FromAxisAngle(b[lane], 1f)), new Vec3(1, 2, random.NextSingle(0, 1)));
                wideA[lane] = a[lane];
                wideB[lane] = b[lane];
                wideM.XX = wideM.XX.WithElement(lane, m[lane].XX);
                wideM.YX = wideM.YX.WithElement(lane, m[lane].YX);
                wideM.YY = wideM.YY.WithElement(lane, m[lane].YY);
                wideM.ZX = wideM.ZX.WithElement(lane, m[lane].ZX);
                wideM.ZY = wideM.ZY.WithElement(lane, m[lane].ZY);
                wideM.ZZ = wideM.ZZ.WithElement(lane, m[lane].ZZ);
            }

            QuatWide q = QuatWide.FromRotationVector(wideA);
            QuatWide qq = q * QuatWide.FromRotationVector(wideB);
            Vec3Wide rotated = q.Rotate(wideB);
            for (int lane = 0; lane < WideMath.Lanes; lane++)
            {
                var scalar = Quat.FromRotationVector(a[lane]);
                Assert.Equal(a[lane] + b[lane], (wideA + wideB)[lane]);
                Assert.Equal(a[lane] - b[lane], (wideA - wideB)[lane]);
                Assert.Equal(Vec3.Dot(a[lane], b[lane]), Vec3Wide.Dot(wideA, wideB)[lane]);
                Assert.Equal(Vec3.Cross(a[lane], b[lane]), Vec3Wide.Cross(wideA, wideB)[lane]);
                Assert.Equal(a[lane], WideMath.Lane(wideA, lane));
                Assert.Equal(a[(lane & 4) + 2].X, WideMath.First(wideA.X, 2)[lane & 4]);
                WideMath.SetLane(ref set, lane, b[lane]);
                Assert.Equal(b[lane], set[lane]);
                Assert.Equal(b[0].Y, Vec3Wide.Broadcast(b[0]).Y[lane]);
                Assert.Equal(scalar.Z, QuatWide.Broadcast(scalar).Z[lane]);
                Assert.Equal(a[lane].Length, wideA.Length()[lane]);
                Assert.Equal(a[lane].Normalized(), wideA.Normalized()[lane]);
                Assert.Equal(b[lane].Across(), wideB.Across()[lane]);
                Assert.Equal(m[lane] * a[lane], (wideM * wideA)[lane]);
                Assert.Equal(m[lane].Inverse() * a[lane], (wideM.Inverse() * wideA)[lane]);
                Assert.Equal(scalar, new Quat(q.X[lane], q.Y[lane], q.Z[lane], q.W[lane]));
                Assert.Equal(scalar.Rotate(b[lane]), rotated[lane]);
                Assert.Equal((scalar * Quat.FromRotationVector(b[lane])).W, qq.W[lane]);
            }
        }
    }

    [Fact]
    public void Least_and_greatest_say_the_same_of_odd_numbers_on_every_processor()
    {
        Vector256<float> a = Vector256.Create(1f, float.NaN, 0f, -0f, 2f, float.PositiveInfinity, -1f, float.NaN);
        Vector256<float> b = Vector256.Create(2f, 1f, -0f, 0f, float.NaN, 3f, -2f, float.NaN);
        for (int lane = 0; lane < WideMath.Lanes; lane++)
        {
            Assert.Equal(Bits(a[lane] < b[lane] ? a[lane] : b[lane]), Bits(WideMath.Min(a, b)[lane]));
            Assert.Equal(Bits(a[lane] > b[lane] ? a[lane] : b[lane]), Bits(WideMath.Max(a, b)[lane]));
        }

        static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
    }

    [Fact]
    public void Rows_become_columns()
    {
        var rows = new Vector256<float>[8];
        for (int row = 0; row < 8; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                rows[row] = rows[row].WithElement(column, (row * 8) + column);
            }
        }

        WideMath.Transpose(ref rows[0], ref rows[1], ref rows[2], ref rows[3], ref rows[4], ref rows[5], ref rows[6], ref rows[7]);
        for (int row = 0; row < 8; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                Assert.Equal((column * 8) + row, rows[row][column]);
            }
        }
    }
}
