using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts.Passwords;

/// <summary>How many wrong passwords are too many.</summary>
public sealed record SignInLimits
{
    /// <summary>For one account from one address.</summary>
    public int Failures { get; init; } = 5;

    /// <summary>From one address, for any accounts.</summary>
    public int AddressFailures { get; init; } = 30;

    /// <summary>For one account, from all addresses but those that have signed in to it.</summary>
    public int SpreadFailures { get; init; } = 100;

    /// <summary>The time after which one of them is forgiven.</summary>
    public TimeSpan Forgiven { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Slows the guessing of passwords: by account and address, by address, and by account from everywhere. The last would let anybody lock
/// a player out, so it does not hold for addresses from which the account was signed in to before. Names that no account has count
/// like others, so that nothing can be learned from it.
/// </summary>
internal sealed class SignInThrottle
{
    private readonly RateLimit<UInt128> _both;
    private readonly RateLimit<ulong> _addresses;
    private readonly RateLimit<UInt128> _accounts;
    private readonly Dictionary<UInt128, LinkedListNode<UInt128>> _known = [];
    private readonly LinkedList<UInt128> _knownByAge = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);

    public SignInThrottle(SignInLimits limits, TimeProvider time)
    {
        _both = new RateLimit<UInt128>(limits.Forgiven, limits.Failures, Limits.GuessKeysMax, time);
        _addresses = new RateLimit<ulong>(limits.Forgiven, limits.AddressFailures, Limits.GuessKeysMax, time);
        _accounts = new RateLimit<UInt128>(limits.Forgiven, limits.SpreadFailures, Limits.GuessKeysMax, time);
    }

    /// <summary>Takes a try, which counts as wrong until it is <see cref="GiveBack"/>; false when there have been too many.</summary>
    /// <param name="account">The name or e-mail address that is tried.</param>
    /// <param name="address">The client's.</param>
    /// <param name="wait">Until there is a try again.</param>
    public bool TryTake(string account, IPAddress address, out TimeSpan wait)
    {
        UInt128 both = Key(account, address);
        if (!_both.TryTake(both, out wait))
        {
            return false;
        }
        // Behind a proxy that was not named as trusted all players come from this machine.
        bool counted = !IPAddress.IsLoopback(address);
        if (counted && !_addresses.TryTake(AddressKey.Of(address), out wait))
        {
            _both.Return(both);
            return false;
        }
        if (!IsKnown(both) && !_accounts.TryTake(Key(account, null), out wait))
        {
            _both.Return(both);
            if (counted)
            {
                _addresses.Return(AddressKey.Of(address));
            }
            return false;
        }
        return true;
    }

    /// <summary>The try was no wrong guess.</summary>
    /// <param name="signedIn">The address is one of the account's from here on.</param>
    public void GiveBack(string account, IPAddress address, bool signedIn)
    {
        UInt128 both = Key(account, address);
        _both.Return(both);
        if (!IPAddress.IsLoopback(address))
        {
            _addresses.Return(AddressKey.Of(address));
        }
        if (!IsKnown(both))
        {
            _accounts.Return(Key(account, null));
        }
        if (signedIn)
        {
            Remember(both);
        }
    }

    private bool IsKnown(UInt128 both)
    {
        lock (_known)
        {
            return _known.ContainsKey(both);
        }
    }

    private void Remember(UInt128 both)
    {
        lock (_known)
        {
            if (_known.Remove(both, out LinkedListNode<UInt128>? node))
            {
                _knownByAge.Remove(node);
            }
            else if (_known.Count >= Limits.GuessKeysMax)
            {
                _known.Remove(_knownByAge.First!.Value);
                _knownByAge.RemoveFirst();
            }
            _known[both] = _knownByAge.AddLast(both);
        }
    }

    // Names may be long, and strangers choose them: what is kept is a hash nobody can aim at.
    private UInt128 Key(string account, IPAddress? address)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{account}\0{(address is null ? "" : AddressKey.Of(address))}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, text, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
