using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// Reads a query's rows as COPY writes them in its binary form (PostgreSQL manual, "COPY", "Binary Format"): at millions of rows a reader
/// of results is most of the time.
/// <code>
/// header: 11 bytes "PGCOPY\n\377\r\n\0", 4 flags, 4 length of what else there is
/// row:    2 number of columns, then of each 4 length and so many bytes
/// end:    2 bytes -1
/// </code>
/// </summary>
internal sealed class PostgresScan : ScannedRow
{
    private const int BufferBytes = 1 << 16;
    private const int HeaderBytes = 19;
    private const int ColumnsMax = 16;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly int[] _columns = new int[ColumnsMax];
    private int _start;
    private int _end;

    private PostgresScan(NpgsqlRawCopyStream stream) => _stream = stream;

    public static void Run(NpgsqlConnection connection, Statement statement, object parameters, Action<ScannedRow> take)
    {
        using NpgsqlRawCopyStream stream = connection.BeginRawBinaryCopy($"COPY ({WithValues(statement, parameters)}) TO STDOUT (FORMAT BINARY)");
        PostgresScan scan = new(stream);
        try
        {
            scan.Skip(HeaderBytes);
            while (scan.Next())
            {
                take(scan);
            }
        }
        catch
        {
            // Else it would be read to its end.
            stream.Cancel();
            throw;
        }
    }

    public override long Number(int column) => BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_columns[column], sizeof(long)));

    public override Guid Id(int column) => new(_buffer.AsSpan(_columns[column], 16), bigEndian: true);

    private bool Next()
    {
        Need(2);
        int count = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_start));
        if (count < 0)
        {
            Skip(2);
            return false;
        }
        // A row may end behind what is in the buffer, and then begins at its front: so places are counted from the row's own.
        int length = 2;
        for (int i = 0; i < count; i++)
        {
            Need(length + 4);
            _columns[i] = length + 4;
            length += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + length)));
        }
        Need(length);
        for (int i = 0; i < count; i++)
        {
            _columns[i] += _start;
        }
        _start += length;
        return true;
    }

    private void Skip(int bytes)
    {
        Need(bytes);
        _start += bytes;
    }

    // Nearly always they are there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Need(int bytes)
    {
        if (_end - _start < bytes)
        {
            Fill(bytes);
        }
    }

    private void Fill(int bytes)
    {
        while (_end - _start < bytes)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read > 0 ? read : throw new IOException("The database ended its rows in the middle of one.");
        }
    }

    // COPY takes no parameters. Numbers and ids cannot say anything else; texts are not let in.
    private static string WithValues(Statement statement, object parameters)
    {
        string sql = statement.Sql;
        for (int i = statement.Parameters.Length; i > 0; i--)
        {
            string value = statement.Parameters[i - 1].ForPostgres(parameters).Value switch
            {
                Guid id => $"'{id:D}'::uuid",
                IFormattable number and (long or int) => $"({number.ToString(null, CultureInfo.InvariantCulture)})::bigint",
                object other => throw new NotSupportedException($"A scan takes numbers and ids as parameters, no {other.GetType().Name}."),
                null => throw new NotSupportedException("A scan takes no nulls as parameters."),
            };
            sql = sql.Replace(Statement.PlaceholderOf(i, Dialect.Postgres), value, StringComparison.Ordinal);
        }
        return sql;
    }
}
