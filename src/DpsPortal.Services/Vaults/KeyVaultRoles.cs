namespace DpsPortal.Services.Vaults;

/// <summary>What built-in roles of Azure mean for unwrapping; ids as published.</summary>
internal static class KeyVaultRoles
{
    public const string CryptoServiceEncryptionUser = "e147488a-f6f5-4113-8e2d-b22465e65bf6";

    // Key Vault Reader, Reader, Contributor and Owner: none of them has a data action that uses a key.
    private static readonly HashSet<string> WithoutUnwrap = new(StringComparer.OrdinalIgnoreCase)
    {
        "21090545-7ca7-4776-b22c-e363652d74d2",
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        [CryptoServiceEncryptionUser] = "Key Vault Crypto Service Encryption User",
        ["12338af0-0e69-4776-bea7-57ae8d297424"] = "Key Vault Crypto User",
        ["14b46e9e-c2b7-41b4-b07b-48a6ebf60603"] = "Key Vault Crypto Officer",
        ["00482a5a-887f-4fb3-b363-3b7fe8e74483"] = "Key Vault Administrator",
    };

    public static string NameOf(string roleDefinitionId) => Names.GetValueOrDefault(IdOf(roleDefinitionId), IdOf(roleDefinitionId));

    /// <summary>Whether a role can give access. One we do not know counts as one that can: a revoke must not promise too much.</summary>
    public static bool MayUnwrap(string roleDefinitionId) => !WithoutUnwrap.Contains(IdOf(roleDefinitionId));

    private static string IdOf(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
}
