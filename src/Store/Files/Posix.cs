using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#elif STORE_OF_HOST
namespace DpsPortal.Hosting;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>What .NET does not offer of POSIX: who owns a file, and making a rename durable.</summary>
internal static class Posix
{
    // statx(2): one layout on every architecture of Linux, unlike stat.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerOnly = 0x8;
    private const int StatxSize = 256;
    private const int OwnerOffset = 20;

    public static bool IsOwnedByThisUser(FileSystemInfo entry)
    {
        if (OperatingSystem.IsLinux())
        {
            var status = new byte[StatxSize];
            return statx(CurrentFolder, entry.FullName, NoFollow, OwnerOnly, status) == 0
                ? BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(OwnerOffset)) == geteuid()
                : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The owner of {entry.FullName} could not be found out.");
        }

        return OperatingSystem.IsWindows() || MayChangeMode(entry);
    }

    /// <summary>Makes a file's new name durable; without it a power cut may bring the old one back.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = open(path, 0);
        if (folder < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{path} could not be opened.");
        }

        try
        {
            _ = fsync(folder);
        }
        finally
        {
            _ = close(folder);
        }
    }

    /// <summary>Elsewhere: only its owner (and root) may set the mode of a file, even to what it is.</summary>
    private static bool MayChangeMode(FileSystemInfo entry)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                entry.UnixFileMode = entry.UnixFileMode;
            }

            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

#pragma warning disable IDE1006, CA2101, SYSLIB1054 // The names are libc's; UTF-8 is what it takes, and source generation would need unsafe code.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int file);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int file);
#pragma warning restore IDE1006, CA2101, SYSLIB1054
}
