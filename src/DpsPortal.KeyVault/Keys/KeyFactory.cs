using System.Security.Cryptography;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// Makes keys: away from the threads that serve requests, because an RSA key takes up to seconds, and no more at a time than
/// leave a core to them.
/// </summary>
internal sealed class KeyFactory(MasterKey masterKey) : IDisposable
{
    private readonly SemaphoreSlim _generating = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>32 random hexadecimal digits, as Key Vault names versions.</summary>
    public static string NewVersionId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public async Task<KeyMaterial> GenerateAsync(KeySpec spec, string keyType, KeySlot slot, CancellationToken cancellationToken)
    {
        await _generating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Generate(spec, keyType, slot), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _generating.Release();
        }
    }

    /// <returns>The material, or what is wrong with the key.</returns>
    public (KeyMaterial? Material, string? Fault) Import(ImportedJwk jwk, string keyType, KeySlot slot)
    {
        switch (keyType)
        {
            case KeyTypes.Rsa or KeyTypes.RsaHsm:
                var (rsa, rsaFault) = KeyImport.Rsa(jwk);
                return (rsa is null ? null : RsaMaterial.Take(rsa, keyType, slot, masterKey), rsaFault);
            case KeyTypes.Ec or KeyTypes.EcHsm:
                var (ec, curve, ecFault) = KeyImport.Ec(jwk);
                return (ec is null ? null : EcMaterial.Take(ec, curve!, keyType, slot, masterKey), ecFault);
            default:
                var (oct, octFault) = KeyImport.Oct(jwk);
                return (oct is null ? null : OctMaterial.Take(oct, keyType, slot, masterKey), octFault);
        }
    }

    /// <summary>
    /// A new version like the current one, with attributes of its own: enabled, and expiring as the rotation policy says. The
    /// old version stays as it is.
    /// </summary>
    public async Task<KeyVersion> NextVersionAsync(StoredKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var current = key.Current;
        var id = NewVersionId();
        var material =
            await GenerateAsync(current.Material.Spec, current.KeyType, new KeySlot(key.Vault, key.Name, id), cancellationToken).ConfigureAwait(false);
        var attributes = new KeyAttributes(true, null, key.Policy?.ExpiryOfNewVersion(now), now, now);
        return new KeyVersion(id, current.KeyType, material, current.Operations, attributes, current.Tags);
    }

    public void Dispose() => _generating.Dispose();

    private KeyMaterial Generate(KeySpec spec, string keyType, KeySlot slot) => spec switch
    {
        KeySpec.Rsa rsa => RsaMaterial.Take(RsaKeys.Generate(rsa.Size, rsa.Exponent), keyType, slot, masterKey),
        KeySpec.Ec ec => EcMaterial.Take(ECDsa.Create(ec.Curve.Parameters), ec.Curve, keyType, slot, masterKey),
        KeySpec.Oct oct => OctMaterial.Take(RandomNumberGenerator.GetBytes(oct.Size / 8), keyType, slot, masterKey),
        _ => throw new InvalidOperationException($"There is no key of kind {spec.GetType().Name}."),
    };
}
