using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.KeyVault;

/// <summary>RFC 7518 wants the members of an EC key in full width. Java sends a number's sign byte with them, Go leaves out what is zero in front.</summary>
[StartsHosts]
public sealed class EcImportTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData("P-256", "ES256", 32)]
    [InlineData("P-384", "ES384", 48)]
    [InlineData("P-521", "ES512", 66)]
    [InlineData("P-256K", "ES256K", 32)]
    public async Task Members_with_a_zero_in_front_or_without_theirs_are_imported_and_answered_in_the_curves_width(string curve, string alg, int width)
    {
        using var owner = WithLeadingZeros(curve);
        var parts = owner.ExportParameters(includePrivateParameters: true);
        var exact = Jwk.Of(owner, curve);
        foreach (var (form, written) in new (string, Func<byte[], byte[]>)[] { ("java", member => [0, .. member]), (
            "go", member => member.AsSpan().TrimStart((byte)0).ToArray()) })
        {
            var name = $"{form}-{curve}";
            var jwk =
                new JsonObject { ["kty"] = "EC", ["crv"] = curve, ["x"] = Jwk.Url(written(parts.Q.X!)), ["y"] = Jwk.Url(written(parts.Q.Y!)),
                    ["d"] = Jwk.Url(written(parts.D!)) };

            var imported = await vault.ImportAsync(name, jwk);

            Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
            var key = imported.Json["key"]!;
            Assert.Equal(((string)exact["x"]!, (string)exact["y"]!), ((string)key["x"]!, (string)key["y"]!));
            Assert.Equal((width, width), (Jwk.Bytes(key["x"]).Length, Jwk.Bytes(key["y"]).Length));
            var digest = RandomNumberGenerator.GetBytes(alg is "ES512" ? 64 : alg is "ES384" ? 48 : 32);
            Assert.True(owner.VerifyHash(digest, await vault.ValueAsync(name, "sign", alg, digest)));
        }
    }

    /// <summary>Two keys from the field; throw-away ones.</summary>
    [Theory]
    [InlineData(
        "java", "AKh4YXK6TiFd1sYCOAWrjMVAUgMxk2vAEdzailZzLjHA", "ALgbWbT6_R9kSdrVCFkvUP36v_YhkGqwv8E1Pf8YgYc1", "AL0neFQ8YlHnL7G6J7lvZtfflGsz0HaHg6WCNc6A7odn",
        "qHhhcrpOIV3WxgI4BauMxUBSAzGTa8AR3NqKVnMuMcA", "uBtZtPr9H2RJ2tUIWS9Q_fq_9iGQarC_wTU9_xiBhzU")]
    [InlineData(
        "go", "33hOTh7iLMCFWK3V_u7Do09saK6YYgRsU2PjYaaC-Q", "2Hs2mZM0bnTOfcz4sjLnNXRPOz3Dq1aMCPTAOC2KyaE", "pbXn8h4NeA_RtQEZYv0ulMMd7TL4yEDcWL9yZINu2PM",
        "AN94Tk4e4izAhVit1f7uw6NPbGiumGIEbFNj42Gmgvk", "2Hs2mZM0bnTOfcz4sjLnNXRPOz3Dq1aMCPTAOC2KyaE")]
    public async Task A_key_as_Java_and_Go_wrote_it_is_answered_in_full_width(string client, string x, string y, string d, string fullX, string fullY)
    {
        var imported = await vault.ImportAsync("field-" + client, new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y, ["d"] = d });

        Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
        Assert.Equal((fullX, fullY), ((string)imported.Json["key"]!["x"]!, (string)imported.Json["key"]!["y"]!));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 1 })]
    public async Task More_than_a_sign_byte_in_front_is_refused(byte[] front)
    {
        using var owner = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var member in new[] { "x", "y", "d" })
        {
            var jwk = Jwk.Of(owner, "P-256");
            jwk[member] = Jwk.Url([.. front, .. Jwk.Bytes(jwk[member])]);
            Jwk.AssertBadParameter(await vault.ImportAsync("too-long", jwk), "at most 32 bytes");
        }
    }

    /// <summary>A key of which one member begins with a zero byte, as one in some hundred does.</summary>
    private static ECDsa WithLeadingZeros(string curve)
    {
        while (true)
        {
            var key = ECDsa.Create(Jwk.CurveOf(curve));
            var parts = key.ExportParameters(includePrivateParameters: true);
            if (parts.Q.X![0] == 0 || parts.Q.Y![0] == 0 || parts.D![0] == 0)
            {
                return key;
            }

            key.Dispose();
        }
    }
}
