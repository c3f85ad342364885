using Microsoft.Data.Sqlite;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>What is wrong with a store, as far as it decides what is to be done.</summary>
internal enum StoreFault
{
    /// <summary>The disk or a quota has no space left.</summary>
    Full,

    /// <summary>The file, its folder or the file system does not let this user write.</summary>
    ReadOnly,

    /// <summary>Another program has it locked.</summary>
    Locked,

    /// <summary>Its bytes are not a whole database.</summary>
    Damaged,

    /// <summary>The disk does not answer as a disk should.</summary>
    Unreachable,
}

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

    /// <summary>Of what the operating system answered about a file; <see langword="null"/> where it was asked nothing.</summary>
    /// <remarks>The numbers are errno of Linux and macOS (ENOSPC, EDQUOT, EROFS, EWOULDBLOCK), and HRESULTs of Windows.</remarks>
    public static StoreFault? OfFile(Exception fault) => fault switch
    {
        UnauthorizedAccessException => StoreFault.ReadOnly,
        IOException { HResult: 28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027) } => StoreFault.Full,
        IOException { HResult: 30 or unchecked((int)0x80070013) } => StoreFault.ReadOnly,
        IOException { HResult: 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021) } => StoreFault.Locked,
        IOException => StoreFault.Unreachable,
        _ => null,
    };
}
