namespace DpsPortal.KeyVault.Management;

internal enum NetworkVerdict
{
    Admitted,
    Denied,
    NotPublic,
}
