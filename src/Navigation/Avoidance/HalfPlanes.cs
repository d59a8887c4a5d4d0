using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// The half planes of one agent, eight side by side. Beyond the last lie planes without a direction, which allow everything.
/// </summary>
internal sealed class HalfPlanes
{
    public const int CountMax = Limits.AvoidancePlanesMax;

    // Whole vectors, and one more for those that are added eight at a time.
    private const int Size = ((CountMax + WideMath.Lanes - 1) / WideMath.Lanes * WideMath.Lanes) + WideMath.Lanes;

    private readonly float[] _pointX = new float[Size];
    private readonly float[] _pointY = new float[Size];
    private readonly float[] _directionX = new float[Size];
    private readonly float[] _directionY = new float[Size];

    public int Count { get; private set; }

    public HalfPlane this[int index] => new(new Vec2(_pointX[index], _pointY[index]), new Vec2(_directionX[index], _directionY[index]));

    public void Clear()
    {
        Count = 0;
        Array.Clear(_directionX);
        Array.Clear(_directionY);
        Array.Clear(_pointX);
        Array.Clear(_pointY);
    }

    public void Add(HalfPlane plane)
    {
        Debug.Assert(Count < CountMax, "more half planes than an agent can have");
        _pointX[Count] = plane.Point.X;
        _pointY[Count] = plane.Point.Y;
        _directionX[Count] = plane.Direction.X;
        _directionY[Count++] = plane.Direction.Y;
    }

