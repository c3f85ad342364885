namespace DpsPortal.Services.Instances;

/// <summary>Whether configured, effective and current version of an instance's key differ.</summary>
public enum VersionDrift
{
    /// <summary>No customer-managed key, or its current version is not known; <see cref="InstanceOverview.Absence"/> says why.</summary>
    NotKnown,

    /// <summary>The effective version is the current one.</summary>
    None,

    /// <summary>Pinned to a version that is no longer current: a rotation does not reach it.</summary>
    PinnedBehind,

    /// <summary>Versionless, but a newer version has not been picked up yet.</summary>
    NotPickedUp,
}
