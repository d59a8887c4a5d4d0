using System.Runtime.CompilerServices;

namespace RealtimeServer.Physics;

/// <summary>What a value must be, in words that are put together only where it is not: checks run at every call, refusals never.</summary>
[InterpolatedStringHandler]
internal ref struct RefusalText
{
    private DefaultInterpolatedStringHandler _words;

    public RefusalText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _words = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _words.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _words.AppendFormatted(value);

    public override string ToString() => _words.ToStringAndClear();
}
