using System.Diagnostics;
using Azure.Core;
using Azure.Core.Cryptography;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>
/// Cryptography with one key. The public key is downloaded once; from then on encrypt and wrap run in this process,
/// so the vault neither sees nor can refuse them; so does verify. Decrypt, unwrap and sign always go to the vault.
/// </summary>
/// <remarks>
/// Every call throws <see cref="RequestFailedException"/> when the vault refuses. Encrypt and wrap throw
/// <see cref="InvalidOperationException"/> when the downloaded key is outside its time, by this machine's clock.
/// </remarks>
public partial class CryptographyClient : IKeyEncryptionKey
{
    private static readonly ActivitySource Source = new("Azure.Security.KeyVault.Keys.Cryptography.CryptographyClient");

    private readonly VaultPipeline _pipeline;
    private volatile PublicKey _publicKey;

    /// <summary>For tests that replace members.</summary>
    protected CryptographyClient()
    {
    }

    /// <param name="keyId">The key's identifier; without a version the current one is used.</param>
    /// <param name="credential">Whose tokens are sent.</param>
    /// <exception cref="ArgumentNullException">A parameter is null.</exception>
    public CryptographyClient(Uri keyId, TokenCredential credential)
        : this(keyId, credential, null)
    {
    }

    /// <param name="keyId">The key's identifier; without a version the current one is used.</param>
    /// <param name="credential">Whose tokens are sent.</param>
    /// <param name="options">Settings; null means the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keyId"/> or <paramref name="credential"/> is null.</exception>
    public CryptographyClient(Uri keyId, TokenCredential credential, CryptographyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new CryptographyClientOptions();
        _pipeline = VaultPipeline.Create(
            keyId, credential, options, options.VersionText, options.DisableChallengeResourceVerification);
    }

    internal CryptographyClient(VaultPipeline pipeline) => _pipeline = pipeline;

    /// <summary>The identifier the client was made with. Results carry the versioned one.</summary>
    public virtual string KeyId => _pipeline.BaseUri.ToString();

    /// <summary>Encrypts data that is shorter than the key.</summary>
    public virtual EncryptResult Encrypt(EncryptionAlgorithm algorithm, byte[] plaintext, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Encrypt(new EncryptParameters(algorithm, plaintext)), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Encrypt(EncryptionAlgorithm, byte[], CancellationToken)"/>
    public virtual async Task<EncryptResult> EncryptAsync(EncryptionAlgorithm algorithm, byte[] plaintext, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Encrypt(new EncryptParameters(algorithm, plaintext)), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Encrypts with the parameters of the algorithm, for instance those of AES.</summary>
    public virtual EncryptResult Encrypt(EncryptParameters encryptParameters, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Encrypt(encryptParameters), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Encrypt(EncryptParameters, CancellationToken)"/>
    public virtual async Task<EncryptResult> EncryptAsync(EncryptParameters encryptParameters, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Encrypt(encryptParameters), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Decrypts at the vault.</summary>
    public virtual DecryptResult Decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Decrypt(new DecryptParameters(algorithm, ciphertext)), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Decrypt(EncryptionAlgorithm, byte[], CancellationToken)"/>
    public virtual async Task<DecryptResult> DecryptAsync(EncryptionAlgorithm algorithm, byte[] ciphertext, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Decrypt(new DecryptParameters(algorithm, ciphertext)), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Decrypts at the vault with the parameters of the algorithm.</summary>
    public virtual DecryptResult Decrypt(DecryptParameters decryptParameters, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Decrypt(decryptParameters), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Decrypt(DecryptParameters, CancellationToken)"/>
    public virtual async Task<DecryptResult> DecryptAsync(DecryptParameters decryptParameters, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Decrypt(decryptParameters), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Wraps another key. Keep the result's versioned key identifier and algorithm beside it.</summary>
    public virtual WrapResult WrapKey(KeyWrapAlgorithm algorithm, byte[] key, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.WrapKey(algorithm, key), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="WrapKey"/>
    public virtual async Task<WrapResult> WrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] key, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.WrapKey(algorithm, key), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Unwraps another key at the vault.</summary>
    public virtual UnwrapResult UnwrapKey(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.UnwrapKey(algorithm, encryptedKey), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="UnwrapKey"/>
    public virtual async Task<UnwrapResult> UnwrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.UnwrapKey(algorithm, encryptedKey), true, cancellationToken).ConfigureAwait(false);

    byte[] IKeyEncryptionKey.WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        WrapKey(new KeyWrapAlgorithm(algorithm), key.ToArray(), cancellationToken).EncryptedKey;

    async Task<byte[]> IKeyEncryptionKey.WrapKeyAsync(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        (await WrapKeyAsync(new KeyWrapAlgorithm(algorithm), key.ToArray(), cancellationToken).ConfigureAwait(false)).EncryptedKey;

    byte[] IKeyEncryptionKey.UnwrapKey(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        UnwrapKey(new KeyWrapAlgorithm(algorithm), encryptedKey.ToArray(), cancellationToken).Key;

    async Task<byte[]> IKeyEncryptionKey.UnwrapKeyAsync(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        (await UnwrapKeyAsync(new KeyWrapAlgorithm(algorithm), encryptedKey.ToArray(), cancellationToken).ConfigureAwait(false)).Key;

    private async ValueTask<T> RunAsync<T>(CryptographyOperation<T> operation, bool async, CancellationToken cancellationToken)
        where T : class
    {
        using var scope = Source.StartScope(operation.Name, "az.keyvault.key.id", _pipeline.BaseUri.OriginalString);
        try
        {
            // Even an unwrap downloads first, as in the real package: a 404 is then told by the GET.
            var publicKey = _publicKey ??= await DownloadAsync(async, cancellationToken).ConfigureAwait(false);
            return operation.TryLocally(publicKey)
                ?? (await _pipeline.SendAsync(operation.AtVault, async, cancellationToken).ConfigureAwait(false)).Value;
        }
        catch (Exception error)
        {
            scope.Failed(error);
            throw;
        }
    }

    private async ValueTask<PublicKey> DownloadAsync(bool async, CancellationToken cancellationToken)
    {
        try
        {
            var getting = new VaultCall<KeyVaultKey>(RequestMethod.Get, string.Empty, KeyVaultKey.Read);
            var key = await _pipeline.SendAsync(getting, async, cancellationToken).ConfigureAwait(false);
            return new PublicKey(key.Value);
        }
        catch (RequestFailedException refused) when (refused.Status == 403)
        {
            // Who may wrap need not be allowed to read the key: then everything goes to the vault.
            return PublicKey.None;
        }
    }
}
