using System.Data.Common;
using Npgsql;
using RealtimeServer.Services.Data.Mapping;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>What one statement of a round trip reads: a query, or several that share it.</summary>
internal readonly struct ReadUnit
{
    private readonly PendingQuery[] _queries;

    private ReadUnit(params PendingQuery[] queries) => _queries = queries;

    public bool IsShared => _queries.Length > 1;

    /// <summary>Puts those together that can be, in the order of their first; a few are not worth it.</summary>
    public static void Gather(List<PendingQuery> queries, List<ReadUnit> into)
    {
        for (int i = 0; i < queries.Count; i++)
        {
            PendingQuery query = queries[i];
            if (!query.IsShared)
            {
                into.Add(new ReadUnit(query));
                continue;
            }
            if (IsGathered(queries, i))
            {
                continue;
            }
            PendingQuery[] same = [.. queries.Skip(i).Where(q => q.IsShared && q.Statement == query.Statement)];
            if (same.Length >= Limits.ReadsWorthSharing)
            {
                into.Add(new ReadUnit(same));
            }
            else
            {
                into.AddRange(same.Select(static q => new ReadUnit(q)));
            }
        }
    }

    /// <summary>Each of its queries by itself.</summary>
    public IEnumerable<ReadUnit> Alone() => _queries.Select(static q => new ReadUnit(q));

    /// <summary>A new command: one belongs to one batch, so another try needs another.</summary>
    public NpgsqlBatchCommand Command()
    {
        Statement statement = _queries[0].Statement;
        if (!IsShared)
        {
            return Commands.Of(statement, _queries[0].Parameters);
        }
        object[] parameters = Array.ConvertAll(_queries, static q => q.Parameters!);
        NpgsqlBatchCommand command = new(statement.Many.Sql);
        foreach (ParameterAccess parameter in statement.Parameters)
        {
            command.Parameters.Add(parameter.ManyForPostgres(parameters));
        }
        return command;
    }

    /// <summary>Takes the result the reader stands at.</summary>
    public void Read(DbDataReader reader)
    {
        if (!IsShared)
        {
            _queries[0].Read(reader);
            return;
        }
        foreach (PendingQuery query in _queries)
        {
            query.Begin();
        }
        Statement many = _queries[0].Statement.Many;
        int number = reader.FieldCount - 1;
        while (reader.Read())
        {
            _queries[reader.GetInt64(number) - 1].ReadRow(reader, many);
        }
    }

    public void Fail(Exception exception)
    {
        foreach (PendingQuery query in _queries)
        {
            query.Fail(exception);
        }
    }

    private static bool IsGathered(List<PendingQuery> queries, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (queries[i].IsShared && queries[i].Statement == queries[index].Statement)
            {
                return true;
            }
        }
        return false;
    }
}
