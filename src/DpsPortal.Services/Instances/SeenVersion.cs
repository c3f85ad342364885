namespace DpsPortal.Services.Instances;

/// <summary>A version that was the current one when the vault was asked.</summary>
/// <param name="At">When it was asked.</param>
public sealed record SeenVersion(string Version, DateTimeOffset At);
