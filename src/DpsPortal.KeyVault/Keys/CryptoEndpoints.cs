using System.Buffers.Text;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Azure Key Vault keys REST API: encrypt, decrypt, wrapKey, unwrapKey.</summary>
internal sealed class CryptoEndpoints(DataPlane plane, KeyStore keys, TimeProvider domainClock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, KeyOperations.Encrypt, new("KeyEncrypt", DataActions.Encrypt), Protect);
        Map(routes, KeyOperations.Decrypt, new("KeyDecrypt", DataActions.Decrypt), Unprotect);
        Map(routes, KeyOperations.WrapKey, new("KeyWrap", DataActions.Wrap), Protect);
        Map(routes, KeyOperations.UnwrapKey, new("KeyUnwrap", DataActions.Unwrap), Unprotect);
    }

    private delegate Answer Transform(RsaAlgorithm algorithm, RsaMaterial material, byte[] value, string keyId);

    /// <summary>The version may be absent; routes match without regard to case (.NET writes wrapKey, JavaScript wrapkey).</summary>
    private void Map(IEndpointRouteBuilder routes, string operation, DataOperation requirement, Transform transform)
    {
        var handler = plane.Handle(requirement, request => RunAsync(request, operation, transform));
        routes.MapPost($"/keys/{{name}}/{operation}", handler);
        routes.MapPost($"/keys/{{name}}/{{version}}/{operation}", handler);
    }

    private async ValueTask<Answer> RunAsync(KeyRequest request, string operation, Transform transform)
    {
        if (await JsonBody.ReadAsync(request.Http, KeysJson.Default.CryptoBody) is not { Alg: { } alg, Value: { } text })
        {
            return VaultError.BadParameter("The body must be a JSON object with alg and value.");
        }
        if (keys.Find(request.Vault.Name, request.Name!) is not { } key || key.Find(request.Version) is not { } version)
        {
            return KeyAnswers.NotFound(request);
        }
        if (KeyUsePolicy.Refusal(version, operation, domainClock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }
        if (RsaAlgorithm.Find(alg) is not { } algorithm || version.Material is not RsaMaterial material)
        {
            return VaultError.BadParameter($"Algorithm {alg} is not supported by a key of type {version.KeyType}.");
        }
        if (Decode(text) is not { } value)
        {
            return VaultError.BadParameter("Property value must be base64url.");
        }
        if (!material.TryBeginUse())
        {
            // Purged since it was found.
            return KeyAnswers.NotFound(request);
        }
        try
        {
            return transform(algorithm, material, value, request.KeyId(key.Name, version.Version));
        }
        finally
        {
            material.EndUse();
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private static Answer Protect(RsaAlgorithm algorithm, RsaMaterial material, byte[] value, string keyId) =>
        algorithm.Protect(material, value) is { } output
            ? Result(keyId, output)
            : VaultError.BadParameter("The value is too long for this key and algorithm.");

    private static Answer Unprotect(RsaAlgorithm algorithm, RsaMaterial material, byte[] value, string keyId)
    {
        if (algorithm.Unprotect(material, value) is not { } output)
        {
            return VaultError.BadParameter("The value was not made with this key and algorithm.");
        }
        var answer = Result(keyId, output);
        CryptographicOperations.ZeroMemory(output);
        return answer;
    }

    private static Answer Result(string keyId, byte[] value) => Answer.Ok(new CryptoResult(keyId, Base64Url.EncodeToString(value)), KeysJson.Default.CryptoResult);

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
