namespace DpsPortal.KeyVault.Access;

/// <summary>
/// The built-in roles of Azure Key Vault that concern keys, and the general ones that people take for keys to everything, with their
/// published ids, descriptions and permissions. Actions are those of management, which here is the administrator's alone; what opens a key
/// are the data actions. One of these is ours:
/// random bytes, which Azure has in Managed HSM alone.
/// </summary>
/// <param name="Actions">Patterns of Azure RBAC: <c>*</c> stands for any text.</param>
internal sealed record BuiltInRole(Guid Id, string Name, string Description, string[] Actions, string[] NotActions, string[] Data)
{
    private const string RbacOnly = " Only works for key vaults that use the 'Azure role-based access control' permission model.";

    private static readonly string[] SeesVaults =
    [
        "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.Resources/deployments/*",
        "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*", "Microsoft.KeyVault/checkNameAvailability/read",
        "Microsoft.KeyVault/deletedVaults/read", "Microsoft.KeyVault/locations/*/read", "Microsoft.KeyVault/vaults/*/read",
        "Microsoft.KeyVault/operations/read",
    ];

    public static readonly BuiltInRole Administrator = new(new("00482a5a-887f-4fb3-b363-3b7fe8e74483"), "Key Vault Administrator",
        "Perform all data plane operations on a key vault and all objects in it, including certificates, keys, and secrets. Cannot manage key vault " +
        "resources or manage role assignments." +
            RbacOnly,
        SeesVaults, [], [DataActions.Vaults + "*"]);

    public static readonly BuiltInRole CryptoOfficer = new(new("14b46e9e-c2b7-41b4-b07b-48a6ebf60603"), "Key Vault Crypto Officer",
        "Perform any action on the keys of a key vault, except manage permissions." + RbacOnly,
        SeesVaults, [], [DataActions.Keys + "*", DataActions.Policies + "*", DataActions.Random]);

    public static readonly BuiltInRole CryptoUser = new(new("12338af0-0e69-4776-bea7-57ae8d297424"), "Key Vault Crypto User",
        "Perform cryptographic operations using keys." + RbacOnly,
        [], [],
        [
            DataActions.Read, DataActions.Update, DataActions.Backup, DataActions.Encrypt, DataActions.Decrypt, DataActions.Wrap, DataActions.Unwrap,
            DataActions.Sign, DataActions.Verify, DataActions.Random,
        ]);

    public static readonly BuiltInRole CryptoServiceEncryptionUser = new(new(
        "e147488a-f6f5-4113-8e2d-b22465e65bf6"), "Key Vault Crypto Service Encryption User",
        "Read metadata of keys and perform wrap/unwrap operations." + RbacOnly,
        ["Microsoft.EventGrid/eventSubscriptions/write", "Microsoft.EventGrid/eventSubscriptions/read", "Microsoft.EventGrid/eventSubscriptions/delete"], [],
        [DataActions.Read, DataActions.Wrap, DataActions.Unwrap]);

    public static readonly BuiltInRole CryptoServiceReleaseUser = new(new("08bbd89e-9f13-488c-ac41-acfcb10c90ab"), "Key Vault Crypto Service Release User",
        "Release keys." + RbacOnly,
        [], [], [DataActions.Release]);

    public static readonly BuiltInRole Reader = new(new("21090545-7ca7-4776-b22c-e363652d74d2"), "Key Vault Reader",
        "Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values such as secret contents or key material." + RbacOnly,
        SeesVaults, [], [DataActions.Vaults + "*/read", DataActions.Vaults + "secrets/readMetadata/action"]);

    /// <summary>Purges vaults, not keys: it has no data action.</summary>
    public static readonly BuiltInRole PurgeOperator = new(new("a68e7c17-0ab2-4c09-9a58-125dae29748c"), "Key Vault Purge Operator",
        "Allows permanent deletion of soft-deleted vaults.",
        [
            "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.KeyVault/deletedVaults/read", "Microsoft.KeyVault/locations/deletedVaults/read",
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/locations/operationResults/read",
        ],
        [], []);

    /// <summary>Manages vaults and opens no key: the assignment that people wonder about.</summary>
    public static readonly BuiltInRole Contributor = new(new("f25e0fa2-a7c8-4377-a976-54943a77a395"), "Key Vault Contributor",
        "Manage key vaults, but does not allow you to assign roles in Azure RBAC, and does not allow you to access secrets, keys, or certificates.",
        [
            "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*", "Microsoft.KeyVault/*", "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*",
        ],
        ["Microsoft.KeyVault/locations/deletedVaults/purge/action", "Microsoft.KeyVault/hsmPools/*", "Microsoft.KeyVault/managedHsms/*"], []);

    /// <summary>Of Azure as a whole, like the two below: none has a data action, so none opens a key.</summary>
    public static readonly BuiltInRole AzureOwner = new(new("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"), "Owner",
        "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
        ["*"], [], []);

    public static readonly BuiltInRole AzureContributor = new(new("b24988ac-6180-42a0-ab88-20f7382dd24c"), "Contributor",
        "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or " +
        "share image galleries.",
        ["*"],
        [
            "Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write", "Microsoft.Blueprint/blueprintAssignments/delete", "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write", "Microsoft.Purview/consents/delete", "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
            "Microsoft.Subscription/cancel/action", "Microsoft.Subscription/enable/action",
        ],
        []);

    public static readonly BuiltInRole AzureReader = new(new("acdd72a7-3385-48ef-bd42-f606fba81ae7"), "Reader",
        "View all resources, but does not allow you to make any changes.",
        ["*/read"], [], []);

    public static readonly IReadOnlyList<BuiltInRole> All =
    [
        Administrator, Contributor, CryptoOfficer, CryptoServiceEncryptionUser, CryptoServiceReleaseUser, CryptoUser, PurgeOperator, Reader,
        AzureContributor, AzureOwner, AzureReader,
    ];

    public static BuiltInRole? Find(Guid id) => All.FirstOrDefault(role => role.Id == id);

    public bool Allows(string action)
    {
        foreach (var pattern in Data)
        {
            var star = pattern.IndexOf('*', StringComparison.Ordinal);
            if (star < 0 ? pattern == action : Fits(action, pattern.AsSpan(0, star), pattern.AsSpan(star + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Fits(ReadOnlySpan<char> action, ReadOnlySpan<char> start, ReadOnlySpan<char> end) =>
        action.Length >= start.Length + end.Length && action.StartsWith(start, StringComparison.Ordinal) && action.EndsWith(end, StringComparison.Ordinal);
}
