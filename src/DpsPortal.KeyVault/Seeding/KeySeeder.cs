using System.Security.Cryptography;
using System.Text.Json;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault.Seeding;

/// <summary>
/// Imports the keys of a file at start. The file is judged as a whole before anything is imported; each fault names the entry
/// and never a value. A name that is taken is left as it is, so that every start can have the same file.
/// </summary>
internal sealed partial class KeySeeder(
    KeyStore keys, KeyFactory factory, VaultRegistry vaults, EmbeddedKeyVaultOptions options, TimeProvider domainClock, ILogger<KeySeeder> logger)
{
    private const string Setting = EmbeddedKeyVaultOptions.SectionName + ":SeedFile";

    public async Task ImportAsync()
    {
        if (options.SeedFile is not { Length: > 0 } file)
        {
            return;
        }

        var seeds = Read(file);
        var imported = 0;
        foreach (var seed in seeds.Where(seed => keys.Look(seed.Vault.Name, seed.Name).Presence == KeyPresence.Absent))
        {
            var id = $"{seed.Vault.Address(options.PublicPort)}keys/{seed.Name}/{seed.Version.Version}";
            var audit = AuditTrail.OfTheVault("KeyImport", seed.Vault.ResourceId(options.SubscriptionId), id);
            await keys.RestoreAsync(seed.Vault.Name, seed.Name, [seed.Version], seed.Policy, audit).ConfigureAwait(false);
            imported++;
        }

        Imported(imported, seeds.Count - imported, file);
    }

    private List<Seed> Read(string file)
    {
        var faults = new List<string>();
        var seeds = new List<Seed>();
        var content = File.ReadAllBytes(file);
        try
        {
            if (content is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            {
                throw new VaultStartRefusedException($"{Setting} {file} cannot be imported: it is UTF-16; save it as UTF-8.");
            }

            var text = content.AsSpan(content is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0);
            var entries = JsonSerializer.Deserialize(text, SeedJson.Default.SeedBody)?.Keys ?? [];
            for (var index = 0; index < entries.Count; index++)
            {
                var (seed, fault) = Read(entries[index], seeds);
                if (seed is not null)
                {
                    seeds.Add(seed);
                }
                else
                {
                    faults.Add($"keys[{index}]: {fault}");
                }
            }
        }
        catch (JsonException fault)
        {
            faults.Add(WhereOf(fault));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }

        return faults.Count == 0
            ? seeds
            : throw new VaultStartRefusedException($"{Setting} {file} cannot be imported; nothing has been. " + string.Join(" ", faults));
    }

    private (Seed? Seed, string? Fault) Read(JsonElement entry, List<Seed> before)
    {
        SeedKeyBody? body;
        try
        {
            body = entry.Deserialize(SeedJson.Default.SeedKeyBody);
        }
        catch (JsonException fault)
        {
            return (null, WhereOf(fault));
        }

        if (body is null || !KeyName.IsValid(body.Name ?? ""))
        {
            return (null, "name must have 1 to 127 letters, digits and hyphens.");
        }

        if (vaults.Find(body.Vault ?? options.DefaultVault) is not { } vault)
        {
            return (null, $"there is no vault {body.Vault}.");
        }

        if (before.Any(seed => seed.Vault == vault && seed.Name.Equals(body.Name, StringComparison.OrdinalIgnoreCase)))
        {
            return (null, $"the name {body.Name} occurs twice.");
        }

        return Read(body, vault);
    }

    private (Seed? Seed, string? Fault) Read(SeedKeyBody body, VaultResource vault)
    {
        if (body.Key is null == body.Pem is null)
        {
            return (null, $"{body.Name} must have either key (a JSON Web Key) or pem.");
        }

        var (key, unreadable) = body.Key is null ? PemKey.Read(body.Pem!, body.KeyOps) : (body.Key, null);
        using var jwk = key;
        if (jwk is null)
        {
            return (null, $"{body.Name}: pem {unreadable}");
        }

        var import = new KeyImportBody { Hsm = body.Hsm, Key = jwk, Attributes = body.Attributes, Tags = body.Tags };
        if ((KeyInput.Fault(import, vault) ?? KeyOperations.Fault(KeyInput.ImportedType(import)!, body.KeyOps)) is { } fault)
        {
            return (null, $"{body.Name}: {fault.Message}");
        }

        var now = KeyTime.Now(domainClock);
        var (policy, wrongPolicy) = PolicyOf(body, now);
        if (wrongPolicy is not null)
        {
            return (null, $"{body.Name}: {wrongPolicy}");
        }

        var id = KeyFactory.NewVersionId();
        var keyType = KeyInput.ImportedType(import)!;
        var (material, wrongKey) = factory.Import(jwk, keyType, new KeySlot(vault.Name, body.Name!, id));
        return material is null
            ? (null, $"{body.Name}: {wrongKey}")
            : (
                new Seed(vault, body.Name!, KeyInput.NewVersion(id, keyType, material, body.KeyOps ?? jwk.KeyOps, body.Attributes, body.Tags, now), policy),
                null);
    }

    private static (RotationPolicy? Policy, string? Fault) PolicyOf(SeedKeyBody body, DateTimeOffset now)
    {
        if (body.RotationPolicy is not { } policy)
        {
            return (null, null);
        }

        if (RotationPolicyEndpoints.Actions(policy) is not { } actions)
        {
            return (null, "each lifetime action of the rotation policy needs a trigger and an action type Rotate or Notify.");
        }

        return RotationPolicy.Fault(actions, policy.Attributes?.ExpiryTime) is { } fault
            ? (null, fault)
            : (new RotationPolicy(actions, policy.Attributes?.ExpiryTime, now, now), null);
    }

    /// <summary>Where, and not what: the message of the fault may quote the file.</summary>
    private static string WhereOf(JsonException fault) =>
        $"not of the form that the README describes, at {fault.Path ?? "$"} (line {(fault.LineNumber ?? 0) + 1}).";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Imported} keys were imported and {Present} were there already ({File}).")]
    private partial void Imported(int imported, int present, string file);

    private sealed record Seed(VaultResource Vault, string Name, KeyVersion Version, RotationPolicy? Policy);
}
