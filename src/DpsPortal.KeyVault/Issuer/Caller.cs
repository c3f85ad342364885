namespace DpsPortal.KeyVault.Issuer;

/// <summary>Who a verified token speaks for.</summary>
internal sealed record Caller(Guid ObjectId, Guid ClientId, string Issuer);
