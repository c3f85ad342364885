using Microsoft.Data.Sqlite;

namespace DpsPortal.Provisioning.Storage;

/// <summary>
/// The connection of the control plane's transactions. It keeps its statements prepared: preparing them anew costs a rotation
/// more than running them. Used only during a write turn.
/// </summary>
internal sealed class ControlConnection(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    /// <summary>The statement with its values bound, in the transaction under way. It stays this connection's: not to be disposed.</summary>
    public SqliteCommand Prepared(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared.Add(sql, command = this.Statement(sql, values));
        }

        command.Transaction = Transaction;
        return command.Bind(values);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _prepared.Clear();
        base.Dispose(disposing);
    }
}
