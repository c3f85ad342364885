using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>JSON Web Keys as a client writes and reads them, and the vault's cryptographic operations over plain HTTP.</summary>
internal static class Jwk
{
    public static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "k", "key_hsm"];

    public static string Url(byte[] bytes) => Base64UrlEncoder.Encode(bytes);

    public static byte[] Bytes(JsonNode? text) => Base64UrlEncoder.DecodeBytes((string)text!);

    public static JsonObject Of(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        return new JsonObject
        {
            ["kty"] = "RSA", ["n"] = Url(key.Modulus!), ["e"] = Url(key.Exponent!), ["d"] = Url(key.D!), ["p"] = Url(key.P!), ["q"] = Url(key.Q!),
            ["dp"] = Url(key.DP!), ["dq"] = Url(key.DQ!), ["qi"] = Url(key.InverseQ!),
        };
    }

    public static JsonObject Of(ECDsa ec, string curve)
    {
        var key = ec.ExportParameters(includePrivateParameters: true);
        return new JsonObject { ["kty"] = "EC", ["crv"] = curve, ["x"] = Url(key.Q.X!), ["y"] = Url(key.Q.Y!), ["d"] = Url(key.D!) };
    }

    public static JsonObject Of(byte[] symmetric) => new() { ["kty"] = "oct", ["k"] = Url(symmetric) };

    public static RSA PublicRsa(JsonNode jwk) => RSA.Create(new RSAParameters { Modulus = Bytes(jwk["n"]), Exponent = Bytes(jwk["e"])[^3..] });

    public static ECDsa PublicEc(JsonNode jwk) =>
        ECDsa.Create(new ECParameters { Curve = CurveOf((string)jwk["crv"]!), Q = new ECPoint { X = Bytes(jwk["x"]), Y = Bytes(jwk["y"]) } });

    public static ECCurve CurveOf(string name) => ECCurve.CreateFromValue(name switch
    {
        "P-256" => "1.2.840.10045.3.1.7",
        "P-384" => "1.3.132.0.34",
        "P-521" => "1.3.132.0.35",
        _ => "1.3.132.0.10",
    });

    public static Task<VaultResponse> ImportAsync(this RunningVault vault, string name, JsonNode key, object? more = null)
    {
        var body = new JsonObject { ["key"] = key.DeepClone() };
        foreach (var (member, value) in JsonSerializer.SerializeToNode(more ?? new { })!.AsObject())
        {
            body[member] = value?.DeepClone();
        }

        return vault.SendAsync(HttpMethod.Put, $"/keys/{name}", body.ToJsonString());
    }

    /// <summary>Imports a key, a symmetric one as Hsm with every operation, and returns its bundle.</summary>
    public static async Task<VaultResponse> ImportedAsync(this RunningVault vault, string name, JsonNode key)
    {
        var jwk = key.DeepClone();
        var isSymmetric = (string)jwk["kty"]! == "oct";
        if (isSymmetric)
        {
            jwk["key_ops"] = new JsonArray("encrypt", "decrypt", "wrapKey", "unwrapKey", "sign", "verify");
        }

        var answer = await vault.ImportAsync(name, jwk, isSymmetric ? new { Hsm = true } : null);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    public static Task<VaultResponse> RunAsync(this RunningVault vault, string name, string operation, string alg, byte[] value, object? more = null)
    {
        var body = new JsonObject { ["alg"] = alg, ["value"] = Url(value) };
        foreach (var (member, part) in JsonSerializer.SerializeToNode(more ?? new { })!.AsObject())
        {
            body[member] = part?.DeepClone();
        }

        return vault.PostAsync($"/keys/{name}/{operation}", body.ToJsonString());
    }

    public static async Task<byte[]> ValueAsync(this RunningVault vault, string name, string operation, string alg, byte[] value, object? more = null)
    {
        var answer = await vault.RunAsync(name, operation, alg, value, more);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return Bytes(answer.Json["value"]);
    }

    public static async Task<bool> VerifiesAsync(this RunningVault vault, string name, string alg, byte[] digest, byte[] signature)
    {
        var answer = await vault.RunAsync(name, "verify", alg, signature, new { digest = Url(digest) });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return (bool)answer.Json["value"]!;
    }

    public static void AssertBadParameter(VaultResponse answer, string? words = null)
    {
        Assert.True(answer.Status == HttpStatusCode.BadRequest, answer.Text);
        Assert.Equal("BadParameter", answer.Code);
        Assert.Contains(words ?? "", answer.Message, StringComparison.Ordinal);
    }
}
