using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

public partial class KeyClient
{
    /// <summary>Creates an elliptic-curve key, or a new version of it if the name exists (permission: create).</summary>
    public virtual Response<KeyVaultKey> CreateEcKey(CreateEcKeyOptions ecKeyOptions, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(CreateEcKey), ecKeyOptions?.Name, null, Creation(ecKeyOptions), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="CreateEcKey"/>
    public virtual async Task<Response<KeyVaultKey>> CreateEcKeyAsync(CreateEcKeyOptions ecKeyOptions, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(CreateEcKey), ecKeyOptions?.Name, null, Creation(ecKeyOptions), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Creates a symmetric key, or a new version of it if the name exists (permission: create).</summary>
    public virtual Response<KeyVaultKey> CreateOctKey(CreateOctKeyOptions octKeyOptions, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(CreateOctKey), octKeyOptions?.Name, null, Creation(octKeyOptions), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="CreateOctKey"/>
    public virtual async Task<Response<KeyVaultKey>> CreateOctKeyAsync(CreateOctKeyOptions octKeyOptions, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(CreateOctKey), octKeyOptions?.Name, null, Creation(octKeyOptions), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes in a key made elsewhere, as a new version if the name exists (permission: import).</summary>
    public virtual Response<KeyVaultKey> ImportKey(string name, JsonWebKey keyMaterial, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(ImportKey), name, null, Importing(name, keyMaterial), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="ImportKey(string, JsonWebKey, CancellationToken)"/>
    public virtual async Task<Response<KeyVaultKey>> ImportKeyAsync(string name, JsonWebKey keyMaterial, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(ImportKey), name, null, Importing(name, keyMaterial), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes in a key made elsewhere, as a new version if the name exists (permission: import).</summary>
    public virtual Response<KeyVaultKey> ImportKey(ImportKeyOptions importKeyOptions, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(ImportKey), importKeyOptions?.Name, null, Importing(importKeyOptions), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="ImportKey(ImportKeyOptions, CancellationToken)"/>
    public virtual async Task<Response<KeyVaultKey>> ImportKeyAsync(ImportKeyOptions importKeyOptions, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(ImportKey), importKeyOptions?.Name, null, Importing(importKeyOptions), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Random bytes from the vault (in Azure from a managed HSM alone).</summary>
    /// <param name="count">1 to 128.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Response<byte[]> GetRandomBytes(int count, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(GetRandomBytes), null, null, Randomness(count), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="GetRandomBytes"/>
    public virtual async Task<Response<byte[]>> GetRandomBytesAsync(int count, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(GetRandomBytes), null, null, Randomness(count), true, cancellationToken).ConfigureAwait(false);

    private static VaultCall<KeyVaultKey> Creation(CreateEcKeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options, "ecKeyOptions");
        return Creation(options.Name, options.KeyType, options);
    }

    private static VaultCall<KeyVaultKey> Creation(CreateOctKeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options, "octKeyOptions");
        return Creation(options.Name, options.KeyType, options);
    }

    private static VaultCall<KeyVaultKey> Importing(string name, JsonWebKey keyMaterial)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(keyMaterial);
        return Importing(new ImportKeyOptions(name, keyMaterial));
    }

    private static VaultCall<KeyVaultKey> Importing(ImportKeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options, "importKeyOptions");
        return new(RequestMethod.Put, $"/keys/{options.Name}", KeyVaultKey.Read) { WriteBody = options.Write };
    }

    private static VaultCall<byte[]> Randomness(int count) =>
        new(RequestMethod.Post, "/rng", json => json.OptionalBytes("value")) { WriteBody = json => json.WriteNumber("count", count) };
}
