namespace DpsPortal.KeyVault.Http;

internal sealed record FrameworkError(string Message);
