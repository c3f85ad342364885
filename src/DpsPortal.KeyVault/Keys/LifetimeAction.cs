namespace DpsPortal.KeyVault.Keys;

/// <param name="Type"><see cref="RotationPolicy.Rotate"/> or <see cref="RotationPolicy.Notify"/>.</param>
internal sealed record LifetimeAction(string Type, string? TimeAfterCreate, string? TimeBeforeExpiry);
