namespace DpsPortal.KeyVault.Management;

internal sealed record IdentityClaims(ClaimBody? Claim);
