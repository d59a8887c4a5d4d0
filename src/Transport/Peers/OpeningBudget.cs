using RealtimeServer.Transport.Sockets;


namespace RealtimeServer.Transport.Peers;

/// <summary>
/// How many connect requests are looked into. Looking costs about a microsecond, so a flood must not set the pace; but who has a valid
/// token must get through, whatever others send, even from a forged address of the same network:
/// <code>
/// network quiet lately    ->  the server's budget
/// network full of refused ->  what the server keeps for such networks
/// </code>
/// Only refused requests count against a network. A client asks eleven times, so even a flood of twice the budget keeps few out.
/// </summary>
internal sealed class OpeningBudget(Secret secret)
{
    private readonly PrefixBuckets _refused = new(secret, Limits.RefusalsPerPrefixPerSecondMax, 2 * Limits.RefusalsPerPrefixPerSecondMax);
    private TokenBucket _all = new(Limits.OpeningsPerSecondMax, Limits.OpeningsAtOnceMax);
    private TokenBucket _crowded = new(Limits.CrowdedOpeningsPerSecondMax, Limits.OpeningsAtOnceMax);

    public bool TryTake(in PeerAddress from, long now)
    {
        bool isCrowded = !_refused.HasRoom(_refused.BucketOf(from), now);
        return isCrowded ? _crowded.TryTake(now) : _all.TryTake(now);
    }

    /// <summary>A request was looked into for nothing.</summary>
    public void CountRefusal(in PeerAddress from, long now) => _refused.TryTake(_refused.BucketOf(from), now);
}
