using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.KeyVault;

/// <summary>key_ops holds what the type can do, wherever it is set; the words are the service's.</summary>
[StartsHosts]
public sealed class KeyOperationTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string OfRsa = "\"encrypt\", \"decrypt\", \"sign\", \"verify\", \"wrapKey\", \"unwrapKey\"";
    private static readonly string[] SignAndUnwrap = ["sign", "unwrapKey"];
    private static readonly string[] Import = ["import"];

    [Theory]
    [InlineData("EC", "sign,wrapKey,unwrapKey", "Unsupported key operation(s): \"wrapKey\", \"unwrapKey\". Supported values are \"sign\", \"verify\".")]
    [InlineData("EC", "encrypt,decrypt", "Unsupported key operation(s): \"encrypt\", \"decrypt\". Supported values are \"sign\", \"verify\".")]
    [InlineData("EC", "import", "Unsupported key operation(s): \"import\". Supported values are \"sign\", \"verify\".")]
    [InlineData("EC-HSM", "wrapKey", "Unsupported key operation(s): \"wrapKey\". Supported values are \"sign\", \"verify\".")]
    [InlineData("RSA", "import", "Unsupported key operation(s): \"import\". Supported values are " + OfRsa + ".")]
    [InlineData("RSA", "sign,import", "Unsupported key operation(s): \"import\". Supported values are " + OfRsa + ".")]
    [InlineData("RSA", "export,sign", "Unsupported key operation(s): \"export\". Supported values are " + OfRsa + ".")]
    [InlineData("RSA", "wrapkey", "Unsupported key operation(s): \"wrapkey\". Supported values are " + OfRsa + ".")]
    [InlineData("RSA-HSM", "fly", "Unsupported key operation(s): \"fly\". Supported values are " + OfRsa + ", \"import\".")]
    [InlineData("RSA-HSM", "import,unwrapKey", "Key operation \"import\" cannot be combined with other key operations.")]
    public async Task A_key_is_not_made_with_an_operation_that_its_type_cannot_do(string kty, string operations, string message)
    {
        var answer = await vault.PostAsync("/keys/unable/create", new { kty, key_ops = operations.Split(',') });

        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", message), (answer.Status, answer.Code, answer.Message));
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/unable")).Status);
    }

    [Fact]
    public async Task Nor_imported_or_updated_with_one()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = Jwk.Of(ec, "P-256");
        jwk["key_ops"] = new JsonArray("sign", "wrapKey");
        await vault.CreateKeyAsync("signs", new { kty = "EC" });

        Jwk.AssertBadParameter(await vault.ImportAsync("unable", jwk), "Unsupported key operation(s): \"wrapKey\"");
        Jwk.AssertBadParameter(await vault.PatchAsync("/keys/signs", new { key_ops = SignAndUnwrap }), "Unsupported key operation(s): \"unwrapKey\"");
        Jwk.AssertBadParameter(await vault.PatchAsync("/keys/signs", new { key_ops = Import }), "Unsupported key operation(s): \"import\"");
        Assert.Equal("""["sign","verify"]""", (await vault.GetAsync("/keys/signs")).Json["key"]!["key_ops"]!.ToJsonString());
    }

    [Fact]
    public async Task A_hardware_key_may_be_there_to_import_others_and_for_nothing_else()
    {
        var made = await vault.CreateKeyAsync("exchange", new { kty = "RSA-HSM", key_ops = Import });
        Assert.Equal("""["import"]""", made.Json["key"]!["key_ops"]!.ToJsonString());
        Assert.Equal("KeyOperationForbidden", (await vault.RunAsync("exchange", "wrapKey", "RSA-OAEP-256", [1])).InnerCode);
    }
}
