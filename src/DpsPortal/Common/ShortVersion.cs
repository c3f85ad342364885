namespace DpsPortal.Common;

/// <summary>Key versions are 32 digits; eight tell them apart on a page, and copying gives all of them.</summary>
internal static class ShortVersion
{
    public static string Of(string? version) => version is { Length: > 8 } ? version[..8] : version ?? "";
}
