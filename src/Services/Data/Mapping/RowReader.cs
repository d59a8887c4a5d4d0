using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;

namespace RealtimeServer.Services.Data.Mapping;

/// <summary>
/// Reads rows as <typeparamref name="T"/>: a scalar takes the first column, a record takes the columns its constructor names, and so
/// does a record within it. The type decides how a column is read, since a SQLite column has none of its own.
/// </summary>
internal static class RowReader<T>
{
    private static readonly string[] Columns = IsScalar(typeof(T)) ? [] : [.. ColumnsOf(typeof(T))];
    private static readonly Func<DbDataReader, int[], T> Read = Compile();

    public static IReadOnlyList<T> ReadAll(DbDataReader reader, Statement statement)
    {
        if (!reader.Read())
        {
            return [];
        }
        int[] ordinals = Ordinals(reader, statement);
        List<T> rows = [Read(reader, ordinals)];
        while (reader.Read())
        {
            rows.Add(Read(reader, ordinals));
        }
        return rows;
    }

    public static T? ReadFirst(DbDataReader reader, Statement statement) => reader.Read() ? Read(reader, Ordinals(reader, statement)) : default;

    /// <summary>The row the reader stands at.</summary>
    public static T ReadCurrent(DbDataReader reader, Statement statement) => Read(reader, Ordinals(reader, statement));

    private static int[] Ordinals(DbDataReader reader, Statement statement)
    {
        if (Columns.Length == 0)
        {
            return [0];
        }
        if (statement.Shape is RowShape shape && shape.Type == typeof(T))
        {
            return shape.Ordinals;
        }
        int[] ordinals = [.. Columns.Select(name => Find(reader, name, statement))];
        statement.Shape = new RowShape(typeof(T), ordinals);
        return ordinals;
    }

    private static int Find(DbDataReader reader, string name, Statement statement)
    {
        for (int i = 0; i < reader.FieldCount; i++)
        {
            if (string.Equals(reader.GetName(i).Replace("_", "", StringComparison.Ordinal), name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }
        throw new InvalidOperationException($"No column for {typeof(T).Name}.{name} in: {statement.Sql}");
    }

    private static Func<DbDataReader, int[], T> Compile()
    {
        ParameterExpression reader = Expression.Parameter(typeof(DbDataReader));
        ParameterExpression ordinals = Expression.Parameter(typeof(int[]));
        int next = 0;
        return Expression.Lambda<Func<DbDataReader, int[], T>>(Value(typeof(T), reader, ordinals, ref next), reader, ordinals).Compile();
    }

    private static IEnumerable<string> ColumnsOf(Type record) => LongestConstructor(record).GetParameters()
        .SelectMany(p => IsScalar(p.ParameterType) ? [p.Name!] : ColumnsOf(p.ParameterType));

    // Takes the ordinals in the order of ColumnsOf.
    private static Expression Value(Type type, Expression reader, Expression ordinals, ref int next)
    {
        if (IsScalar(type))
        {
            return Column(reader, Ordinal(ordinals, next++), type);
        }
        ConstructorInfo constructor = LongestConstructor(type);
        List<Expression> values = [];
        foreach (ParameterInfo parameter in constructor.GetParameters())
        {
            values.Add(Value(parameter.ParameterType, reader, ordinals, ref next));
        }
        return Expression.New(constructor, values);
    }

    private static BinaryExpression Ordinal(Expression ordinals, int index) => Expression.ArrayIndex(ordinals, Expression.Constant(index));

    private static Expression Column(Expression reader, Expression ordinal, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        Expression value = plain == typeof(byte[])
            ? Expression.Call(reader, nameof(DbDataReader.GetFieldValue), [typeof(byte[])], ordinal)
            : Expression.Call(reader, Getter(plain), null, ordinal);
        if (plain.IsValueType && plain == type)
        {
            return value;
        }
        Expression isNull = Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, ordinal);
        return Expression.Condition(isNull, Expression.Default(type), Expression.Convert(value, type));
    }

    private static string Getter(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => nameof(DbDataReader.GetString),
        TypeCode.Int64 => nameof(DbDataReader.GetInt64),
        TypeCode.Int32 => nameof(DbDataReader.GetInt32),
        TypeCode.Boolean => nameof(DbDataReader.GetBoolean),
        TypeCode.Double => nameof(DbDataReader.GetDouble),
        _ when type == typeof(Guid) => nameof(DbDataReader.GetGuid),
        _ => throw new NotSupportedException($"{typeof(T).Name} has a column of type {type.Name}; use string, long, int, bool, double, Guid or byte[]."),
    };

    private static bool IsScalar(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain == typeof(string) || plain == typeof(Guid) || plain == typeof(byte[]);
    }

    // A record has another one, of which it makes copies.
    private static ConstructorInfo LongestConstructor(Type record) => record
        .GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .Where(c => !(c.GetParameters() is [ParameterInfo only] && only.ParameterType == record))
        .MaxBy(c => c.GetParameters().Length)!;
}

/// <summary>Where the columns of a statement's rows stand for a type.</summary>
internal sealed record RowShape(Type Type, int[] Ordinals);
