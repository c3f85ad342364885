using System.Diagnostics;
using Azure.Core;
using Azure.Security.KeyVault.Keys.Cryptography;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// Manages the keys of one vault. Safe for use by many threads; make one per vault and identity.
/// Every call throws <see cref="RequestFailedException"/> when the vault refuses, and
/// <see cref="InvalidOperationException"/> when the vault asks for a token of a resource that is not its own.
/// </summary>
public partial class KeyClient
{
    private static readonly ActivitySource Source = new("Azure.Security.KeyVault.Keys.KeyClient");

    private readonly VaultPipeline _pipeline;

    /// <summary>For tests that replace members.</summary>
    protected KeyClient()
    {
    }

    /// <param name="vaultUri">The vault's address, https.</param>
    /// <param name="credential">Whose tokens are sent.</param>
    /// <exception cref="ArgumentNullException">A parameter is null.</exception>
    public KeyClient(Uri vaultUri, TokenCredential credential)
        : this(vaultUri, credential, null)
    {
    }

    /// <param name="vaultUri">The vault's address, https.</param>
    /// <param name="credential">Whose tokens are sent.</param>
    /// <param name="options">Settings; null means the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="vaultUri"/> or <paramref name="credential"/> is null.</exception>
    public KeyClient(Uri vaultUri, TokenCredential credential, KeyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(vaultUri);
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new KeyClientOptions();
        _pipeline = VaultPipeline.Create(
            vaultUri, credential, options, options.VersionText, options.DisableChallengeResourceVerification);
    }

    /// <summary>The vault's address.</summary>
    public virtual Uri VaultUri => _pipeline.BaseUri;

    /// <summary>Creates a key, or a new version of it if the name exists (permission: create).</summary>
    public virtual Response<KeyVaultKey> CreateKey(
        string name, KeyType keyType, CreateKeyOptions keyOptions = null, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(CreateKey), name, null, Creation(name, keyType, keyOptions), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="CreateKey"/>
    public virtual async Task<Response<KeyVaultKey>> CreateKeyAsync(
        string name, KeyType keyType, CreateKeyOptions keyOptions = null, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(CreateKey), name, null, Creation(name, keyType, keyOptions), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Creates an RSA key, or a new version of it if the name exists (permission: create).</summary>
    public virtual Response<KeyVaultKey> CreateRsaKey(CreateRsaKeyOptions rsaKeyOptions, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(CreateRsaKey), rsaKeyOptions?.Name, null, Creation(rsaKeyOptions), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="CreateRsaKey"/>
    public virtual async Task<Response<KeyVaultKey>> CreateRsaKeyAsync(CreateRsaKeyOptions rsaKeyOptions, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(CreateRsaKey), rsaKeyOptions?.Name, null, Creation(rsaKeyOptions), true, cancellationToken).ConfigureAwait(false);

    /// <summary>A key's version, or its current one (permission: get). A disabled key answers too.</summary>
    public virtual Response<KeyVaultKey> GetKey(string name, string version = null, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(GetKey), name, version, Getting(name, version), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="GetKey"/>
    public virtual async Task<Response<KeyVaultKey>> GetKeyAsync(string name, string version = null, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(GetKey), name, version, Getting(name, version), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes a version (permission: update). Only what is set is sent; tags and operations replace the whole set.</summary>
    public virtual Response<KeyVaultKey> UpdateKeyProperties(
        KeyProperties properties, IEnumerable<KeyOperation> keyOperations = null, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(UpdateKeyProperties), properties?.Name, properties?.Version, Updating(properties, keyOperations), false, cancellationToken)
            .EnsureCompleted();

    /// <inheritdoc cref="UpdateKeyProperties"/>
    public virtual async Task<Response<KeyVaultKey>> UpdateKeyPropertiesAsync(
        KeyProperties properties, IEnumerable<KeyOperation> keyOperations = null, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(UpdateKeyProperties), properties?.Name, properties?.Version, Updating(properties, keyOperations), true, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>A client for a key's cryptography, on the same pipeline: it sends no challenge and no token request of its own.</summary>
    public virtual CryptographyClient GetCryptographyClient(string keyName, string keyVersion = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyName);
        var keyId = new Uri(VaultUri, keyVersion is null ? $"/keys/{keyName}" : $"/keys/{keyName}/{keyVersion}");
        return new CryptographyClient(_pipeline.At(keyId));
    }

    private static VaultCall<KeyVaultKey> Creation(CreateRsaKeyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options, "rsaKeyOptions");
        return Creation(options.Name, options.KeyType, options);
    }

    private static VaultCall<KeyVaultKey> Creation(string name, KeyType keyType, CreateKeyOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (keyType == default)
        {
            throw new ArgumentException("Value cannot be empty.", nameof(keyType));
        }

        return new(RequestMethod.Post, $"/keys/{name}/create", KeyVaultKey.Read)
        {
            WriteBody = json =>
            {
                json.WriteString("kty", keyType.ToString());
                options?.Write(json);
            },
        };
    }

    private static VaultCall<KeyVaultKey> Getting(string name, string version)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Get, $"/keys/{name}/{version}", KeyVaultKey.Read);
    }

    private static VaultCall<KeyVaultKey> Updating(KeyProperties properties, IEnumerable<KeyOperation> keyOperations)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return new(RequestMethod.Patch, $"/keys/{properties.Name}/{properties.Version}", KeyVaultKey.Read)
        {
            WriteBody = json =>
            {
                properties.Attributes.Write(json);
                json.WriteOperations(keyOperations?.ToArray());
                json.WriteTags(properties.Tags);
            },
        };
    }

    private async ValueTask<Response<T>> CallAsync<T>(
        string operation, string name, string version, VaultCall<T> call, bool async, CancellationToken cancellationToken)
    {
        using var scope = Source.StartScope(operation, "az.keyvault.key.name", name, version);
        try
        {
            return await _pipeline.SendAsync(call, async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            scope.Failed(error);
            throw;
        }
    }
}
