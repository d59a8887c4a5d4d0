namespace RealtimeServer.Transport.Layers;

/// <summary>Which of the newest 256 counters have been seen; older ones count as seen.</summary>
internal sealed class ReplayWindow
{
    public const int Size = 256;
    private readonly ulong[] _seen = new ulong[Size / 64];
    private ulong _newest;

    /// <summary>False for a counter that was taken, or is too old to tell. Counters begin at 1.</summary>
    public bool IsNew(ulong counter) =>
        counter > _newest || (counter != 0 && _newest - counter < Size && (_seen[Word(counter)] & Bit(counter)) == 0);

    /// <summary>Marks a new counter. True if it is the newest.</summary>
    public bool Take(ulong counter)
    {
        bool isNewest = counter > _newest;
        if (isNewest)
        {
            if (counter - _newest >= Size)
            {
                Array.Clear(_seen);
            }
            else
            {
                for (ulong passed = _newest + 1; passed < counter; passed++)
                {
                    _seen[Word(passed)] &= ~Bit(passed);
                }
            }

            _newest = counter;
        }

        _seen[Word(counter)] |= Bit(counter);
        return isNewest;
    }

    private static int Word(ulong counter) => (int)(counter % Size / 64);

    private static ulong Bit(ulong counter) => 1UL << (int)(counter % 64);
}