    /// <summary>Adds the first lanes of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector256<float> pointX, Vector256<float> pointY, Vector256<float> directionX, Vector256<float> directionY, int lanes)
    {
        Debug.Assert(Count + lanes <= CountMax, "more half planes than an agent can have");
        Vector256<float> used = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(lanes)).AsSingle();
        Store(Count, pointX & used, pointY & used, directionX & used, directionY & used);
        Count += lanes;
    }

    /// <summary>The first half plane from an index on that forbids a velocity, or <see cref="Count"/>.</summary>
    public int FirstViolated(int from, Vec2 velocity)
    {
        Vector256<float> x = Vector256.Create(velocity.X);
        Vector256<float> y = Vector256.Create(velocity.Y);
        for (int block = from & ~(WideMath.Lanes - 1); block < Count; block += WideMath.Lanes)
        {
            Eight planes = Load(block);
            Vector256<float> violation = (planes.DirectionX * (planes.PointY - y)) - (planes.DirectionY * (planes.PointX - x));
            uint violated = Vector256.GreaterThan(violation, Vector256<float>.Zero).ExtractMostSignificantBits();
            violated &= block < from ? 0xFFu << (from - block) : 0xFFu;
            if (violated != 0)
            {
                return block + BitOperations.TrailingZeroCount(violated);
            }
        }

        return Count;
    }

    /// <summary>Narrows a part of a half plane's line to what the half planes before it allow.</summary>
    /// <returns>False if nothing is left.</returns>
    public bool TryCut(int index, float parallel, ref float left, ref float right)
    {
        HalfPlane line = this[index];
        Vector256<float> lineX = Vector256.Create(line.Point.X);
        Vector256<float> lineY = Vector256.Create(line.Point.Y);
        Vector256<float> alongX = Vector256.Create(line.Direction.X);
        Vector256<float> alongY = Vector256.Create(line.Direction.Y);
        Vector256<float> lefts = Vector256.Create(left);
        Vector256<float> rights = Vector256.Create(right);
        Vector256<float> limit = Vector256.Create(parallel);
        for (int block = 0; block < index; block += WideMath.Lanes)
        {
            Eight planes = Load(block);
            Vector256<float> before = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(index - block)).AsSingle();
            Vector256<float> denominator = (alongX * planes.DirectionY) - (alongY * planes.DirectionX);
            Vector256<float> numerator = (planes.DirectionX * (lineY - planes.PointY)) - (planes.DirectionY * (lineX - planes.PointX));
            Vector256<float> isParallel = Vector256.LessThanOrEqual(Vector256.Abs(denominator), limit);
            if ((isParallel & Vector256.LessThan(numerator, Vector256<float>.Zero) & before).ExtractMostSignificantBits() != 0)
            {
                return false;
            }

            Vector256<float> t = numerator / denominator;
            Vector256<float> cuts = Vector256.AndNot(before, isParallel);
            Vector256<float> isRight = Vector256.GreaterThanOrEqual(denominator, Vector256<float>.Zero);
            rights = Vector256.ConditionalSelect(cuts & isRight & Vector256.LessThan(t, rights), t, rights);
            lefts = Vector256.ConditionalSelect(Vector256.AndNot(cuts, isRight) & Vector256.GreaterThan(t, lefts), t, lefts);
        }

        left = -Least(-lefts);
        right = Least(rights);
        return left <= right;
    }

    /// <summary>
    /// Takes the first half planes of others, then for each of the rest before an index where it and that one are violated by the same amount: to the left of
    /// such a line the other is violated less.
    /// </summary>
    public void SetEquallyBad(HalfPlanes others, int kept, int index, float parallel)
    {
        HalfPlane worst = others[index];
        Vector256<float> worstX = Vector256.Create(worst.Point.X);
        Vector256<float> worstY = Vector256.Create(worst.Point.Y);
        Vector256<float> alongX = Vector256.Create(worst.Direction.X);
        Vector256<float> alongY = Vector256.Create(worst.Direction.Y);
        Clear();
        Count = index;
        for (int block = 0; block < index; block += WideMath.Lanes)
        {
            Eight planes = others.Load(block);
            Vector256<float> cross = (alongX * planes.DirectionY) - (alongY * planes.DirectionX);
            Vector256<float> isParallel = Vector256.LessThanOrEqual(Vector256.Abs(cross), Vector256.Create(parallel));
            Vector256<float> isSame = Vector256.GreaterThan((alongX * planes.DirectionX) + (alongY * planes.DirectionY), Vector256<float>.Zero);
            Vector256<float> t = ((planes.DirectionX * (worstY - planes.PointY)) - (planes.DirectionY * (worstX - planes.PointX))) / cross;
            Vector256<float> half = Vector256.Create(0.5f);
            Vector256<float> pointX = Vector256.ConditionalSelect(isParallel, (worstX + planes.PointX) * half, worstX + (alongX * t));
            Vector256<float> pointY = Vector256.ConditionalSelect(isParallel, (worstY + planes.PointY) * half, worstY + (alongY * t));
            Vector256<float> directionX = planes.DirectionX - alongX;
            Vector256<float> directionY = planes.DirectionY - alongY;
            Vector256<float> length = Vector256.Sqrt((directionX * directionX) + (directionY * directionY));
            Vector256<float> has = Vector256.AndNot(Vector256.GreaterThan(length, Vector256.Create(1e-12f)), isParallel & isSame);
            Vector256<float> isKept = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(kept - block)).AsSingle();
            Vector256<float> isBefore = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(index - block)).AsSingle();
            directionX = Vector256.ConditionalSelect(isKept, planes.DirectionX, (directionX / length) & has) & isBefore;
            directionY = Vector256.ConditionalSelect(isKept, planes.DirectionY, (directionY / length) & has) & isBefore;
            pointX = Vector256.ConditionalSelect(isKept, planes.PointX, pointX & has) & isBefore;
            pointY = Vector256.ConditionalSelect(isKept, planes.PointY, pointY & has) & isBefore;
            Store(block, pointX, pointY, directionX, directionY);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(int at, Vector256<float> pointX, Vector256<float> pointY, Vector256<float> directionX, Vector256<float> directionY)
    {
        Debug.Assert(at >= 0 && at + WideMath.Lanes <= Size, "a write outside of the half planes");
        Vector256.StoreUnsafe(pointX, ref MemoryMarshal.GetArrayDataReference(_pointX), (nuint)at);
        Vector256.StoreUnsafe(pointY, ref MemoryMarshal.GetArrayDataReference(_pointY), (nuint)at);
        Vector256.StoreUnsafe(directionX, ref MemoryMarshal.GetArrayDataReference(_directionX), (nuint)at);
        Vector256.StoreUnsafe(directionY, ref MemoryMarshal.GetArrayDataReference(_directionY), (nuint)at);
    }

    private static float Least(Vector256<float> values)
    {
        values = WideMath.Min(values, Vector256.Shuffle(values, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
        values = WideMath.Min(values, Vector256.Shuffle(values, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        values = WideMath.Min(values, Vector256.Shuffle(values, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
        return values.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Eight Load(int block)
    {
        Debug.Assert(block >= 0 && block + WideMath.Lanes <= Size, "a read outside of the half planes");
        return new Eight(
            Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_pointX), (nuint)block),
            Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_pointY), (nuint)block),
            Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_directionX), (nuint)block),
            Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_directionY), (nuint)block));
    }

    private readonly struct Eight(Vector256<float> pointX, Vector256<float> pointY, Vector256<float> directionX, Vector256<float> directionY)
    {
        public readonly Vector256<float> PointX = pointX;
        public readonly Vector256<float> PointY = pointY;
        public readonly Vector256<float> DirectionX = directionX;
        public readonly Vector256<float> DirectionY = directionY;
    }
}
