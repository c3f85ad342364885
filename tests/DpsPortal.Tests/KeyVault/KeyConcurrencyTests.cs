using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.Tests.KeyVault;

/// <summary>One name, changed by many at once.</summary>
[StartsHosts]
public sealed class KeyConcurrencyTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Name = "kv-busy";
    private static readonly string[] Paths = ["/keys", "/deletedkeys", "/keys/one", "/keys/one/versions", "/deletedkeys/one"];
    private static readonly string Host = RunningVault.VaultAddress(Name);

    [Fact]
    public async Task Delete_create_unwrap_recover_purge_and_restore_at_once_end_in_a_legal_state_and_never_in_a_fault()
    {
        await vault.CreateVaultAsync(Name, purgeProtection: false);
        var key = await vault.CreateKeyAsync("one", vaultName: Name);
        var wrapped = await vault.PostAsync($"{Host}/keys/one/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        var blob = new { value = (string)(await vault.SendAsync(HttpMethod.Post, $"{Host}/keys/one/backup")).Json["value"]! };
        var unwrap = new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! };
        var seen = new ConcurrentBag<(string Operation, int Status)>();

        (string Operation, HttpMethod Method, string Path, object? Body, int Times)[] callers =
        [
            ("unwrap", HttpMethod.Post, $"/keys/one/{key.KeyVersion}/unwrapkey", unwrap, 120),
            ("unwrap", HttpMethod.Post, $"/keys/one/{key.KeyVersion}/unwrapkey", unwrap, 120),
            ("delete", HttpMethod.Delete, "/keys/one", null, 40),
            ("recover", HttpMethod.Post, "/deletedkeys/one/recover", null, 30),
            ("purge", HttpMethod.Delete, "/deletedkeys/one", null, 30),
            ("restore", HttpMethod.Post, "/keys/restore", blob, 60),
            ("update", HttpMethod.Patch, "/keys/one", new { tags = new { a = "b" } }, 60),
            ("create", HttpMethod.Post, "/keys/one/create", new { kty = "RSA" }, 4),
            ("rotate", HttpMethod.Post, "/keys/one/rotate", null, 4),
        ];
        await Task.WhenAll(callers.Select(caller => Task.Run(async () =>
        {
            for (var time = 0; time < caller.Times; time++)
            {
                var answer = await vault.SendAsync(caller.Method, Host + caller.Path, caller.Body);
                seen.Add((caller.Operation, (int)answer.Status));
            }
        })));

        Assert.DoesNotContain(seen, answer => answer.Status is not (200 or 204 or 404 or 409));
        Assert.DoesNotContain(seen, answer => answer.Operation is "unwrap" or "update" or "rotate" && answer.Status is not (200 or 404));
        Assert.Contains(("purge", 204), seen);
        Assert.Empty(vault.Logs);
        await AssertMemoryIsWhatIsStoredAsync();
    }

    [Fact]
    public void A_key_in_use_while_it_is_purged_is_closed_by_its_last_user()
    {
        using var folder = new TemporaryFolder();
        using var masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(folder.Path, "mk")), databaseExists: false);
        var slot = new KeySlot("v", "n", "1");
        var material = RsaMaterial.Take(RSA.Create(2048), "RSA", slot, masterKey);
        var wrapped = material.Rsa.Encrypt([1, 2, 3], RSAEncryptionPadding.OaepSHA256);

        Assert.True(material.TryBeginUse());
        material.Dispose();
        Assert.Equal([1, 2, 3], material.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256));
        Assert.True(material.TryBeginUse());
        material.EndUse();
        material.EndUse();

        Assert.False(material.TryBeginUse());
        Assert.ThrowsAny<ObjectDisposedException>(() => material.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256));
    }

    /// <summary>A restart reads what is stored: it must answer what was answered before it.</summary>
    private async Task AssertMemoryIsWhatIsStoredAsync()
    {
        async Task<string[]> LookAsync() => [.. await Task.WhenAll(
            Paths.Select(async path => (await vault.GetAsync(Host + path)).Text))];
        var before = await LookAsync();
        var (present, deleted) = (JsonNode.Parse(before[0])!["value"]!.AsArray().Count, JsonNode.Parse(before[1])!["value"]!.AsArray().Count);
        Assert.InRange(present + deleted, 0, 1);

        await vault.StopAsync();
        await vault.StartAsync();

        Assert.Equal(before, await LookAsync());
    }
}
