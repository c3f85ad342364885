using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Instances;

/// <summary>An instance as this process serves it.</summary>
/// <param name="PlatformKey">Its key of the outer layer.</param>
/// <param name="Guard">Guards its customer-managed key; <see langword="null"/> with a Microsoft-managed one.</param>
/// <param name="PlatformLayer">With a Microsoft-managed key, the ciphers of the only layer.</param>
internal sealed record LoadedInstance(InstanceHeader Header, SecretKey PlatformKey, KeyGuard? Guard, RecordCipherPool? PlatformLayer) : IDisposable
{
    public void Dispose()
    {
        Guard?.Dispose();
        PlatformLayer?.Dispose();
        PlatformKey.Dispose();
    }

    public override string ToString() => Header.Name;
}
