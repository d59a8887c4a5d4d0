using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace RealtimeServer.Services.Data;

/// <summary>
/// A real PostgreSQL, started by the tests and for them: its own folder, a port on loopback, a process that may be killed. It runs
/// as an unprivileged user, because it refuses to run as root. The newest that is installed, or the one whose programs are in the folder
/// POSTGRES_BIN: so the tests run on each version that is promised.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "tests";

    private static readonly Lazy<PostgresServer> TheShared = new(() =>
    {
        PostgresServer server = new(durable: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    private static int _databases;

    private readonly string _folder = Directory.CreateTempSubdirectory("postgres-tests-").FullName;
    private readonly string _programs = FindPrograms();
    private readonly bool _durable;
    private Process? _process;

    /// <param name="durable">Whether commits wait for the disk; what is not about kills runs faster without.</param>
    public PostgresServer(bool durable)
    {
        _durable = durable;
        RemoveRemains();
        Port = FreePort();
        if (Environment.IsPrivilegedProcess)
        {
            Run("chown", "postgres", _folder);
        }
        using (Process initdb = Start("initdb", "-D", DataFolder, "-U", User, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"))
        {
            initdb.WaitForExit();
            Assert.Equal(0, initdb.ExitCode);
        }
        Start();
    }

    /// <summary>One for the whole run, ended with it. Nobody may stop it.</summary>
    public static PostgresServer Shared => TheShared.Value;

    public int Port { get; }

    private string DataFolder => Path.Combine(_folder, "data");

    /// <summary>A fresh, empty database; how to connect to it.</summary>
    public string CreateDatabase()
    {
        string name = "test" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        Execute("postgres", "CREATE DATABASE " + name);
        return Address(name);
    }

    public string Address(string database) => $"postgres://{User}@127.0.0.1:{Port}/{database}";

    public void Execute(string database, string sql)
    {
        using NpgsqlConnection connection = new($"Host=127.0.0.1;Port={Port};Username={User};Database={database};Pooling=false");
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Starts it, again after a kill, and waits until it takes connections.</summary>
    public void Start()
    {
        for (int tries = 0; ; tries++)
        {
            // After a kill the children follow one by one, and until the last has gone a new server refuses to start.
            if (_process is null or { HasExited: true })
            {
                _process?.Dispose();
                _process = StartServer();
            }
            try
            {
                Execute("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (tries < 1000)
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>kill -9 of the server's process: nothing is flushed, every connection breaks.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }
        for (int tries = 0; Directory.Exists(_folder); tries++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && tries < 20)
            {
                Thread.Sleep(50);
            }
        }
    }

    // A run that ends in haste leaves its folder behind; hours later nobody uses it any more.
    private static void RemoveRemains()
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), "postgres-tests-*"))
        {
            try
            {
                if (Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow.AddHours(-2))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, or somebody else was faster.
            }
        }
    }

    private static string FindPrograms()
    {
        if (Environment.GetEnvironmentVariable("POSTGRES_BIN") is { Length: > 0 } chosen)
        {
            return chosen;
        }
        const string Installed = "/usr/lib/postgresql";
        string? newest = Directory.Exists(Installed)
            ? Directory.GetDirectories(Installed).Where(d => File.Exists(Path.Combine(d, "bin", "initdb")))
                .MaxBy(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out int version) ? version : 0)
            : null;
        return newest is null
            ? throw new InvalidOperationException("PostgreSQL is not installed; tools/test installs it (Debian's package postgresql).")
            : Path.Combine(newest, "bin");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private Process StartServer()
    {
        string sync = _durable ? "on" : "off";
        return Start(
            "postgres", "-D", DataFolder, "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", "",
            "-c", "max_connections=200",
            "-c", "fsync=" + sync, "-c", "full_page_writes=" + sync, "-c", "shared_buffers=64MB");
    }

    private Process Start(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs, program);
        // setpriv becomes the program, so its process id is the server's.
        ProcessStartInfo start = Environment.IsPrivilegedProcess
            ? new("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : new(path, arguments);
        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
