using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Management;

/// <summary>Errors in Azure Resource Manager's words.</summary>
internal static class ArmErrors
{
    public static VaultError BadRequest(string code, string message) => new(400, code, message);

    public static VaultError NotFound(string code, string message) => new(404, code, message);

    public static VaultError Conflict(string code, string message) => new(409, code, message);

    public static readonly VaultError InvalidBody = BadRequest("InvalidRequestContent", "The request content was invalid and could not be deserialized.");

    public static VaultError ResourceNotFound(string type, string name, string resourceGroup) =>
        NotFound("ResourceNotFound", $"The Resource '{type}/{name}' under resource group '{resourceGroup}' was not found.");
}
