namespace DpsPortal.KeyVault.Schedule;

internal enum DueKind
{
    Rotate,
    NearExpiry,
    Expired,
    Purge,
}
