namespace DpsPortal.Services.Keys;

/// <summary>Whether instances need a version; the other half is <see cref="KeyAvailability"/>.</summary>
public enum KeyVersionUse
{
    /// <summary>What GET without a version answers.</summary>
    Current,

    /// <summary>Older, and still wraps instance keys.</summary>
    Retiring,

    /// <summary>Older, and wraps nothing: safe to disable for DPS as it is; an older backup of it may still need the version.</summary>
    Unused,

    /// <summary>Older, and wraps nothing that is known; DPS reports a key that no vault here has, which could be this one.</summary>
    Unknown,
}
