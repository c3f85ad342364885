namespace DpsPortal.Provisioning.Contract;

/// <param name="Since">When new wraps under it were forbidden.</param>
public sealed record FencedVersion(KeyIdentifier Version, DateTimeOffset Since);
