using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

internal static class SqliteStatements
{
    /// <summary>A prepared statement with the named parameters, to be bound by position.</summary>
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name, Value = DBNull.Value });
        }

        command.Prepare();
        return command;
    }

    /// <summary>A statement for one use, with the values as <c>$0</c>, <c>$1</c> …, in the connection's transaction if there is one.</summary>
    public static SqliteCommand Statement(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), values[i] ?? DBNull.Value);
        }

        return command;
    }

    /// <returns>How many rows it changed.</returns>
    public static int Run(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        Execute(connection, sql, values, command => command.ExecuteNonQuery());

    /// <returns>Whether it finds a row.</returns>
    public static bool Exists(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        Execute(connection, sql, values, command => command.ExecuteScalar() is not null);

    /// <returns>The rows that it finds.</returns>
    public static List<T> Read<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values) =>
        Execute(connection, sql, values, command =>
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            return rows;
        });

    public static SqliteCommand Bind(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    /// <summary>With a statement that stays prepared, where the connection keeps such.</summary>
    private static T Execute<T>(SqliteConnection connection, string sql, ReadOnlySpan<object?> values, Func<SqliteCommand, T> execute)
    {
        if (connection is ControlConnection control)
        {
            return execute(control.Prepared(sql, values));
        }

        using var command = connection.Statement(sql, values);
        return execute(command);
    }
}
