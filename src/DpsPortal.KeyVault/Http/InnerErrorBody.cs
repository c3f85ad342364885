using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Http;

internal sealed record InnerErrorBody(string Code);
