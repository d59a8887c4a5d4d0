using System.Net;
using System.Security.Cryptography;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts.Passwords;

/// <summary>How passwords are hashed.</summary>
public sealed record PasswordOptions
{
    /// <summary>Rounds of new hashes. An older hash is made anew when its password is next shown.</summary>
    public int Rounds { get; init; } = Limits.PasswordRoundsDefault;

    public int Threads { get; init; } = ThreadsFor(Environment.ProcessorCount);

    /// <summary>Hashes that may wait; more are refused at once.</summary>
    public int Queue { get; init; } = Limits.PasswordQueueDefault;

    /// <summary>One for two cores: a flood of sign-ins leaves the rest to everybody else.</summary>
    public static int ThreadsFor(int cores) => Math.Max(1, cores / 2);
}

internal enum PasswordResult
{
    Right,
    Wrong,

    /// <summary>Nothing was looked at: too many wait.</summary>
    Busy,
}

/// <param name="Rehashed">A hash to store in the place of one that was made otherwise than new ones are; else null.</param>
internal readonly record struct PasswordOutcome(PasswordResult Result, string? Rehashed);

/// <summary>
/// Hashes passwords on a few threads of its own, behind a bounded queue. Each hash takes a core for some 80 ms: on the threads of
/// everybody a flood of sign-ins would be a flood for all. One address may fill a quarter of the queue, so that it alone cannot lock others out.
/// </summary>
public sealed class PasswordHasher : IDisposable
{
    private readonly WorkQueue<Job> _queue;
    private readonly Thread[] _threads;
    private readonly Dictionary<ulong, int> _waiting = [];
    private readonly int _rounds;
    private readonly int _waitingPerAddressMax;
    private readonly PasswordHash _nobodys;

    public PasswordHasher(PasswordOptions options)
    {
        _rounds = options.Rounds;
        _queue = new WorkQueue<Job>(options.Queue, options.Threads);
        _waitingPerAddressMax = Math.Max(1, options.Queue / Limits.PasswordQueueShares);
        _nobodys = new PasswordHash(options.Rounds, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(32));
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = "passwords" };
            _threads[i].Start();
        }
    }

    /// <summary>Takes no more, finishes what waits.</summary>
    public void Dispose()
    {
        _queue.Complete();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    /// <summary>A hash to store; null when too many wait.</summary>
    internal async Task<string?> HashAsync(string password, IPAddress from, CancellationToken cancellation)
    {
        PasswordOutcome outcome = await QueueAsync(
            () => new PasswordOutcome(PasswordResult.Right, PasswordHash.Of(password, _rounds).ToString()), from, cancellation).ConfigureAwait(false);
        return outcome.Rehashed;
    }

    /// <summary>Checks a password.</summary>
    /// <param name="password">As it was shown.</param>
    /// <param name="stored">The hash; null when there is none, which is wrong after the same work.</param>
    /// <param name="from">The client's address.</param>
    /// <param name="cancellation">Who gives up costs no hash.</param>
    internal Task<PasswordOutcome> VerifyAsync(string password, string? stored, IPAddress from, CancellationToken cancellation) =>
        QueueAsync(() => Verify(password, stored), from, cancellation);

    /// <summary>Runs work in its turn; busy, and at once, when the queue or the address's part of it is full.</summary>
    internal Task<PasswordOutcome> QueueAsync(Func<PasswordOutcome> work, IPAddress from, CancellationToken cancellation)
    {
        // Behind a proxy that was not named as trusted all players come from this machine.
        ulong? address = IPAddress.IsLoopback(from) ? null : AddressKey.Of(from);
        Job job = new(work, address, cancellation);
        if (!TryCount(address))
        {
            return Job.Refused;
        }
        if (!_queue.TryAdd(job))
        {
            Uncount(address);
            return Job.Refused;
        }
        return job.Task;
    }

    private PasswordOutcome Verify(string password, string? stored)
    {
        bool readable = PasswordHash.TryParse(stored ?? "", out PasswordHash? hash);
        if (!(hash ?? _nobodys).Fits(password) || !readable)
        {
            return new PasswordOutcome(PasswordResult.Wrong, null);
        }
        return new PasswordOutcome(PasswordResult.Right, hash!.Rounds == _rounds ? null : PasswordHash.Of(password, _rounds).ToString());
    }

    private bool TryCount(ulong? address)
    {
        if (address is not ulong key)
        {
            return true;
        }
        lock (_waiting)
        {
            int count = _waiting.GetValueOrDefault(key);
            if (count >= _waitingPerAddressMax)
            {
                return false;
            }
            _waiting[key] = count + 1;
            return true;
        }
    }

    private void Uncount(ulong? address)
    {
        if (address is ulong key)
        {
            lock (_waiting)
            {
                if (--_waiting[key] == 0)
                {
                    _waiting.Remove(key);
                }
            }
        }
    }

    private void Run()
    {
        List<Job> taken = new(1);
        while (_queue.Take(taken, 1))
        {
            Uncount(taken[0].Address);
            taken[0].Run();
            taken.Clear();
        }
    }

    private sealed class Job(Func<PasswordOutcome> work, ulong? address, CancellationToken cancellation)
    {
        public static readonly Task<PasswordOutcome> Refused = System.Threading.Tasks.Task.FromResult(new PasswordOutcome(PasswordResult.Busy, null));

        private readonly TaskCompletionSource<PasswordOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ulong? Address => address;

        public Task<PasswordOutcome> Task => _completion.Task;

        public void Run()
        {
            if (cancellation.IsCancellationRequested)
            {
                _completion.TrySetCanceled(cancellation);
                return;
            }
            try
            {
                _completion.TrySetResult(work());
            }
#pragma warning disable CA1031 // It belongs to whoever asked, and the thread lives on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _completion.TrySetException(exception);
            }
        }
    }
}
