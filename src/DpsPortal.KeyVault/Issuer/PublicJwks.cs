namespace DpsPortal.KeyVault.Issuer;

internal sealed record PublicJwks(IReadOnlyList<PublicJwk> Keys);
