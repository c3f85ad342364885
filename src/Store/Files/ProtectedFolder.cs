#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#elif STORE_OF_HOST
namespace DpsPortal.Hosting;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>
/// A folder that only the running user may enter (0700) and whose files only they may read (0600). Anything laxer, another
/// owner or a symbolic link refuses the start: someone else may already have read or replaced what is in it. On Windows the
/// access list inherited from the user's profile takes that place.
/// </summary>
internal sealed class ProtectedFolder
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _path;

    private ProtectedFolder(string path) => _path = path;

    /// <summary>Makes the folder unless it is there, and those above it that are missing: what is made is private.</summary>
    /// <exception cref="StartRefusal">It is not private, or not a folder.</exception>
    public static ProtectedFolder Open(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (!Directory.Exists(path))
        {
            RefuseFileAsFolder(path);
            CreateFolder(path);
        }

        RefuseUnlessPrivate(new DirectoryInfo(path));
        return new ProtectedFolder(path);
    }

    public string PathOf(string file) => Path.Combine(_path, file);

    public bool Has(string file) => File.Exists(PathOf(file));

    /// <summary>Refuses a file that others may read or that is a link.</summary>
    public void Check(string file) => RefuseUnlessPrivate(new FileInfo(PathOf(file)));

    /// <summary>The file's content, or null where there is none.</summary>
    public byte[]? Read(string file)
    {
        if (!Has(file))
        {
            return null;
        }

        Check(file);
        return File.ReadAllBytes(PathOf(file));
    }

    /// <summary>Replaces the file as a whole: a crash leaves the old one or the new one, on the disk.</summary>
    public void Write(string file, ReadOnlySpan<byte> content)
    {
        var temporary = PathOf(file + ".new");
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, NewFile()))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        Move(file + ".new", file);
    }

    /// <summary>Gives a file the name of another, which it replaces, durably.</summary>
    public void Move(string file, string to)
    {
        File.Move(PathOf(file), PathOf(to), overwrite: true);
        Posix.FlushFolder(_path);
    }

    public void Delete(string file) => File.Delete(PathOf(file));

    /// <summary>Makes the file, empty and private, unless it is there. SQLite's -wal and -shm take over its mode.</summary>
    public void EnsureFile(string file)
    {
        if (!Has(file))
        {
            using var stream = new FileStream(PathOf(file), NewFile());
        }

        Check(file);
    }

    /// <summary>Holds the folder for this process. The operating system lets go when the process ends, however it ends.</summary>
    public FileStream Lock(string file) => TryLock(file)
        ?? throw new StartRefusal($"Another process is using {StoreOwner.Name} in '{_path}' ({StoreOwner.Setting}). Stop it, or give this one its own folder.");

    /// <returns>Null where another process has it. What else keeps a file from being opened is thrown as it is.</returns>
    public FileStream? TryLock(string file)
    {
        try
        {
            var options = NewFile();
            options.Mode = System.IO.FileMode.OpenOrCreate;
            return new FileStream(PathOf(file), options);
        }
        catch (IOException fault) when (FileFaults.Of(fault) == StoreFault.Locked)
        {
            return null;
        }
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    /// <summary>.NET gives the mode to the last folder alone; one above it that others may write lets them exchange it.</summary>
    private static void CreateFolder(string path)
    {
        if (Path.GetDirectoryName(path) is { } above && !Directory.Exists(above))
        {
            CreateFolder(above);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, FolderMode);
        }
    }

    /// <summary>A file in the place of a folder is named, whichever part of the path it is.</summary>
    private static void RefuseFileAsFolder(string folder)
    {
        for (var part = folder; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new StartRefusal($"'{part}' is a file and cannot hold the data folder. Move it away, or set another folder ({StoreOwner.Setting}).");
            }
        }
    }

    private static void RefuseUnlessPrivate(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
        {
            throw new StartRefusal($"'{entry.FullName}' is a symbolic link, and others may decide where it leads. Put the real file or folder in its place.");
        }

        if (!Posix.IsOwnedByThisUser(entry))
        {
            throw new StartRefusal(
                $"'{entry.FullName}' belongs to another user, who can read and replace it. Decide whether its secrets are still secret, " +
                "then give it to the user who runs this program.");
        }

        if (!OperatingSystem.IsWindows() && (entry.UnixFileMode & Others) != 0)
        {
            throw new StartRefusal(
                $"'{entry.FullName}' is accessible to other users. Decide whether its secrets are still secret, then run: chmod go= '{entry.FullName}'");
        }
    }
}
