using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Http;

/// <summary>An error in Key Vault's form; ARM's is the same without an inner error.</summary>
internal sealed record VaultError(int Status, string Code, string Message, string? InnerCode = null)
{
    public Answer ToAnswer()
    {
        var inner = InnerCode is null ? null : new InnerErrorBody(InnerCode);
        return Answer.Of(Status, new ErrorEnvelope(new ErrorBody(Code, Message, inner)), ErrorJson.Default.ErrorEnvelope) with
        {
            ErrorCode = InnerCode is null ? Code : $"{Code}/{InnerCode}",
        };
    }

    public static VaultError BadParameter(string message, string? innerCode = null) => new(400, "BadParameter", message, innerCode);

    /// <param name="property">Its path in the body. Never its value: that may be a secret.</param>
    public static VaultError InvalidProperty(string property) => BadParameter($"Property '{property}' has an invalid value.");

    public static VaultError MissingProperty(string property) => BadParameter($"Property '{property}' is required.");

    public static VaultError NotBase64Url(string property) => BadParameter($"Content of '{property}' is not base64url.");

    /// <summary>What only a vault of sku premium can do, with Azure's words.</summary>
    public static readonly VaultError StandardVault = Forbidden("Hardware key operation not allowed on standard vault", null);

    public static VaultError Unauthorized(string message) => new(401, "Unauthorized", message);

    public static VaultError Forbidden(string message, string? innerCode) => new(403, "Forbidden", message, innerCode);

    public static VaultError VaultNotFound(string host) => new(404, "VaultNotFound", $"There is no vault at {host}.");

    /// <summary>The database cannot be used now. The log has the details.</summary>
    public static VaultError StoreUnavailable(StoreFault fault) => new(503, "ServiceUnavailable", fault switch
    {
        StoreFault.Full => "The vault's disk has no space left. Free some space and ask again.",
        StoreFault.ReadOnly => "The vault's database cannot be written. Make its file and folder writable and ask again.",
        StoreFault.Locked => "Another program has locked the vault's database. Ask again when that has ended.",
        StoreFault.Damaged => "The vault's database is damaged. Put it back from a backup.",
        _ => "The vault's database cannot be reached on its disk. The server's log has the reason under this request's id.",
    });

    public static readonly VaultError Internal = new(
        500, "InternalServerError", "The request could not be completed. The server's log has the reason under this request's id.");
}
