using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Tests.Provisioning;

/// <summary>What a start refuses, and how it leaves the files.</summary>
[StartsHosts]
public sealed class StartTests
{
    private readonly FakeVault _vault = new();

    [Fact]
    public async Task A_second_owner_of_the_folder_is_refused_until_the_first_has_ended()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        var second = () => ProvisioningHost.StartAsync(dps.Options, _vault.Access, TimeProvider.System);

        Assert.Contains("Provisioning:DataDirectory", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(second)).Message, StringComparison.Ordinal);
        await dps.StopAsync();
        await (await second()).DisposeAsync();
    }

    [Fact]
    public async Task Only_the_owner_may_touch_the_files_and_a_key_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists instead of modes.");
            return;
        }

        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso");
        var keys = Path.GetDirectoryName(dps.KeyFile)!;
        Assert.All((string[])[dps.DataDirectory, keys], folder => Assert.Equal("700", Mode(folder)));
        Assert.All(Directory.EnumerateFiles(dps.DataDirectory).Append(dps.KeyFile), file => Assert.Equal("600", Mode(file)));
        await dps.StopAsync();

        foreach (var path in (string[])[dps.KeyFile, keys, dps.DataDirectory, Path.Combine(dps.DataDirectory, "dps.db")])
        {
            var mode = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, mode | UnixFileMode.GroupRead);
            Assert.Contains($"'{path}'", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync)).Message, StringComparison.Ordinal);
            File.SetUnixFileMode(path, mode);
        }

        await dps.StartAsync();
    }

    [Fact]
    public async Task A_missing_or_exchanged_platform_key_is_refused()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso");
        await dps.ImportAsync("contoso", 3);
        await dps.StopAsync();
        var key = await File.ReadAllBytesAsync(dps.KeyFile);

        File.Delete(dps.KeyFile);
        Assert.Contains("missing", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(dps.KeyFile));
        await WriteKeyAsync(dps.KeyFile, new byte[32]);
        Assert.Contains("not the one", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync)).Message, StringComparison.Ordinal);
        await WriteKeyAsync(dps.KeyFile, key[..16]);
        Assert.Contains("16 bytes", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync)).Message, StringComparison.Ordinal);

        await WriteKeyAsync(dps.KeyFile, key);
        await dps.StartAsync();
        Assert.Equal(3, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task Every_connection_has_the_pragmas_and_the_assertion_fails_without_them()
    {
        await using var dps = RunningDps.Stopped(_vault.Access);
        using var database = await DpsDatabase.OpenAsync(dps.DataDirectory, CancellationToken.None);
        using (var connection = database.Open())
        {
            StorePragmas.Assert(connection);
        }

        await using var context = database.NewContext();
        await context.Database.OpenConnectionAsync();
        StorePragmas.Assert(context.Database.GetDbConnection());

        // The control: a connection that somebody opened past the one function for it.
        using var bare = new SqliteConnection(context.Database.GetConnectionString());
        bare.Open();
        StorePragmas.Apply(bare);
        using var weaken = bare.CreateCommand();
        weaken.CommandText = "PRAGMA synchronous=NORMAL";
        weaken.ExecuteNonQuery();
        Assert.Contains("PRAGMA synchronous", Assert.Throws<InvalidOperationException>(() => StorePragmas.Assert(bare)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_version_counts_the_migrations_and_the_model_has_no_pending_change()
    {
        await using var dps = RunningDps.Stopped(_vault.Access);
        using var database = await DpsDatabase.OpenAsync(dps.DataDirectory, CancellationToken.None);
        await using var context = database.NewContext();

        var migrations = context.Database.GetMigrations().Count();
        Assert.Equal(DpsDatabase.SchemaVersion, migrations);
        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.StopAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version=99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("newer release", (await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync)).Message, StringComparison.Ordinal);
    }

    private static async Task WriteKeyAsync(string path, byte[] bytes)
    {
        await File.WriteAllBytesAsync(path, bytes);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
