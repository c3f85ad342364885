namespace DpsPortal.KeyVault.Access;

/// <summary>Data actions of Microsoft.KeyVault, as Azure RBAC names them.</summary>
internal static class DataActions
{
    public const string Read = Keys + "read";
    public const string Create = Keys + "create/action";
    public const string Update = Keys + "update/action";
    public const string Rotate = Keys + "rotate/action";
    public const string Import = Keys + "import/action";
    public const string Delete = Keys + "delete";
    public const string Recover = Keys + "recover/action";
    public const string Purge = Keys + "purge/action";
    public const string Backup = Keys + "backup/action";
    public const string Restore = Keys + "restore/action";
    public const string Release = Keys + "release/action";
    public const string Encrypt = Keys + "encrypt/action";
    public const string Decrypt = Keys + "decrypt/action";
    public const string Wrap = Keys + "wrap/action";
    public const string Unwrap = Keys + "unwrap/action";
    public const string Sign = Keys + "sign/action";
    public const string Verify = Keys + "verify/action";
    public const string PolicyRead = Policies + "read";
    public const string PolicyWrite = Policies + "write";

    /// <summary>Ours: Azure has random bytes in Managed HSM alone, under another provider path.</summary>
    public const string Random = Vaults + "rng/action";

    public const string Vaults = "Microsoft.KeyVault/vaults/";
    public const string Keys = Vaults + "keys/";
    public const string Policies = Vaults + "keyrotationpolicies/";
}
