using System.Buffers.Text;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>Azure Key Vault keys REST API: encrypt, decrypt, wrapKey, unwrapKey, sign, verify.</summary>
internal sealed class CryptoEndpoints(DataPlane plane, KeyStore keys, TimeProvider domainClock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, KeyOperations.Encrypt, new("KeyEncrypt", DataActions.Encrypt), Protect);
        Map(routes, KeyOperations.Decrypt, new("KeyDecrypt", DataActions.Decrypt), Unprotect);
        Map(routes, KeyOperations.WrapKey, new("KeyWrap", DataActions.Wrap), Protect);
        Map(routes, KeyOperations.UnwrapKey, new("KeyUnwrap", DataActions.Unwrap), Unprotect);
        Map(routes, KeyOperations.Sign, new("KeySign", DataActions.Sign), Sign);
        Map(routes, KeyOperations.Verify, new("KeyVerify", DataActions.Verify), Verify);
    }

    /// <summary>The version may be absent; routes match without regard to case (.NET writes wrapKey, JavaScript wrapkey).</summary>
    private void Map(IEndpointRouteBuilder routes, string operation, DataOperation requirement, Func<Call, Answer> run)
    {
        var handler = plane.Handle(requirement, request => RunAsync(request, operation, run));
        routes.MapPost($"/keys/{{name}}/{operation}", handler);
        routes.MapPost($"/keys/{{name}}/{{version}}/{operation}", handler);
    }

    private async ValueTask<Answer> RunAsync(KeyRequest request, string operation, Func<Call, Answer> run)
    {
        var (body, unreadable) =
            await JsonBody.ReadAsync(request.Http, KeysJson.Default.CryptoBody, "The body must be a JSON object with alg and value.").ConfigureAwait(false);
        if (body is not { Alg: not null, Value: { } text })
        {
            return unreadable ?? VaultError.MissingProperty(body!.Alg is null ? "alg" : "value");
        }

        if (keys.Find(request.Vault.Name, request.Name!) is not { } key || key.Find(request.Version) is not { } version)
        {
            return KeyAnswers.NotFound(request);
        }

        if (KeyUsePolicy.Refusal(version, operation, domainClock.GetUtcNow()) is { } refusal)
        {
            return refusal;
        }

        if (Base64UrlText.Decode(text) is not { } value)
        {
            return VaultError.NotBase64Url("value");
        }

        if (!version.Material.TryBeginUse())
        {
            // Purged since it was found.
            return KeyAnswers.NotFound(request);
        }

        try
        {
            return run(new Call(request.KeyId(key.Name, version.Version), version, request.ApiVersion, body, value));
        }
        finally
        {
            version.Material.EndUse();
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private static Answer Protect(Call call) => Cipher(call, (algorithm, input) => algorithm.Protect(call.Version.Material, input));

    private static Answer Unprotect(Call call) => Cipher(call, (algorithm, input) => algorithm.Unprotect(call.Version.Material, input));

    private static Answer Cipher(Call call, Func<CipherAlgorithm, CipherInput, CipherResult> run)
    {
        var algorithm = CipherAlgorithm.Find(call.Body.Alg!);
        if (AlgorithmFault(call, "encryption", algorithm?.Since, algorithm?.Fits(call.Version.Material)) is { } fault)
        {
            return fault;
        }

        if (!TryDecode(call.Body.Iv, out var iv))
        {
            return VaultError.NotBase64Url("iv");
        }

        if (!TryDecode(call.Body.Aad, out var aad))
        {
            return VaultError.NotBase64Url("aad");
        }

        if (!TryDecode(call.Body.Tag, out var tag))
        {
            return VaultError.NotBase64Url("tag");
        }

        return run(algorithm!, new CipherInput(call.Value, iv, aad, tag)) switch
        {
            CipherResult.Done done => ToAnswer(call, done),
            CipherResult.Refused refused => VaultError.BadParameter(refused.Message),
            _ => throw new InvalidOperationException("A cipher's result is one of the two."),
        };
    }

    private static Answer ToAnswer(Call call, CipherResult.Done done)
    {
        var answer = Answer.Ok(
            new CryptoResult(call.KeyId, Encode(done.Value)!, Encode(done.Iv), Encode(done.Tag), Encode(done.Aad)), KeysJson.Default.CryptoResult);
        CryptographicOperations.ZeroMemory(done.Value);
        return answer;
    }

    private static Answer Sign(Call call)
    {
        var algorithm = SignatureAlgorithm.Find(call.Body.Alg!);
        return SignatureFault(call, algorithm, call.Value) is { } fault
            ? fault
            : Answer.Ok(new CryptoResult(call.KeyId, Encode(algorithm!.Sign(call.Version.Material, call.Value))!), KeysJson.Default.CryptoResult);
    }

    /// <summary>A signature of whatever length is one that does not verify, not an error.</summary>
    private static Answer Verify(Call call)
    {
        if (call.Body.Digest is null)
        {
            return VaultError.MissingProperty("digest");
        }

        if (!TryDecode(call.Body.Digest, out var digest))
        {
            return VaultError.NotBase64Url("digest");
        }

        var algorithm = SignatureAlgorithm.Find(call.Body.Alg!);
        return SignatureFault(call, algorithm, digest!) is { } fault
            ? fault
            : Answer.Ok(new VerifyResult(algorithm!.Verify(call.Version.Material, digest!, call.Value)), KeysJson.Default.VerifyResult);
    }

    private static VaultError? SignatureFault(Call call, SignatureAlgorithm? algorithm, byte[] digest) =>
        AlgorithmFault(call, "signing", algorithm?.Since, algorithm?.Fits(call.Version.Material))
        ?? (algorithm!.Fault(call.Version.Material, digest) is { } fault
            ? VaultError.BadParameter($"Invalid length of digest: {digest.Length} bytes. {call.Body.Alg} {fault}, encoded with base64url.")
            : null);

    /// <param name="since">Null where there is no such algorithm.</param>
    private static VaultError? AlgorithmFault(Call call, string kind, int? since, bool? fits)
    {
        if (since is null || since > call.ApiVersion.Minor)
        {
            return VaultError.BadParameter($"Algorithm {call.Body.Alg} is not a known {kind} algorithm in api-version {call.ApiVersion.Text}.");
        }

        return fits is true
            ? null
            : VaultError.BadParameter(
                $"Key and {kind} algorithm are incompatible. Key {call.KeyId} is of type '{call.Version.KeyType}' and has {call.Version.Material.Size} bits; " +
                $"algorithm '{call.Body.Alg}' cannot be used with it.");
    }

    private static string? Encode(byte[]? value) => value is null ? null : Base64Url.EncodeToString(value);

    private static bool TryDecode(string? text, out byte[]? value)
    {
        value = text is null ? null : Base64UrlText.Decode(text);
        return text is null || value is not null;
    }

    /// <summary>A request that may run. Holds secret bytes: a class, because a record would print them.</summary>
    private sealed class Call(string keyId, KeyVersion version, ApiVersion apiVersion, CryptoBody body, byte[] value)
    {
        public string KeyId => keyId;

        public KeyVersion Version => version;

        public ApiVersion ApiVersion => apiVersion;

        public CryptoBody Body => body;

        public byte[] Value => value;
    }
}
