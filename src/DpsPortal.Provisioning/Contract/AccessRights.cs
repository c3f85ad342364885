namespace DpsPortal.Provisioning.Contract;

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
