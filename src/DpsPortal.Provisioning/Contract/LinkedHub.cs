namespace DpsPortal.Provisioning.Contract;

/// <summary>An IoT hub to which an instance may assign devices. Hubs are simulated by their names alone.</summary>
/// <param name="HostName">For example <c>contoso-hub.azure-devices.net</c>.</param>
/// <param name="Location">Azure region.</param>
/// <param name="AllocationWeight">1 to 1,000; its share of devices under the hashed policy.</param>
/// <param name="ApplyAllocationPolicy">Whether enrollments that name no hubs may use it.</param>
public sealed record LinkedHub(string HostName, string Location, int AllocationWeight = LinkedHub.LeastWeight, bool ApplyAllocationPolicy = true)
{
    public const int LeastWeight = 1;
    public const int MostWeight = 1000;
}
