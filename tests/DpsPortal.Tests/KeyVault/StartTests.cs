using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Certificates;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What the vault leaves on the disk, what it finds again, and when it refuses to start.</summary>
[StartsHosts]
public sealed class StartTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task A_restart_finds_the_same_keys_roles_identities_and_authority()
    {
        await _vault.StartAsync();
        var (clientId, principalId) = await _vault.CreateIdentityAsync("id-kept");
        await _vault.GrantAsync(principalId, RunningVault.CryptoServiceEncryptionUser, _vault.SubscriptionPath);
        await _vault.CreateVaultAsync("kv-kept", purgeProtection: false, retentionDays: 30);
        await _vault.CreateKeyAsync("kept", new { kty = "RSA", tags = new { a = "1" }, attributes = new { exp = 2_000_000_000, nbf = 1_000_000_000 } });
        await _vault.SendAsync(
            HttpMethod.Put, "/keys/kept/rotationpolicy",
            """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P90D"}}""");
        var wrapped = await _vault.PostAsync("/keys/kept/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        await _vault.PostAsync("/keys/kept/rotate", null);
        string[] paths = [
            "/keys/kept", "/keys/kept/versions", "/keys/kept/rotationpolicy", _vault.VaultResourceId("kv-kept"), _vault.SubscriptionPath +
                "/providers/Microsoft.Authorization/roleAssignments",
        ];
        var before = await ReadAsync(paths);
        var authority = _vault.Vault.CertificateAuthority.Thumbprint;

        await _vault.StopAsync();
        await _vault.StartAsync();

        Assert.Equal(before, await ReadAsync(paths));
        Assert.Equal(authority, _vault.Vault.CertificateAuthority.Thumbprint);
        var opened = await _vault.PostAsync(
            (string)wrapped.Json["kid"]! + "/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! },
            await _vault.IdentityTokenAsync(clientId));
        Assert.Equal("AQID", (string)opened.Json["value"]!);
    }

    [Fact]
    public async Task Every_folder_and_file_is_private()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("private");

        var folders = Directory.GetDirectories(_vault.Root);
        Assert.Equal(
            ["administrator-credential", "identity-endpoint", "vault", "vault-ca", "vault-issuer", "vault-master-key"],
            folders.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(folders, folder => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(folder)));
        Assert.All(
            Directory.GetFiles(_vault.Root, "*", SearchOption.AllDirectories),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file)));
        Assert.True(File.Exists(_vault.DatabasePath + "-wal"));
    }

    [Theory]
    [InlineData("vault-master-key/master.key", UnixFileMode.GroupRead)]
    [InlineData("vault-issuer/signing.pem", UnixFileMode.OtherRead)]
    [InlineData("administrator-credential/secret", UnixFileMode.GroupWrite)]
    [InlineData("vault/vault.db", UnixFileMode.OtherRead)]
    [InlineData("vault-master-key", UnixFileMode.GroupExecute)]
    [InlineData("vault", UnixFileMode.OtherRead)]
    [InlineData("vault-ca", UnixFileMode.OtherWrite)]
    public async Task A_folder_or_file_that_others_may_enter_refuses_the_start(string path, UnixFileMode opening)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        await _vault.StartAsync();
        await _vault.StopAsync();
        var full = Path.Combine(_vault.Root, path);
        SetMode(full, Mode(full) | opening);

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains(full, fault.Message, StringComparison.Ordinal);

        SetMode(full, Mode(full) & ~opening);
        await _vault.StartAsync();
    }

    [Fact]
    public async Task A_linked_master_key_refuses_the_start()
    {
        await _vault.StartAsync();
        await _vault.StopAsync();
        var file = Path.Combine(_vault.Root, "vault-master-key", "master.key");
        File.Move(file, Path.Combine(_vault.Root, "elsewhere"));
        File.CreateSymbolicLink(file, Path.Combine(_vault.Root, "elsewhere"));

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("symbolic link", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_or_missing_master_key_refuses_the_start_and_changes_nothing()
    {
        await _vault.StartAsync();
        var key = await _vault.CreateKeyAsync("sealed");
        await _vault.StopAsync();
        var file = Path.Combine(_vault.Root, "vault-master-key", "master.key");
        var right = await File.ReadAllBytesAsync(file);

        File.WriteAllBytes(file, RandomNumberGenerator.GetBytes(32));
        var wrong = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        File.WriteAllBytes(file, right[..31]);
        var damaged = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        File.Delete(file);
        var missing = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("does not belong to this vault's database", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("must have 32 bytes", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("Put the key back", missing.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        File.WriteAllBytes(file, right);
        if (!OperatingSystem.IsWindows())
        {
            SetMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await _vault.StartAsync();
        Assert.Equal(key.Text, (await _vault.GetAsync("/keys/sealed")).Text);
    }

    [Fact]
    public async Task A_second_vault_on_the_same_folder_is_refused()
    {
        await _vault.StartAsync();

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(() => EmbeddedKeyVault.StartAsync(_vault.Options, _vault.Clock));

        Assert.Contains("KeyVault:Embedded:DataDirectory", fault.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync("/keys")).Status);
    }

    [Fact]
    public async Task A_busy_port_refuses_the_start_with_the_name_of_the_setting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _vault.Options.Port = ((IPEndPoint)other.LocalEndpoint).Port;

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("KeyVault:Embedded:Url", fault.Message, StringComparison.Ordinal);
        Assert.Contains(_vault.Options.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
        // Nothing is held on to: the same folder starts on another port.
        _vault.Options.Port = 0;
        await _vault.StartAsync();
    }

    [Fact]
    public async Task A_port_that_was_chosen_is_listened_on_and_written_down()
    {
        using (var other = new TcpListener(IPAddress.Loopback, 0))
        {
            other.Start();
            _vault.Options.Port = ((IPEndPoint)other.LocalEndpoint).Port;
        }

        await _vault.StartAsync();
        var made = await _vault.CreateVaultAsync("kv-port");

        Assert.Equal(_vault.Options.Port, _vault.Vault.Port);
        Assert.Equal(new Uri($"https://localhost:{_vault.Options.Port}"), _vault.Vault.Address);
        Assert.Equal($"https://kv-port.vault.localhost:{_vault.Options.Port}/", (string)made.Json["properties"]!["vaultUri"]!);
    }

    [Fact]
    public async Task Waiting_for_shutdown_ends_when_it_is_cancelled()
    {
        await _vault.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = _vault.Vault.WaitForShutdownAsync(cancellation.Token);
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void The_leaf_is_renewed_in_its_last_thirty_days_by_the_same_authority()
    {
        var folder = ProtectedFolder.Open(Path.Combine(_vault.Root, "ca"));
        var start = DateTimeOffset.UtcNow;
        var (authority, first) = LocalCertificateAuthority.Open(folder, start);

        var (_, kept) = LocalCertificateAuthority.Open(folder, start.AddDays(330));
        var (sameAuthority, renewed) = LocalCertificateAuthority.Open(folder, start.AddDays(340));

        Assert.False(authority.HasPrivateKey);
        Assert.Equal(first.Thumbprint, kept.Thumbprint);
        Assert.NotEqual(first.Thumbprint, renewed.Thumbprint);
        Assert.Equal(authority.Thumbprint, sameAuthority.Thumbprint);
        var names = renewed.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["localhost", "*.vault.localhost", "*.dps.localhost"], names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], names.EnumerateIPAddresses());
    }

    private async Task<List<string>> ReadAsync(IEnumerable<string> paths)
    {
        var texts = new List<string>();
        foreach (var path in paths)
        {
            texts.Add((await _vault.GetAsync(path)).Text);
        }

        return texts;
    }

#pragma warning disable CA1416 // Every caller has skipped on Windows.
    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode) => File.SetUnixFileMode(path, mode);
#pragma warning restore CA1416
}
