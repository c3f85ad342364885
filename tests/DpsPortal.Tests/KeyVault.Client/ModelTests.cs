using System.Text.Json;
using Azure.Security.KeyVault.Keys;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Identifiers, names and JSON Web Keys.</summary>
public sealed class ModelTests
{
    [Theory]
    [InlineData("https://v.vault.localhost:8443/keys/kek", "kek", null)]
    [InlineData("https://v.vault.localhost:8443/keys/kek/0a", "kek", "0a")]
    [InlineData("https://v.vault.localhost:8443/deletedkeys/kek", "kek", null)]
    public void Key_identifier_falls_into_its_parts(string address, string name, string? version)
    {
        var identifier = new KeyVaultKeyIdentifier(new Uri(address));

        Assert.Equal((name, version), (identifier.Name, identifier.Version));
        Assert.Equal(new Uri("https://v.vault.localhost:8443"), identifier.VaultUri);
    }

    [Theory]
    [InlineData("https://v.vault.localhost/keys")]
    [InlineData("https://v.vault.localhost/keys/kek/0a/more")]
    public void What_is_no_key_identifier_is_refused(string address)
    {
        Assert.False(KeyVaultKeyIdentifier.TryCreate(new Uri(address), out _));
        Assert.Throws<ArgumentException>(() => new KeyVaultKeyIdentifier(new Uri(address)));
    }

    [Fact]
    public void Properties_are_of_keys_only() =>
        Assert.Throws<ArgumentException>(() => new KeyProperties(new Uri("https://v.vault.localhost/secrets/s")));

    [Fact]
    public void Rotation_actions_are_compared_without_case_and_key_types_with_it()
    {
        Assert.Equal(KeyRotationPolicyAction.Rotate, new KeyRotationPolicyAction("rotate"));
        Assert.Equal(KeyRotationPolicyAction.Rotate.GetHashCode(), new KeyRotationPolicyAction("rotate").GetHashCode());
        Assert.NotEqual(KeyType.Rsa, new KeyType("rsa"));
    }

    [Fact]
    public void Private_key_survives_the_json_of_a_web_key()
    {
        var json = JsonSerializer.Serialize(new JsonWebKey(Wire.Rsa, includePrivateParameters: true) { Id = "kek" });
        var read = JsonSerializer.Deserialize<JsonWebKey>(json)!;
        using var rsa = read.ToRSA(includePrivateParameters: true);

        Assert.StartsWith("""{"kid":"kek","kty":"RSA","key_ops":["encrypt",""", json, StringComparison.Ordinal);
        Assert.Equal(Wire.Rsa.ExportParameters(true).D, rsa.ExportParameters(true).D);
    }

    [Fact]
    public void Integers_with_a_sign_byte_or_without_leading_zeros_still_make_a_key()
    {
        var key = new JsonWebKey(Wire.Rsa, includePrivateParameters: true);
        key.N = [0, .. key.N];
        key.DP = [.. key.DP.SkipWhile(value => value == 0)];
        using var rsa = key.ToRSA(includePrivateParameters: true);

        Assert.Equal(Wire.Rsa.ExportParameters(true).DP, rsa.ExportParameters(true).DP);
    }

    [Fact]
    public void Private_key_is_not_handed_on_unasked()
    {
        using var rsa = new JsonWebKey(Wire.Rsa, includePrivateParameters: true).ToRSA();

        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => rsa.ExportParameters(true));
    }
}
