namespace DpsPortal.Services.Storage;

/// <summary>The portal's own folder: only this user may enter it, only this process may use it.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string DatabaseName = "portal.db";
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

    public string DatabaseFile => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>
    /// Says that the database has been whole once. The portal has no key whose presence would say so; without this file a database that
    /// was lost would look like one that was never made.
    /// </summary>
    private string Mark => System.IO.Path.Combine(Path, "portal.db.made");

    /// <summary>Without looking at anything.</summary>
    public static StoreFile FileAt(string path) => new(System.IO.Path.Combine(path, DatabaseName));

    /// <exception cref="PortalStartRefusedException">Another process uses the folder, or other users may enter it.</exception>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(path);
        if (!Directory.Exists(path))
        {
            StoreFile.RefuseFileAsFolder(path);
            CreatePrivate(path);
        }

        RefuseLaxMode(path);
        try
        {
            return new DataFolder(path, Open(System.IO.Path.Combine(path, "portal.lock")));
        }
        catch (IOException fault) when (StoreFaults.OfFile(fault) == StoreFault.Locked)
        {
            throw new PortalStartRefusedException(
                $"Another process is using {path} ({PortalServicesOptions.SectionName}:{nameof(PortalServicesOptions.DataDirectory)}). Stop it, or give this one its own folder.",
                fault);
        }
    }

    /// <param name="remains">What shows that there has been a database, where the folder itself does not.</param>
    public StoreFile Store(string? remains = null) => new(DatabaseFile, File.Exists(Mark) ? $"'{Mark}'" : remains);

    /// <summary>Made here, so that it is private from its first byte; SQLite gives -wal and -shm the same mode.</summary>
    public void EnsureDatabase() => Open(DatabaseFile).Dispose();

    /// <summary>To be called when the database is whole on the disk, not before.</summary>
    public void MarkMade()
    {
        if (!File.Exists(Mark))
        {
            using var mark = Open(Mark);
            mark.Write("portal.db has been made in this folder. A start that does not find it refuses, instead of making an empty one.\n"u8);
            mark.Flush(flushToDisk: true);
        }
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
            throw new PortalStartRefusedException($"Other users may access {path}. Take their access away: chmod go= '{path}'");
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
