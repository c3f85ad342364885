using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

internal static class KeyIdentifierExtensions
{
    /// <summary>Whatever version each of them names.</summary>
    public static bool IsSameKeyAs(this KeyIdentifier key, KeyIdentifier other) => key.Versionless == other.Versionless;

    public static bool IsSameVersionAs(this KeyIdentifier version, KeyIdentifier other) => version == other;

    /// <summary>What an operation on the key holds, so that there is one at a time.</summary>
    public static string Hold(this KeyIdentifier key) => $"key:{key.Versionless.Canonical}";

    /// <summary>How the portal names the key as a subject, in whatever way it was written.</summary>
    public static string Subject(this KeyIdentifier key) => key.Versionless.Canonical;

    /// <summary>A subject as it is stored, where somebody may have written a key another way; other subjects are left alone.</summary>
    public static string ToSubject(string text) => KeyIdentifier.TryParse(text, out var key) ? key.Subject() : text;
}
