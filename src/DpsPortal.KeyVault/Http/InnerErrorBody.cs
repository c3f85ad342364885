namespace DpsPortal.KeyVault.Http;

internal sealed record InnerErrorBody(string Code);
