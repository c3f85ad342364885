namespace Azure.Security.KeyVault.Keys;

/// <summary>Makes what the vault returns, for tests that replace members of <see cref="KeyClient"/>.</summary>
public static class KeyModelFactory
{
    public static KeyVaultKey KeyVaultKey(KeyProperties properties, JsonWebKey key) => new(properties, key);

    public static DeletedKey DeletedKey(
        KeyProperties properties, JsonWebKey key, Uri recoveryId = null, DateTimeOffset? deletedOn = default, DateTimeOffset? scheduledPurgeDate = default) =>
        new(properties, key) { RecoveryId = recoveryId, DeletedOn = deletedOn, ScheduledPurgeDate = scheduledPurgeDate };

    public static KeyProperties KeyProperties(
        Uri id = null,
        Uri vaultUri = null,
        string name = null,
        string version = null,
        bool managed = false,
        DateTimeOffset? createdOn = default,
        DateTimeOffset? updatedOn = default,
        string recoveryLevel = null,
        int? recoverableDays = default) =>
        new(new KeyAttributes
        {
            CreatedOn = createdOn,
            UpdatedOn = updatedOn,
            RecoveryLevel = recoveryLevel,
            RecoverableDays = recoverableDays,
        })
        {
            Id = id,
            VaultUri = vaultUri,
            Name = name,
            Version = version,
            Managed = managed,
        };

    public static KeyRotationPolicy KeyRotationPolicy(
        Uri id = null, DateTimeOffset? createdOn = default, DateTimeOffset? updatedOn = default) =>
        new() { Id = id, CreatedOn = createdOn, UpdatedOn = updatedOn };

    public static JsonWebKey JsonWebKey(
        KeyType keyType,
        string id = null,
        IEnumerable<KeyOperation> keyOps = null,
        KeyCurveName? curveName = default,
        byte[] d = null,
        byte[] dp = null,
        byte[] dq = null,
        byte[] e = null,
        byte[] k = null,
        byte[] n = null,
        byte[] p = null,
        byte[] q = null,
        byte[] qi = null,
        byte[] t = null,
        byte[] x = null,
        byte[] y = null) =>
        new(keyOps)
        {
            KeyType = keyType,
            Id = id,
            CurveName = curveName,
            D = d,
            DP = dp,
            DQ = dq,
            E = e,
            K = k,
            N = n,
            P = p,
            Q = q,
            QI = qi,
            T = t,
            X = x,
            Y = y,
        };
}
