#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#elif STORE_OF_HOST
namespace DpsPortal.Hosting;
#else
namespace DpsPortal.Services.Storage;
#endif

internal static class FileFaults
{
    /// <summary>
    /// Of what the operating system answered about a file; <see langword="null"/> where it was asked nothing. That a part of the program
    /// is missing is a bug, and so is what another exception is the cause of, as with a port that cannot be listened on.
    /// </summary>
    /// <remarks>The numbers are errno of Linux and macOS (ENOSPC, EDQUOT, EROFS, EWOULDBLOCK), and HRESULTs of Windows.</remarks>
    public static StoreFault? Of(Exception fault) => fault switch
    {
        UnauthorizedAccessException => StoreFault.ReadOnly,
        FileLoadException or EndOfStreamException => null,
        FileNotFoundException { FileName: var name } when !Path.IsPathFullyQualified(name ?? "") => null,
        IOException { InnerException: not null } => null,
        IOException { HResult: 28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027) } => StoreFault.Full,
        IOException { HResult: 30 or unchecked((int)0x80070013) } => StoreFault.ReadOnly,
        IOException { HResult: 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021) } => StoreFault.Locked,
        IOException => StoreFault.Unreachable,
        _ => null,
    };
}
