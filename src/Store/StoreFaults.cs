using Microsoft.Data.Sqlite;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

internal static class StoreFaults
{
    /// <summary>Of what SQLite answered, however deep it lies; <see langword="null"/> where a fault is none of the store's.</summary>
    /// <remarks>SQLite documentation, "Result and Error Codes".</remarks>
    public static StoreFault? Of(Exception? fault) => fault switch
    {
        null => null,
        SqliteException { SqliteErrorCode: 5 or 6 } => StoreFault.Locked,
        SqliteException { SqliteErrorCode: 8 } => StoreFault.ReadOnly,
        SqliteException { SqliteErrorCode: 11 or 26 } => StoreFault.Damaged,
        SqliteException { SqliteErrorCode: 13 } => StoreFault.Full,
        SqliteException { SqliteErrorCode: 10 or 14 } => StoreFault.Unreachable,
        _ => Of(fault.InnerException),
    };
}
