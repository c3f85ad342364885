using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Access;

/// <summary>The only way to a vault: the key client, as the instance's identity, each call within <see cref="Patience"/>.</summary>
internal sealed class KeyVaults(VaultAccess access, TimeProvider systemClock, Classify classify)
{
    public const string WrapAlgorithm = "RSA-OAEP-256";

    /// <summary>Bounds how long a revoke or a restart can wait for a vault that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long what was read of a version may be used again.</summary>
    public static readonly TimeSpan Recently = TimeSpan.FromSeconds(5);

    private static readonly KeyWrapAlgorithm Algorithm = KeyWrapAlgorithm.RsaOaep256;

    private readonly ConcurrentDictionary<(ManagedIdentity, Uri), KeyClient> _keys = new();
    private readonly ConcurrentDictionary<(ManagedIdentity, KeyIdentifier), CryptographyClient> _versions = new();
    private readonly ConcurrentDictionary<KeyIdentifier, (KeyVaultKey Key, long AskedAt)> _read = new();

    public async Task<VaultReply<KeyVaultKey>> GetKeyAsync(ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var asked = systemClock.GetTimestamp();
        var reply = await AskAsync(
            async token => (await Keys(identity, key.Vault).GetKeyAsync(key.Name, key.Version, token).ConfigureAwait(false)).Value,
            cancellationToken).ConfigureAwait(false);
        if (reply is VaultReply<KeyVaultKey>.Answered(var found)
            && KeyIdentifier.TryParse($"{key.Versionless}/{found.Properties.Version}", out var version))
        {
            _read[version] = (found, asked);
        }

        return reply;
    }

    /// <summary>
    /// The version as the vault gave it to any instance, not more than <see cref="Recently"/> ago. What it says is true of the version,
    /// whoever asked; that an identity may use it only a call of that identity can show.
    /// </summary>
    public KeyVaultKey? RecentlyRead(KeyIdentifier version) =>
        _read.TryGetValue(version, out var read) && systemClock.GetElapsedTime(read.AskedAt) <= Recently ? read.Key : null;

    public Task<VaultReply<byte[]>> WrapAsync(ManagedIdentity identity, KeyIdentifier version, InstanceKey instanceKey, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                var bytes = instanceKey.CopyBytes();
                try
                {
                    return await WrapAsync(identity, version, bytes, token).ConfigureAwait(false);
                }
                catch (InvalidOperationException)
                {
                    // The client refuses a key that is outside its time as it was downloaded once. Its times may have changed since.
                    _versions.TryRemove((identity, version), out _);
                    return await WrapAsync(identity, version, bytes, token).ConfigureAwait(false);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(bytes);
                }
            },
            cancellationToken);

    public Task<VaultReply<InstanceKey>> UnwrapAsync(
        ManagedIdentity identity, KeyIdentifier version, Guid instance, byte[] wrapped, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                var bytes = (await Version(identity, version).UnwrapKeyAsync(Algorithm, wrapped, token).ConfigureAwait(false)).Key;
                try
                {
                    return bytes?.Length == SecretKey.Size
                        ? new InstanceKey(instance, new SecretKey(bytes))
                        : throw new FormatException("The unwrapped key has a wrong length.");
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(bytes);
                }
            },
            cancellationToken);

    private async Task<byte[]> WrapAsync(ManagedIdentity identity, KeyIdentifier version, byte[] key, CancellationToken cancellationToken) =>
        (await Version(identity, version).WrapKeyAsync(Algorithm, key, cancellationToken).ConfigureAwait(false)).EncryptedKey;

    private async Task<VaultReply<T>> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, systemClock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return new VaultReply<T>.Answered(await call(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Whatever a vault, its network or its token issuer does is evidence, not a fault of this program.
            return new VaultReply<T>.Failed(classify(failure), RetryAdvice.Of(failure, systemClock.GetUtcNow()));
        }
    }

    private KeyClient Keys(ManagedIdentity identity, Uri vault) =>
        _keys.GetOrAdd((identity, vault), pair =>
        {
            var options = new KeyClientOptions { RetryPolicy = new VaultRetries(access.RetryDelay) };
            options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
            if (access.Transport is { } transport)
            {
                options.Transport = transport;
            }

            return new KeyClient(pair.Item2, new InstanceCredential(access, pair.Item1), options);
        });

    /// <summary>By way of the vault's client, whose token serves for each version of each of its keys.</summary>
    private CryptographyClient Version(ManagedIdentity identity, KeyIdentifier version) =>
        _versions.GetOrAdd((identity, version), pair => Keys(pair.Item1, pair.Item2.Vault).GetCryptographyClient(pair.Item2.Name, pair.Item2.Version));
}
