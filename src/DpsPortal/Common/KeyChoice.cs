using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Common;

/// <summary>A key-encryption key as a person chooses it: picked from the list and perhaps pinned to a version, or pasted.</summary>
public sealed class KeyChoice
{
    public bool Paste { get; set; }

    /// <summary>Chosen from the list, without version.</summary>
    public KeyIdentifier? Picked { get; set; }

    /// <summary>Chosen from the key's versions; without it the instance follows rotations.</summary>
    public string? PinnedVersion { get; set; }

    public string? Pasted { get; set; }

    /// <summary>Why no instance could have it, as far as the list of keys says so.</summary>
    public Refusal? Unsuitable { get; set; }

    public string? Identifier => Paste ? Pasted?.Trim()
        : PinnedVersion is null ? Picked?.ToString()
        : Picked?.WithVersion(PinnedVersion).ToString();

    /// <summary>As if it had been picked.</summary>
    public static KeyChoice Of(KeyIdentifier key) => new() { Picked = key.Versionless, PinnedVersion = key.Version };
}
