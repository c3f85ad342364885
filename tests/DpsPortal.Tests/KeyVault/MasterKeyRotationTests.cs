using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DpsPortal.KeyVault;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Replacing the master key: each state that a kill can leave behind starts, and nothing is lost.</summary>
[StartsHosts]
public sealed class MasterKeyRotationTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    private string Present => Path.Combine(_vault.Root, "vault-master-key", "master.key");

    private string Next => Present + ".next";

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Every_key_opens_under_the_new_master_key_and_none_under_the_old()
    {
        var (wrapped, versions) = await StoppedVaultAsync();
        var old = await File.ReadAllBytesAsync(Present);
        var sealedBefore = Databases();

        Assert.Equal(versions, await EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options));

        Assert.NotEqual(old, await File.ReadAllBytesAsync(Present));
        Assert.False(File.Exists(Next));
        Assert.DoesNotContain(Sealed(), value => sealedBefore.AsSpan().IndexOf(value) >= 0);
        await AssertOpensAsync(wrapped);
        await _vault.StopAsync();
        await WriteAsync(Present, old);
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains("does not belong", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_before_anything_was_sealed_anew_leaves_the_old_key_in_force()
    {
        var (wrapped, _) = await StoppedVaultAsync();
        var old = await File.ReadAllBytesAsync(Present);
        await WriteAsync(Next, RandomNumberGenerator.GetBytes(32));

        await AssertOpensAsync(wrapped);

        Assert.Equal(old, await File.ReadAllBytesAsync(Present));
        Assert.False(File.Exists(Next));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_kill_after_everything_was_sealed_anew_leaves_the_new_key_in_force(bool isOldFileThere)
    {
        var (wrapped, _) = await StoppedVaultAsync();
        var old = await File.ReadAllBytesAsync(Present);
        await EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options);
        File.Move(Present, Next);
        var made = await File.ReadAllBytesAsync(Next);
        if (isOldFileThere)
        {
            await WriteAsync(Present, old);
        }

        await AssertOpensAsync(wrapped);

        Assert.Equal(made, await File.ReadAllBytesAsync(Present));
        Assert.False(File.Exists(Next));
    }

    [Fact]
    public async Task A_rotation_that_was_cut_short_can_be_run_again()
    {
        var (wrapped, versions) = await StoppedVaultAsync();
        await EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options);
        File.Move(Present, Next);

        Assert.Equal(versions, await EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options));

        await AssertOpensAsync(wrapped);
    }

    [Fact]
    public async Task Two_files_of_which_neither_fits_refuse_the_start_and_stay_as_they_are()
    {
        await StoppedVaultAsync();
        await WriteAsync(Present, RandomNumberGenerator.GetBytes(32));
        await WriteAsync(Next, RandomNumberGenerator.GetBytes(32));
        var before = (await File.ReadAllBytesAsync(Present), await File.ReadAllBytesAsync(Next));

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("Neither", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before.Item1, await File.ReadAllBytesAsync(Present));
        Assert.Equal(before.Item2, await File.ReadAllBytesAsync(Next));
    }

    [Fact]
    public async Task It_is_refused_while_the_vault_runs_and_where_there_is_none()
    {
        var none = await Assert.ThrowsAsync<VaultStartRefusedException>(() => EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options));
        await _vault.StartAsync();
        var running = await Assert.ThrowsAsync<VaultStartRefusedException>(() => EmbeddedKeyVault.RotateMasterKeyAsync(_vault.Options));

        Assert.Contains("no vault in this folder", none.Message, StringComparison.Ordinal);
        Assert.Contains("Another process is using the vault", running.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Next));
    }

    [Fact]
    public async Task A_master_key_of_another_user_refuses_the_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can give a file away.");
        await StoppedVaultAsync();
        Assert.Equal(0, chown(Present, 65534, 65534));

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("belongs to another user", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_first_starts_at_once_exactly_one_wins()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(TryStartAsync)));

        var winner = Assert.Single(starts.OfType<EmbeddedKeyVault>());
        Assert.All(
            starts.OfType<Exception>(),
            fault => Assert.Contains("Another process is using the vault", Assert.IsType<VaultStartRefusedException>(fault).Message, StringComparison.Ordinal));
        await winner.DisposeAsync();
        await _vault.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync("/keys")).Status);

        async Task<object> TryStartAsync()
        {
            try
            {
                return await EmbeddedKeyVault.StartAsync(_vault.Options, _vault.Clock);
            }
            catch (VaultStartRefusedException fault)
            {
                return fault;
            }
        }
    }

    private async Task<(string Wrapped, int Versions)> StoppedVaultAsync()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("sealed");
        var wrapped = (string)(await _vault.PostAsync("/keys/sealed/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" })).Json["value"]!;
        await _vault.PostAsync("/keys/sealed/rotate", null);
        await _vault.CreateKeyAsync("deleted");
        await _vault.SendAsync(HttpMethod.Delete, "/keys/deleted");
        await _vault.StopAsync();
        return (wrapped, 3);
    }

    private async Task AssertOpensAsync(string wrapped)
    {
        await _vault.StartAsync();
        var old = (await _vault.GetAsync("/keys/sealed/versions")).Json["value"]!.AsArray().Select(version => (string)version!["kid"]!);
        var opened = new List<string?>();
        foreach (var version in old)
        {
            var answer = await _vault.PostAsync(version + "/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped });
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.Status);
            opened.Add((string?)answer.Json["value"]);
        }

        Assert.Contains("AQID", opened);
    }

    private byte[] Databases() => [.. Directory.GetFiles(_vault.Options.DataDirectory, "vault.db*").SelectMany(File.ReadAllBytes)];

    private List<byte[]> Sealed()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_vault.DatabasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT SealedPrivateKey FROM KeyVersions UNION ALL SELECT Value FROM SealedChecks";
        using var reader = command.ExecuteReader();
        var values = new List<byte[]>();
        while (reader.Read())
        {
            values.Add(reader.GetFieldValue<byte[]>(0));
        }

        return values;
    }

    private static async Task WriteAsync(string path, byte[] content)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var stream = new FileStream(path, options);
        await stream.WriteAsync(content);
    }

#pragma warning disable CA2101, CA5392, SYSLIB1054, IDE1006 // libc's name, and UTF-8 is what it takes.
    [DllImport("libc")]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
#pragma warning restore CA2101, CA5392, SYSLIB1054, IDE1006
}
