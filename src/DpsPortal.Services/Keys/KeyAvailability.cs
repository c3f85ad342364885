namespace DpsPortal.Services.Keys;

/// <summary>Whether the vault would use a version now, by the domain clock.</summary>
public enum KeyAvailability
{
    Enabled,
    NotYetValid,
    Expired,
    Disabled,
    Deleted,
}
