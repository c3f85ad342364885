namespace DpsPortal.Services.Revocation;

/// <summary>By what a revocation takes access away.</summary>
public enum RevocationMethod
{
    /// <summary>Takes the role away from one instance's identity. Every instance with that identity loses access, and no other.</summary>
    RemoveRole,

    /// <summary>Disables one version. Instances whose key it wraps lose access.</summary>
    DisableVersion,

    /// <summary>Disables every enabled version, the current one first. All instances of the key lose access.</summary>
    DisableKey,
}
