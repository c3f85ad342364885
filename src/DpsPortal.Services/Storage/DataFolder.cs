namespace DpsPortal.Services.Storage;

/// <summary>The portal's own folder: only this user may enter it, only this process may use it.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string DatabaseName = "portal.db";

    /// <summary>
    /// Says that the database has been whole once. The portal has no key whose presence would say so; without this file a database that
    /// was lost would look like one that was never made.
    /// </summary>
    private const string Mark = "portal.db.made";

    private readonly ProtectedFolder _folder;
    private readonly FileStream _held;

    private DataFolder(ProtectedFolder folder)
    {
        _folder = folder;
        _held = folder.Lock("portal.lock");
    }

    public string DatabaseFile => _folder.PathOf(DatabaseName);

    /// <summary>Without looking at anything.</summary>
    public static StoreFile FileAt(string path) => new(Path.Combine(path, DatabaseName));

    /// <exception cref="PortalStartRefusedException">Another process uses the folder, or other users may enter it.</exception>
    public static DataFolder Take(string path) => new(ProtectedFolder.Open(path));

    /// <param name="remains">What shows that there has been a database, where the folder itself does not.</param>
    public StoreFile Store(string? remains = null) => new(DatabaseFile, _folder.Has(Mark) ? $"'{_folder.PathOf(Mark)}'" : remains);

    /// <summary>Made here, so that it is private from its first byte; SQLite gives -wal and -shm the same mode.</summary>
    public void EnsureDatabase() => _folder.EnsureFile(DatabaseName);

    /// <summary>To be called when the database is whole on the disk, not before.</summary>
    public void MarkMade()
    {
        if (!_folder.Has(Mark))
        {
            _folder.Write(Mark, "portal.db has been made in this folder. A start that does not find it refuses, instead of making an empty one.\n"u8);
        }
    }

    /// <summary>The operating system lets go as well, however the process ends.</summary>
    public void Dispose() => _held.Dispose();
}
