using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DpsPortal.KeyVault;

namespace DpsPortal.Tests.KeyVault;

/// <summary>The forms in which people have their private keys: each loads, or is refused in a sentence of its own.</summary>
[StartsHosts]
public sealed class SeedPemTests : IAsyncDisposable
{
    /// <summary>openssl ecparam -genkey -name prime256v1: a throw-away key.</summary>
    private const string EcWithParameters = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----

        """;

    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Every_form_of_an_open_private_key_loads()
    {
        var pem = new Dictionary<string, string>
        {
            ["pkcs1"] = Rsa.ExportRSAPrivateKeyPem(),
            ["pkcs8"] = Rsa.ExportPkcs8PrivateKeyPem(),
            ["sec1"] = Ec.ExportECPrivateKeyPem(),
            ["ec-pkcs8"] = Ec.ExportPkcs8PrivateKeyPem(),
            ["with-parameters"] = EcWithParameters + Ec.ExportECPrivateKeyPem(),
            ["certificate-first"] = Certificate() + "\n" + Rsa.ExportPkcs8PrivateKeyPem(),
            ["certificate-last"] = Rsa.ExportPkcs8PrivateKeyPem() + "\n" + Certificate(),
            ["public-first"] = Rsa.ExportSubjectPublicKeyInfoPem() + "\n" + Rsa.ExportPkcs8PrivateKeyPem(),
            ["crlf"] = Rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n") + "\r\n",
            ["bom"] = "\uFEFF" + Rsa.ExportPkcs8PrivateKeyPem(),
            ["joined-with-bom"] = Certificate() + "\n\uFEFF" + Rsa.ExportPkcs8PrivateKeyPem(),
            ["text-in-front"] = "Bag Attributes\n    friendlyName: device\n" + Rsa.ExportPkcs8PrivateKeyPem(),
        };
        Seed(pem);

        await _vault.StartAsync();

        foreach (var name in pem.Keys)
        {
            var key = await _vault.GetAsync("/keys/" + name);
            Assert.True(key.Status == HttpStatusCode.OK, $"{name}: {key.Text}");
            var isRsa = (string)key.Json["key"]!["kty"]! == "RSA";
            Assert.Equal(
                isRsa ? Jwk.Url(Rsa.ExportParameters(false).Modulus!) : Jwk.Url(Ec.ExportParameters(false).Q.X!), (string)key.Json["key"]![isRsa ? "n" : "x"]!);
        }
    }

    [Theory]
    [InlineData("encrypted", "is encrypted")]
    [InlineData("encrypted-pkcs1", "is encrypted")]
    [InlineData("openssh", "is in OpenSSH's own form")]
    [InlineData("public", "has a public key only")]
    [InlineData("public-pkcs1", "has a public key only")]
    [InlineData("certificate", "has a certificate only")]
    [InlineData("two", "has more than one private key")]
    [InlineData("neither", "is neither RSA nor EC")]
    [InlineData("request", "has no private key, but CERTIFICATE REQUEST")]
    [InlineData("damaged", "is damaged")]
    [InlineData("none", "is no PEM text")]
    [InlineData("curve", "is on a curve that Key Vault does not have")]
    public async Task Every_other_form_is_refused_in_a_sentence_of_its_own(string form, string words)
    {
        var pem = form switch
        {
            "encrypted" =>
                Rsa.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            "encrypted-pkcs1" =>
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END " +
                "RSA PRIVATE KEY-----\n",
            "openssh" => PemEncoding.WriteString("OPENSSH PRIVATE KEY", "openssh-key-v1\0"u8),
            "public" => Rsa.ExportSubjectPublicKeyInfoPem(),
            "public-pkcs1" => Rsa.ExportRSAPublicKeyPem(),
            "certificate" => Certificate(),
            "two" => Rsa.ExportPkcs8PrivateKeyPem() + "\n" + Ec.ExportPkcs8PrivateKeyPem(),
            // RFC 8410: an Ed25519 key.
            "neither" => "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
            "request" => PemEncoding.WriteString("CERTIFICATE REQUEST", [1, 2, 3]),
            "damaged" => PemEncoding.WriteString("RSA PRIVATE KEY", Rsa.ExportRSAPrivateKey().AsSpan(0, 200)),
            "curve" => ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1).ExportPkcs8PrivateKeyPem(),
            _ => "SECRET-VALUE",
        };
        Seed(new() { ["good"] = Rsa.ExportPkcs8PrivateKeyPem(), ["bad"] = pem });

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("keys[1]: bad: pem " + words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("keys[0]", fault.Message, StringComparison.Ordinal);
        foreach (var line in pem.Split('\n').Where(line => line.Length >= 10 && !line.StartsWith('-')))
        {
            Assert.DoesNotContain(line, fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_file_itself_may_begin_with_a_byte_order_mark()
    {
        Seed(new() { ["marked"] = Rsa.ExportPkcs8PrivateKeyPem() }, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await _vault.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync("/keys/marked")).Status);
    }

    [Fact]
    public async Task A_file_in_UTF_16_is_told_to_be_saved_otherwise()
    {
        Seed(new() { ["wide"] = Rsa.ExportPkcs8PrivateKeyPem() }, Encoding.Unicode);
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains("UTF-16; save it as UTF-8", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Beside a JSON Web Key, whose own operations were the only ones that were looked at.</summary>
    [Fact]
    public async Task Operations_beside_a_key_are_judged_too()
    {
        _vault.Options.SeedFile = Path.Combine(_vault.Root, "seed.json");
        await File.WriteAllTextAsync(
            _vault.Options.SeedFile, $$"""{"keys":[{"name":"signer","key":{{Jwk.Of(Ec, "P-256").ToJsonString()}},"key_ops":["sign","wrapKey"]}]}""");
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains("keys[0]: signer: Unsupported key operation(s): \"wrapKey\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hardware_key_for_a_standard_vault_is_a_fault_of_its_entry()
    {
        _vault.Options.DefaultVaultSku = "standard";
        _vault.Options.SeedFile = Path.Combine(_vault.Root, "seed.json");
        await File.WriteAllTextAsync(_vault.Options.SeedFile, $$"""{"keys":[{"name":"wrapper","hsm":true,"key":{{Jwk.Of(Rsa).ToJsonString()}}}]}""");
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains("keys[0]: wrapper: Hardware key operation not allowed on standard vault", fault.Message, StringComparison.Ordinal);
    }

    private void Seed(Dictionary<string, string> pem, Encoding? encoding = null)
    {
        _vault.Options.SeedFile = Path.Combine(_vault.Root, "seed.json");
        File.WriteAllText(
            _vault.Options.SeedFile, JsonSerializer.Serialize(new { keys = pem.Select(entry => new { name = entry.Key, pem = entry.Value }) }), encoding
                ?? new UTF8Encoding(false));
    }

    private static string Certificate()
    {
        var request = new CertificateRequest("CN=device", Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return made.ExportCertificatePem();
    }
}
