namespace DpsPortal.Provisioning.Contract;

public sealed record SharedAccessPolicy(string Name, AccessRights Rights)
{
    /// <summary>The policy that every instance is created with; it has every right.</summary>
    public const string Owner = "provisioningserviceowner";

    public const int LongestName = 64;
}

/// <summary>What a shared access policy permits on the service API (AccessRightsDescription).</summary>
[Flags]
public enum AccessRights
{
    None = 0,
    ServiceConfig = 1,
    EnrollmentRead = 2,
    EnrollmentWrite = 4,
    DeviceConnect = 8,
    RegistrationStatusRead = 16,
    RegistrationStatusWrite = 32,
    All = ServiceConfig | EnrollmentRead | EnrollmentWrite | DeviceConnect | RegistrationStatusRead | RegistrationStatusWrite,
}

/// <summary>Base64 of 32 bytes each.</summary>
public sealed record SharedAccessKeys(string PrimaryKey, string SecondaryKey)
{
    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(SharedAccessKeys);
}
