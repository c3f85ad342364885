using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.KeyVault.Algorithms;

/// <summary>Known answers, each with its source in the file, through import and the cryptographic operations of the REST interface.</summary>
[StartsHosts]
public sealed class VectorTests(RunningVault vault) : IClassFixture<RunningVault>
{
    public static TheoryData<string> Symmetric => Names("symmetric");

    public static TheoryData<string> RsaDecryption => Names("rsa-decryption");

    public static TheoryData<string> Signatures => Names("signatures");

    [Theory, MemberData(nameof(Symmetric))]
    public async Task A_symmetric_vector_gives_its_known_answer(string vector)
    {
        var (name, test) = Read("symmetric", vector);
        var alg = (string)test["alg"]!;
        var (message, ciphertext) = (Hex(test["msg"]), Hex(test["ct"]));
        await vault.ImportedAsync(name, Jwk.Of(Hex(test["key"])));
        var (protect, open) = alg.Contains("KW", StringComparison.Ordinal) || alg.StartsWith("CKM", StringComparison.Ordinal)
            ? ("wrapKey", "unwrapKey")
            : ("encrypt", "decrypt");
        var parts = new { iv = Part(test["iv"]), aad = Part(test["aad"]), tag = Part(test["tag"]) };

        if (test["valid"] is not null)
        {
            Jwk.AssertBadParameter(await vault.RunAsync(name, open, alg, ciphertext, parts));
            return;
        }

        Assert.Equal(message, await vault.ValueAsync(name, open, alg, ciphertext, parts));
        // The vault draws the nonce of AES-GCM, so that an encryption has no known answer.
        if (test["tag"] is null)
        {
            Assert.Equal(ciphertext, await vault.ValueAsync(name, protect, alg, message, parts));
        }
    }

    [Theory, MemberData(nameof(RsaDecryption))]
    public async Task An_rsa_vector_gives_its_known_answer_and_nothing_when_changed(string vector)
    {
        var (name, test) = Read("rsa-decryption", vector);
        var alg = (string)test["alg"]!;
        var ciphertext = Hex(test["ct"]);
        await vault.ImportedAsync(name, test["key"]!);

        Assert.Equal(Hex(test["msg"]), await vault.ValueAsync(name, "decrypt", alg, ciphertext));
        ciphertext[^1] ^= 1;
        Jwk.AssertBadParameter(await vault.RunAsync(name, "decrypt", alg, ciphertext), alg == "RSA1_5" ? "Unable to decrypt" : "decoding OAEP padding");
    }

    [Theory, MemberData(nameof(Signatures))]
    public async Task A_signature_vector_verifies_and_is_made_again(string vector)
    {
        var (name, test) = Read("signatures", vector);
        var alg = (string)test["alg"]!;
        var (message, signature) = (Hex(test["msg"]), Hex(test["sig"]));
        var digest = test["hash"] is null ? message : CryptographicOperations.HashData(new HashAlgorithmName((string)test["hash"]!), message);
        await vault.ImportedAsync(name, test["key"]!);

        Assert.Equal(test["valid"] is null, await vault.VerifiesAsync(name, alg, digest, signature));
        var own = await vault.ValueAsync(name, "sign", alg, digest);
        Assert.True(await vault.VerifiesAsync(name, alg, digest, own));
        if (test["deterministic"] is not null)
        {
            Assert.Equal(test["valid"] is null, own.AsSpan().SequenceEqual(signature));
        }

        signature[^1] ^= 1;
        Assert.False(await vault.VerifiesAsync(name, alg, digest, signature));
        Assert.False(await vault.VerifiesAsync(name, alg, digest, [.. own, 0]));
        Assert.False(await vault.VerifiesAsync(name, alg, digest, []));
    }

    private static TheoryData<string> Names(string file) => [.. All(file).Select((test, index) => $"{index} {test["alg"]}: {test["source"]}")];

    private static (string Name, JsonNode Test) Read(string file, string vector)
    {
        var index = int.Parse(vector[..vector.IndexOf(' ', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
        return ($"{file}-{index}", All(file)[index]);
    }

    private static List<JsonNode> All(string file)
    {
        var text = File.ReadAllText(Repository.PathOf("tests", "DpsPortal.Tests", "KeyVault", "Algorithms", "Vectors", file + ".json"));
        return [.. JsonNode.Parse(text)!.AsArray().Select(test => test!)];
    }

    private static byte[] Hex(JsonNode? text) => Convert.FromHexString((string)text!);

    private static string? Part(JsonNode? text) => text is null ? null : Jwk.Url(Hex(text));
}
