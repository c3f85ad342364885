using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

public partial class KeyClient
{
    /// <summary>Creates a new version by the key's rotation policy; the old ones stay as they are (permission: rotate).</summary>
    /// <remarks>Not idempotent: a call repeated after a lost answer makes one more version.</remarks>
    public virtual Response<KeyVaultKey> RotateKey(string name, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(RotateKey), name, null, Rotation(name), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="RotateKey"/>
    public virtual async Task<Response<KeyVaultKey>> RotateKeyAsync(string name, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(RotateKey), name, null, Rotation(name), true, cancellationToken).ConfigureAwait(false);

    /// <summary>A key's rotation policy (permission: get). Where none was set it is the vault's default, without an id.</summary>
    public virtual Response<KeyRotationPolicy> GetKeyRotationPolicy(string keyName, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(GetKeyRotationPolicy), keyName, null, GettingPolicy(keyName), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="GetKeyRotationPolicy"/>
    public virtual async Task<Response<KeyRotationPolicy>> GetKeyRotationPolicyAsync(string keyName, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(GetKeyRotationPolicy), keyName, null, GettingPolicy(keyName), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Replaces a key's rotation policy (permission: update).</summary>
    public virtual Response<KeyRotationPolicy> UpdateKeyRotationPolicy(
        string keyName, KeyRotationPolicy policy, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(UpdateKeyRotationPolicy), keyName, null, UpdatingPolicy(keyName, policy), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="UpdateKeyRotationPolicy"/>
    public virtual async Task<Response<KeyRotationPolicy>> UpdateKeyRotationPolicyAsync(
        string keyName, KeyRotationPolicy policy, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(UpdateKeyRotationPolicy), keyName, null, UpdatingPolicy(keyName, policy), true, cancellationToken).ConfigureAwait(false);

    private static VaultCall<KeyVaultKey> Rotation(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Post, $"/keys/{name}/rotate", KeyVaultKey.Read);
    }

    private static VaultCall<KeyRotationPolicy> GettingPolicy(string keyName)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyName);
        return new(RequestMethod.Get, $"/keys/{keyName}/rotationpolicy", KeyRotationPolicy.Read);
    }

    private static VaultCall<KeyRotationPolicy> UpdatingPolicy(string keyName, KeyRotationPolicy policy)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyName);
        ArgumentNullException.ThrowIfNull(policy);
        return new(RequestMethod.Put, $"/keys/{keyName}/rotationpolicy", KeyRotationPolicy.Read) { WriteBody = policy.Write };
    }
}
