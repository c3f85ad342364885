using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

internal static class KeyIdentifierExtensions
{
    /// <summary>Whatever version each of them names.</summary>
    public static bool IsSameKeyAs(this KeyIdentifier key, KeyIdentifier other) => key.Versionless == other.Versionless;

    public static bool IsSameVersionAs(this KeyIdentifier version, KeyIdentifier other) =>
        version.IsSameKeyAs(other) && version.Version == other.Version;

    /// <summary>What an operation on the key holds, so that there is one at a time.</summary>
    public static string Hold(this KeyIdentifier key) => $"key:{key.Versionless}".ToLowerInvariant();

    /// <summary>How the portal names the key as a subject.</summary>
    public static string Subject(this KeyIdentifier key) => key.Versionless.ToString();
}
