namespace DpsPortal.KeyVault.Issuer;

/// <summary>The secrets that callers of the token endpoints present.</summary>
internal sealed record Credentials(SharedSecret Administrator, SharedSecret IdentityHeader);
