namespace DpsPortal.KeyVault.Issuer;

internal sealed record PublicJwk(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y);
