using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Hosting;

/// <summary>Files and folders that only their owner may touch: modes 0600 and 0700. On Windows the user's profile folder does it.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static void EnsureFolder(string path)
    {
        StoreFile.RefuseFileAsFolder(path);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerFile | UnixFileMode.UserExecute);
        }

        RefuseLaxMode(path);
    }

    public static FileStream Create(string path, FileMode mode = FileMode.CreateNew, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new FileStream(path, options);
    }

    /// <exception cref="ProvisioningStartRefusedException">Group or others have any access.</exception>
    public static void RefuseLaxMode(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new ProvisioningStartRefusedException($"Others may access '{path}'. Take their access away: chmod go= '{path}'.");
        }
    }
}
