using System.Security.Cryptography;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys.Cryptography;

public partial class CryptographyClient
{
    /// <summary>Signs a digest at the vault.</summary>
    public virtual SignResult Sign(SignatureAlgorithm algorithm, byte[] digest, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Sign(nameof(Sign), algorithm, digest), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Sign"/>
    public virtual async Task<SignResult> SignAsync(SignatureAlgorithm algorithm, byte[] digest, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Sign(nameof(Sign), algorithm, digest), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes the digest of data here and signs it at the vault.</summary>
    public virtual SignResult SignData(SignatureAlgorithm algorithm, byte[] data, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Sign(nameof(SignData), algorithm, Digest(algorithm, data)), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="SignData(SignatureAlgorithm, byte[], CancellationToken)"/>
    public virtual async Task<SignResult> SignDataAsync(SignatureAlgorithm algorithm, byte[] data, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Sign(nameof(SignData), algorithm, Digest(algorithm, data)), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes the digest of data here and signs it at the vault.</summary>
    public virtual SignResult SignData(SignatureAlgorithm algorithm, Stream data, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Sign(nameof(SignData), algorithm, Digest(algorithm, data)), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="SignData(SignatureAlgorithm, Stream, CancellationToken)"/>
    public virtual async Task<SignResult> SignDataAsync(SignatureAlgorithm algorithm, Stream data, CancellationToken cancellationToken = default)
    {
        var digest = await DigestAsync(algorithm, data, cancellationToken).ConfigureAwait(false);
        return await RunAsync(Operations.Sign(nameof(SignData), algorithm, digest), true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies the signature of a digest, here where the public key allows it.</summary>
    public virtual VerifyResult Verify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Verify(nameof(Verify), algorithm, digest, signature, KeyId), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="Verify"/>
    public virtual async Task<VerifyResult> VerifyAsync(
        SignatureAlgorithm algorithm, byte[] digest, byte[] signature, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Verify(nameof(Verify), algorithm, digest, signature, KeyId), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Verifies the signature of data whose digest is made here.</summary>
    public virtual VerifyResult VerifyData(SignatureAlgorithm algorithm, byte[] data, byte[] signature, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Verify(nameof(VerifyData), algorithm, Digest(algorithm, data), signature, KeyId), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="VerifyData(SignatureAlgorithm, byte[], byte[], CancellationToken)"/>
    public virtual async Task<VerifyResult> VerifyDataAsync(
        SignatureAlgorithm algorithm, byte[] data, byte[] signature, CancellationToken cancellationToken = default) =>
        await RunAsync(Operations.Verify(nameof(VerifyData), algorithm, Digest(algorithm, data), signature, KeyId), true, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Verifies the signature of data whose digest is made here.</summary>
    public virtual VerifyResult VerifyData(SignatureAlgorithm algorithm, Stream data, byte[] signature, CancellationToken cancellationToken = default) =>
        RunAsync(Operations.Verify(nameof(VerifyData), algorithm, Digest(algorithm, data), signature, KeyId), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="VerifyData(SignatureAlgorithm, Stream, byte[], CancellationToken)"/>
    public virtual async Task<VerifyResult> VerifyDataAsync(
        SignatureAlgorithm algorithm, Stream data, byte[] signature, CancellationToken cancellationToken = default)
    {
        var digest = await DigestAsync(algorithm, data, cancellationToken).ConfigureAwait(false);
        return await RunAsync(Operations.Verify(nameof(VerifyData), algorithm, digest, signature, KeyId), true, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Digest(SignatureAlgorithm algorithm, byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return CryptographicOperations.HashData(algorithm.Hash, data);
    }

    private static byte[] Digest(SignatureAlgorithm algorithm, Stream data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return CryptographicOperations.HashData(algorithm.Hash, data);
    }

    private static async Task<byte[]> DigestAsync(SignatureAlgorithm algorithm, Stream data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        return await CryptographicOperations.HashDataAsync(algorithm.Hash, data, cancellationToken).ConfigureAwait(false);
    }
}
