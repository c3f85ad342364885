using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>
/// That the file is still where it was opened. SQLite does not notice that it was deleted: what is written then lies in a file without a
/// name and is gone with the process, or a new connection makes an empty one. Another file put in its place is not the one that is open,
/// so what was missed once is not used again by this process. EF Core asks before each connection it opens; other connections ask themselves.
/// </summary>
internal sealed class StorePresence(string path) : DbConnectionInterceptor
{
    private const int CannotOpen = 14;

    private volatile bool _isLost;

    /// <exception cref="SqliteException">It is gone; with the code for a file that cannot be opened.</exception>
    public void Require()
    {
        if (_isLost || !File.Exists(path))
        {
            _isLost = true;
            throw new SqliteException(
                $"'{path}' was deleted or moved away while it was in use. Nothing is written any more. Put it back, from a backup if it is lost, and " +
                "start again.", CannotOpen);
        }
    }

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Require();
        return result;
    }

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        Require();
        return ValueTask.FromResult(result);
    }
}
