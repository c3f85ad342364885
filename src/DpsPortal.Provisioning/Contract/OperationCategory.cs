namespace DpsPortal.Provisioning.Contract;

/// <summary>The two categories of DPS's diagnostic log.</summary>
public enum OperationCategory
{
    ServiceOperations = 1,
    DeviceOperations = 2,
}
