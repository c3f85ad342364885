namespace DpsPortal.KeyVault.Access;

/// <summary>The built-in roles of Azure Key Vault with their published ids, as far as they concern keys.</summary>
internal sealed record BuiltInRole(Guid Id, string Name, Func<string, bool> Allows)
{
    public static readonly BuiltInRole Administrator = new(new("00482a5a-887f-4fb3-b363-3b7fe8e74483"), "Key Vault Administrator",
        action => action.StartsWith(DataActions.Vaults, StringComparison.Ordinal));

    public static readonly BuiltInRole CryptoOfficer = new(new("14b46e9e-c2b7-41b4-b07b-48a6ebf60603"), "Key Vault Crypto Officer",
        action => action.StartsWith(DataActions.Keys, StringComparison.Ordinal) || action.StartsWith(DataActions.Policies, StringComparison.Ordinal) || action is DataActions.Random);

    public static readonly BuiltInRole CryptoUser = new(new("12338af0-0e69-4776-bea7-57ae8d297424"), "Key Vault Crypto User",
        action => action is DataActions.Read or DataActions.Update or DataActions.Backup or DataActions.Encrypt or DataActions.Decrypt
            or DataActions.Wrap or DataActions.Unwrap or DataActions.Sign or DataActions.Verify or DataActions.Random);

    public static readonly BuiltInRole CryptoServiceEncryptionUser = new(new("e147488a-f6f5-4113-8e2d-b22465e65bf6"), "Key Vault Crypto Service Encryption User",
        action => action is DataActions.Read or DataActions.Wrap or DataActions.Unwrap);

    public static readonly BuiltInRole CryptoServiceReleaseUser = new(new("08bbd89e-9f13-488c-ac41-acfcb10c90ab"), "Key Vault Crypto Service Release User",
        action => action is DataActions.Release);

    /// <summary>Purges deleted vaults, not keys.</summary>
    public static readonly BuiltInRole PurgeOperator = new(new("a68e7c17-0ab2-4c09-9a58-125dae29748c"), "Key Vault Purge Operator",
        action => action is DataActions.PurgeVault or DataActions.ReadDeletedVault);

    public static readonly BuiltInRole Reader = new(new("21090545-7ca7-4776-b22c-e363652d74d2"), "Key Vault Reader",
        action => action.StartsWith(DataActions.Vaults, StringComparison.Ordinal) && action.EndsWith("/read", StringComparison.Ordinal));

    private static readonly Dictionary<Guid, BuiltInRole> All =
        new[] { Administrator, CryptoOfficer, CryptoUser, CryptoServiceEncryptionUser, CryptoServiceReleaseUser, PurgeOperator, Reader }.ToDictionary(role => role.Id);

    public static BuiltInRole? Find(Guid id) => All.GetValueOrDefault(id);
}
