using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>The key of one partition of records, in memory, with the commitment that its envelopes carry.</summary>
/// <remarks>
/// AES-GCM alone does not commit to its key: one ciphertext can be made to open under two. The commitment is derived
/// once per key (per record it would cost half the throughput) and compared before anything is decrypted.
/// </remarks>
internal sealed class DataEncryptionKey : IDisposable
{
    public DataEncryptionKey(int number, SecretKey key)
    {
        Number = number;
        Key = key;
        HKDF.Expand(HashAlgorithmName.SHA256, key.Bytes, Commitment, "dps dek commitment 1"u8);
    }

    /// <summary>Counts the DEKs of an instance, from 1.</summary>
    public int Number { get; }

    public SecretKey Key { get; }

    public byte[] Commitment { get; } = new byte[Envelope.CommitmentSize];

    public void Dispose() => Key.Dispose();

    public override string ToString() => nameof(DataEncryptionKey);
}
