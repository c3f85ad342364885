namespace DpsPortal.KeyVault.Http;

internal sealed record ErrorEnvelope(ErrorBody Error);
