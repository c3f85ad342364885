namespace DpsPortal.Services.Vaults;

/// <summary>Built-in roles of Azure by id, as published, for where their definitions are not at hand. What a role permits is read.</summary>
internal static class KeyVaultRoles
{
    public const string CryptoServiceEncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";

    /// <summary>The data action without which nothing that is wrapped can be read.</summary>
    public const string Unwrap = "Microsoft.KeyVault/vaults/keys/unwrap/action";

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        [CryptoServiceEncryptionUser] = "Key Vault Crypto Service Encryption User",
        ["12338af0-0e69-4776-bea7-57ae8d297424"] = "Key Vault Crypto User",
        ["14b46e9e-c2b7-41b4-b07b-48a6ebf60603"] = "Key Vault Crypto Officer",
        ["00482a5a-887f-4fb3-b363-3b7fe8e74483"] = "Key Vault Administrator",
    };

    public static string NameOf(string roleDefinitionId) => Names.GetValueOrDefault(IdOf(roleDefinitionId), IdOf(roleDefinitionId));

    private static string IdOf(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
}
