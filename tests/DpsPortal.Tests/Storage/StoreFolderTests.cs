using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Services;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Storage;

/// <summary>The folders of all three systems are this user's alone, by the same rules.</summary>
[StartsHosts]
public sealed class StoreFolderTests
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Theory]
    [InlineData("vault.db")]
    [InlineData("dps.db")]
    [InlineData("portal.db")]
    public async Task What_a_start_makes_is_private_with_the_folders_above_it(string file)
    {
        SkipOnWindows();
        using var data = new TemporaryFolder();
        using var store = await StoreOnDisk.MadeAsync(file, Path.Combine(data.Path, "new", "data"));

        Assert.All(
            (string[])[Path.Combine(data.Path, "new"), .. Directory.EnumerateDirectories(Path.Combine(data.Path, "new"), "*", SearchOption.AllDirectories)],
            folder => Assert.Equal((folder, Folder), (folder, Mode(folder))));
        Assert.All(
            Directory.EnumerateFiles(data.Path, "*", SearchOption.AllDirectories),
            made => Assert.Equal((made, UnixFileMode.UserRead | UnixFileMode.UserWrite), (made, Mode(made))));
    }

    [Theory]
    [InlineData("vault.db", true)]
    [InlineData("vault.db", false)]
    [InlineData("dps.db", true)]
    [InlineData("dps.db", false)]
    [InlineData("portal.db", true)]
    [InlineData("portal.db", false)]
    public async Task A_folder_or_database_that_others_may_read_refuses_the_start(string file, bool folder)
    {
        SkipOnWindows();
        using var store = await StoreOnDisk.MadeAsync(file);
        var path = folder ? store.Folder : store.File;
        SetMode(path, Mode(path) | UnixFileMode.OtherRead);

        Assert.Contains($"chmod go= '{path}'", (await RefusedAsync(store)).Message, StringComparison.Ordinal);

        SetMode(path, Mode(path) & ~UnixFileMode.OtherRead);
        await store.StartAsync();
    }

    [Theory]
    [InlineData("vault.db", true)]
    [InlineData("vault.db", false)]
    [InlineData("dps.db", true)]
    [InlineData("dps.db", false)]
    [InlineData("portal.db", true)]
    [InlineData("portal.db", false)]
    public async Task A_link_in_the_place_of_the_folder_or_database_refuses_the_start(string file, bool folder)
    {
        SkipOnWindows();
        using var store = await StoreOnDisk.MadeAsync(file);
        var (path, elsewhere) = (folder ? store.Folder : store.File, Path.Combine(store.Data, "elsewhere"));
        if (folder)
        {
            Directory.Move(path, elsewhere);
            Directory.CreateSymbolicLink(path, elsewhere);
        }
        else
        {
            File.Move(path, elsewhere);
            File.CreateSymbolicLink(path, elsewhere);
        }

        Assert.Contains($"'{path}' is a symbolic link", (await RefusedAsync(store)).Message, StringComparison.Ordinal);
    }

    /// <summary>A start calls a fault of the data what is one; a part of the program that is missing would send people to look at their disk.</summary>
    [Fact]
    public void What_is_no_answer_about_a_file_of_data_is_a_bug()
    {
        var store = new DpsPortal.Services.Storage.StoreFile(Path.Combine(Path.GetTempPath(), "portal", "portal.db"));

        Assert.Null(store.Explain(new FileNotFoundException("Could not load", "Some.Assembly, Version=1.0.0.0")));
        Assert.Null(store.Explain(new FileLoadException("Could not load", "Some.Assembly, Version=1.0.0.0")));
        Assert.Null(store.Explain(new EndOfStreamException()));
        Assert.Null(store.Explain(new IOException("Failed to bind to address https://localhost:443.", new InvalidOperationException())));
        Assert.NotNull(store.Explain(new FileNotFoundException("Could not find file", Path.Combine(Path.GetTempPath(), "portal", "portal.db"))));
        Assert.NotNull(store.Explain(new IOException("Input/output error")));
    }

    private static async Task<Exception> RefusedAsync(StoreOnDisk store)
    {
        var fault = await Record.ExceptionAsync(store.StartAsync);
        SqliteConnection.ClearAllPools();
        Assert.True(fault is VaultStartRefusedException or ProvisioningStartRefusedException or PortalStartRefusedException, fault?.ToString());
        return fault!;
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");

#pragma warning disable CA1416 // Every caller has skipped on Windows.
    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode) => File.SetUnixFileMode(path, mode);
#pragma warning restore CA1416
}
