namespace DpsPortal.Services.Storage;

/// <summary>The portal's own folder: only this user may enter it, only this process may use it.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly FileStream _held;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _held = held;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "portal.db");

    /// <exception cref="InvalidOperationException">Another process uses the folder, or other users may enter it.</exception>
    public static DataFolder Take(string path)
    {
        if (!Directory.Exists(path))
        {
            CreatePrivate(path);
        }

        RefuseLaxMode(path);
        FileStream held;
        try
        {
            held = Open(System.IO.Path.Combine(path, "portal.lock"));
        }
        catch (IOException fault)
        {
            throw new InvalidOperationException(
                $"Another process is using {path} ({PortalServicesOptions.SectionName}:{nameof(PortalServicesOptions.DataDirectory)}). Stop it, or give this one its own folder.",
                fault);
        }

        var folder = new DataFolder(path, held);

        // Made here, so that it is private from its first byte; SQLite gives -wal and -shm the same mode.
        Open(folder.DatabaseFile).Dispose();
        return folder;
    }

    /// <summary>The operating system lets go as well, however the process ends.</summary>
    public void Dispose() => _held.Dispose();

    private static FileStream Open(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        return new FileStream(file, options);
    }

    private static void RefuseLaxMode(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new InvalidOperationException($"Other users may access {path}. Take their access away: chmod go= '{path}'");
        }
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
        }
    }
}
