using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Backups;
using DpsPortal.KeyVault.Storage;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Backup and restore of a key with all its versions, and blobs that are none.</summary>
[StartsHosts]
public sealed class BackupTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Magic = "&AzureKeyVaultKeyBackupV1.microsoft.com";
    private static readonly string[] WrapAndUnwrap = ["wrapKey", "unwrapKey"];

    [Fact]
    public async Task A_restored_key_has_its_versions_attributes_tags_and_policy_under_the_same_ids_and_opens_what_it_wrapped()
    {
        await vault.CreateVaultAsync("kv-second", purgeProtection: false, sku: "premium");
        var second = RunningVault.VaultAddress("kv-second");
        var first = await vault.CreateKeyAsync(
            "saved", new { kty = "RSA-HSM", key_ops = WrapAndUnwrap, tags = new { owner = "it" }, attributes = new { exp = 2_000_000_000 } });
        var wrapped = await vault.PostAsync("/keys/saved/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        vault.Clock.Advance(TimeSpan.FromHours(1));
        await vault.PostAsync("/keys/saved/rotate", null);
        await vault.PostAsync("/keys/saved/rotate", null);
        await vault.PatchAsync($"/keys/saved/{first.KeyVersion}", new { attributes = new { enabled = true, nbf = 1_700_000_000 } });
        await vault.SendAsync(HttpMethod.Put, "/keys/saved/rotationpolicy", new { attributes = new { expiryTime = "P90D" } });

        var backup = await vault.SendAsync(HttpMethod.Post, "/keys/saved/backup");
        var restored = await vault.PostAsync($"{second}/keys//restore", new { value = (string)backup.Json["value"]! });

        Assert.Equal((HttpStatusCode.OK, "value"), (backup.Status, Assert.Single(backup.Json.AsObject()).Key));
        Assert.StartsWith(Magic, Encoding.ASCII.GetString(Base64UrlEncoder.DecodeBytes((string)backup.Json["value"]!)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, restored.Status);
        foreach (var path in new[] { "/keys/saved", "/keys/saved/versions", $"/keys/saved/{first.KeyVersion}", "/keys/saved/rotationpolicy" })
        {
            var (old, made) = (await vault.GetAsync(path), await vault.GetAsync(second + path));
            // The second vault has no purge protection; all else is the same.
            Assert.Equal(
                old.Text,
                made.Text.Replace("kv-second", "kv-contoso-prod", StringComparison.Ordinal)
                    .Replace("Recoverable\\u002BPurgeable", "Recoverable", StringComparison.Ordinal));
        }

        var opened = await vault.PostAsync(
            $"{second}/keys/saved/{first.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });
        Assert.Equal("AQID", (string)opened.Json["value"]!);
    }

    [Fact]
    public async Task A_blob_made_before_a_purge_still_restores_and_a_name_that_is_taken_or_deleted_refuses_it()
    {
        await using var own = new RunningVault();
        await own.StartAsync();
        await own.CreateVaultAsync("kv-open", purgeProtection: false);
        var host = RunningVault.VaultAddress("kv-open");
        var key = await own.CreateKeyAsync("again", vaultName: "kv-open");
        var blob = new { value = (string)(await own.SendAsync(HttpMethod.Post, $"{host}/keys/again/backup")).Json["value"]! };

        var overExisting = await own.PostAsync($"{host}/keys/restore", blob);
        await own.SendAsync(HttpMethod.Delete, $"{host}/keys/again");
        var overDeleted = await own.PostAsync($"{host}/keys/restore", blob);
        await own.SendAsync(HttpMethod.Delete, $"{host}/deletedkeys/again");
        // The blob outlives the database that it came from and, as its key does not lie in it, the master key of that database.
        await own.StopAsync();
        Directory.Delete(own.Options.DataDirectory, recursive: true);
        File.Delete(Path.Combine(own.Root, "vault-master-key", "master.key"));
        await own.StartAsync();
        await own.CreateVaultAsync("kv-open", purgeProtection: false);
        var restored = await own.PostAsync($"{host}/keys/restore", blob);

        Assert.Equal((HttpStatusCode.Conflict, "Conflict", null), (overExisting.Status, overExisting.Code, overExisting.InnerCode));
        Assert.StartsWith(
            $"There was a conflict restoring the key '{key.KeyId}'. This can happen if either: a second key", overExisting.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "ObjectIsDeletedButRecoverable"), (overDeleted.Status, overDeleted.InnerCode));
        Assert.Equal((HttpStatusCode.OK, key.Text), (restored.Status, restored.Text));
    }

    [Theory]
    [InlineData("", "Backup blob contains invalid or corrupt version.")]
    [InlineData("A", "Backup blob is corrupt.")]
    [InlineData("+/==", "Backup blob is corrupt.")]
    [InlineData("AAAA", "Backup blob contains invalid or corrupt version.")]
    [InlineData("JkF6dXJlS2V5VmF1bHRLZXlCYWNrdXBWMS5taWNyb3NvZnQuY29t", "Backup blob contains invalid or corrupt version.")]
    [InlineData("JkF6dXJlS2V5VmF1bHRLZXlCYWNrdXBWMS5taWNyb3NvZnQuY29tAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Backup blob is corrupt.")]
    public async Task What_is_no_blob_of_this_vault_is_corrupt(string value, string message)
    {
        var answer = await vault.PostAsync("/keys/restore", new { value });

        Assert.Equal((HttpStatusCode.BadRequest, "Malformed backup blob", message), (answer.Status, answer.Code, answer.Message));
    }

    [Fact]
    public async Task A_changed_blob_never_opens()
    {
        await vault.CreateKeyAsync("mutated");
        var blob = Base64UrlEncoder.DecodeBytes((string)(await vault.SendAsync(HttpMethod.Post, "/keys/mutated/backup")).Json["value"]!);
        using var key = BackupKey.Open(ProtectedFolder.Open(Path.Combine(vault.Root, "vault-master-key")));
        var scope = new BackupScope(vault.Options.TenantId, Guid.Parse(vault.Options.SubscriptionId), "Europe");
        var random = new Random(7);
        Assert.NotNull(BackupBlob.Read(blob, key, scope));

        for (var round = 0; round < 5_000; round++)
        {
            var changed = Mutate(blob, random);
            Assert.Null(BackupBlob.Read(changed, key, scope));
            if (round % 50 == 0)
            {
                var answer = await vault.PostAsync("/keys/restore", new { value = Base64UrlEncoder.Encode(changed) });
                Assert.Equal((HttpStatusCode.BadRequest, "Malformed backup blob"), (answer.Status, answer.Code));
            }
        }
    }

    [Fact]
    public void A_blob_opens_only_in_its_tenant_subscription_and_geography_and_under_its_own_key()
    {
        using var folder = new TemporaryFolder();
        using var key = BackupKey.Open(ProtectedFolder.Open(Path.Combine(folder.Path, "a")));
        using var other = BackupKey.Open(ProtectedFolder.Open(Path.Combine(folder.Path, "b")));
        using var again = BackupKey.Open(ProtectedFolder.Open(Path.Combine(folder.Path, "a")));
        var scope = new BackupScope(Guid.NewGuid(), Guid.NewGuid(), Geography.Of("westeurope"));
        var blob = BackupBlob.Write(new KeyBackup("name", [], null), key, scope);

        Assert.Equal("name", BackupBlob.Read(blob, again, scope)!.Name);
        Assert.NotNull(BackupBlob.Read(blob, key, scope with { Geography = Geography.Of("North Europe") }));
        Assert.Null(BackupBlob.Read(blob, other, scope));
        Assert.Null(BackupBlob.Read(blob, key, scope with { Tenant = Guid.NewGuid() }));
        Assert.Null(BackupBlob.Read(blob, key, scope with { Subscription = Guid.NewGuid() }));
        Assert.Null(BackupBlob.Read(blob, key, scope with { Geography = Geography.Of("westus2") }));
        Assert.Equal("BackupKey", key.ToString());
    }

    [Fact]
    public async Task A_blob_of_another_geography_is_refused()
    {
        var answer = await vault.SendAsync(HttpMethod.Put, vault.VaultResourceId("kv-america"), new
        {
            location = "eastus",
            properties = new { tenantId = vault.Options.TenantId, sku = new { family = "A", name = "standard" } },
        });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        await vault.CreateKeyAsync("travels");
        var blob = new { value = (string)(await vault.SendAsync(HttpMethod.Post, "/keys/travels/backup")).Json["value"]! };

        Assert.Equal("Malformed backup blob", (await vault.PostAsync($"{RunningVault.VaultAddress("kv-america")}/keys/restore", blob)).Code);
    }

    [Fact]
    public async Task Only_a_restore_takes_a_body_beyond_64_KB_and_even_that_has_a_limit()
    {
        var large = new string('A', 1_000_000);
        using var tooLarge = new HttpRequestMessage(HttpMethod.Post, $"{RunningVault.VaultAddress(vault.Options.DefaultVault)}/keys/restore?api-version=7.6")
        {
            Content = new StringContent($"{{\"value\":\"{new string('A', 17_000_000)}\"}}", Encoding.UTF8, "application/json"),
        };
        tooLarge.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());

        Assert.Equal("Malformed backup blob", (await vault.PostAsync("/keys/restore", new { value = large })).Code);
        Assert.Equal("BadParameter", (await vault.SendAsync(tooLarge)).Code);
        Assert.Equal("BadParameter", (await vault.PostAsync("/keys/large/create", new { kty = "RSA", tags = new { a = large } })).Code);
    }

    [Fact]
    public async Task Nothing_of_a_private_key_can_be_read_in_a_blob()
    {
        await vault.CreateKeyAsync("opaque");
        var blob = Base64UrlEncoder.DecodeBytes((string)(await vault.SendAsync(HttpMethod.Post, "/keys/opaque/backup")).Json["value"]!);

        Assert.DoesNotContain("opaque", Encoding.Latin1.GetString(blob), StringComparison.Ordinal);
        Assert.DoesNotContain("privateKey", Encoding.Latin1.GetString(blob), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lax_backup_key_refuses_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "keys");
        BackupKey.Open(ProtectedFolder.Open(path)).Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(path, "backup.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        Assert.Throws<VaultStartRefusedException>(() => BackupKey.Open(ProtectedFolder.Open(path)));
    }

    private static byte[] Mutate(byte[] blob, Random random) => random.Next(4) switch
    {
        0 => blob[..random.Next(blob.Length)],
        1 => [.. blob, .. RandomNumberGenerator.GetBytes(1 + random.Next(40))],
        2 => [.. blob[..40], .. blob[(41 + random.Next(40))..]],
        _ => Flip(blob, random.Next(blob.Length), 1 << random.Next(8)),
    };

    private static byte[] Flip(byte[] blob, int index, int bit)
    {
        var changed = blob.ToArray();
        changed[index] ^= (byte)bit;
        return changed;
    }
}
