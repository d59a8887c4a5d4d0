using System.Reflection;
using Npgsql;
using NpgsqlTypes;

namespace RealtimeServer.Services.Data.Mapping;

/// <summary>Takes one parameter out of an object's property and hands it to a database in the form that one stores.</summary>
internal abstract class ParameterAccess
{
    public abstract bool IsArray { get; }

    public abstract NpgsqlParameter ForPostgres(object parameters);

    /// <summary>The values of this parameter in several objects, in their order, as one array.</summary>
    public abstract NpgsqlParameter ManyForPostgres(IReadOnlyList<object> parameters);

    /// <exception cref="DatabaseTextException">No column can hold the text.</exception>
    public abstract void RequireStorable(object parameters);

    /// <summary>Text, number, bytes or null, as SQLite keeps them.</summary>
    public abstract object ForSqlite(object parameters);

    /// <exception cref="InvalidOperationException">There is no such property, or of a type no column has.</exception>
    public static ParameterAccess Of(Type? type, string name)
    {
        PropertyInfo property = type?.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
            ?? throw new InvalidOperationException($"No property for the parameter @{name} of an SQL text.");
        Type access = typeof(ParameterAccess<,>).MakeGenericType(type, property.PropertyType);
        return (ParameterAccess)Activator.CreateInstance(access, property)!;
    }
}

internal sealed class ParameterAccess<TParameters, TValue> : ParameterAccess
{
    private readonly Func<TParameters, TValue> _get;
    private readonly NpgsqlDbType _type;

    public ParameterAccess(PropertyInfo property)
    {
        _get = property.GetMethod!.CreateDelegate<Func<TParameters, TValue>>();
        _type = ColumnValue.PostgresType(typeof(TValue));
    }

    public override bool IsArray => typeof(TValue).IsArray && typeof(TValue) != typeof(byte[]);

    public override NpgsqlParameter ForPostgres(object parameters)
    {
        TValue value = _get((TParameters)parameters);
        if (value is null)
        {
            return new NpgsqlParameter { NpgsqlDbType = _type, Value = DBNull.Value };
        }
        ColumnValue.RequireStorable(value);
        return Nullable.GetUnderlyingType(typeof(TValue)) is null
            ? new NpgsqlParameter<TValue> { NpgsqlDbType = _type, TypedValue = value }
            : new NpgsqlParameter { NpgsqlDbType = _type, Value = value };
    }

    public override NpgsqlParameter ManyForPostgres(IReadOnlyList<object> parameters)
    {
        TValue[] values = new TValue[parameters.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _get((TParameters)parameters[i]);
        }
        return new NpgsqlParameter<TValue[]> { NpgsqlDbType = NpgsqlDbType.Array | _type, TypedValue = values };
    }

    public override void RequireStorable(object parameters) => ColumnValue.RequireStorable(_get((TParameters)parameters));

    public override object ForSqlite(object parameters)
    {
        TValue value = _get((TParameters)parameters);
        if (value is null)
        {
            return DBNull.Value;
        }
        ColumnValue.RequireStorable(value);
        return ColumnValue.ForSqlite(value);
    }
}
