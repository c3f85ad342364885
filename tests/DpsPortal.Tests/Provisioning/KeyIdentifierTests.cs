using CsCheck;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>A key has many addresses on one machine, and one meaning.</summary>
public sealed class KeyIdentifierTests
{
    private const string Version = "53b4c32e0d1a4f6b8c2e7a9d0f1b3c5d";
    private const string Embedded = "https://kv-contoso-prod.vault.localhost:8443/keys/kek-dps-prod/" + Version;

    [Theory]
    [InlineData("https://kv-contoso-prod.vault.localhost:9555/keys/kek-dps-prod/" + Version)]
    [InlineData("https://kv-contoso-prod.vault.localhost/keys/kek-dps-prod/" + Version)]
    [InlineData("https://KV-Contoso-Prod.Vault.LocalHost:8443/keys/KEK-dps-PROD/53B4C32E0D1A4F6B8C2E7A9D0F1B3C5D/")]
    [InlineData("https://kv-contoso-prod.vault.localhost.:8443/KEYS/kek-dps-prod/" + Version)]
    public void The_same_key_is_the_same_however_it_is_written(string text)
    {
        var (one, other) = (KeyIdentifier.Parse(Embedded), KeyIdentifier.Parse(text));
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.Equal(one.Canonical, other.Canonical);
        Assert.True(one.IsInSameVaultAs(other));
    }

    [Theory]
    [InlineData("https://kv-contoso-pilot.vault.localhost:8443/keys/kek-dps-prod/" + Version)]
    [InlineData("https://kv-contoso-prod.vault.localhost:8443/keys/kek-dps-prod")]
    [InlineData("https://kv-contoso-prod.vault.localhost:8443/keys/kek-dps/" + Version)]
    [InlineData("https://kv-contoso-prod.vault.localhost:8443/keys/kek-dps-prod/63b4c32e0d1a4f6b8c2e7a9d0f1b3c5d")]
    [InlineData("https://kv-contoso-prod.vault.azure.net/keys/kek-dps-prod/" + Version)]
    public void Another_key_is_another(string text) => Assert.NotEqual(KeyIdentifier.Parse(Embedded), KeyIdentifier.Parse(text));

    [Fact]
    public void Beyond_this_machine_the_port_is_part_of_the_address()
    {
        Assert.NotEqual(KeyIdentifier.Parse("https://kv.contoso.example:8443/keys/k"), KeyIdentifier.Parse("https://kv.contoso.example:9443/keys/k"));
        Assert.Equal(KeyIdentifier.Parse("https://kv.vault.azure.net:443/keys/k"), KeyIdentifier.Parse("https://KV.vault.azure.net/keys/K/"));
    }

    [Theory]
    [InlineData("https://127.0.0.1:8443/keys/k")]
    [InlineData("https://[::1]:9443/keys/k")]
    [InlineData("https://LOCALHOST/keys/k")]
    public void Loopback_has_one_name(string text) => Assert.Equal(KeyIdentifier.Parse("https://localhost:8443/keys/k"), KeyIdentifier.Parse(text));

    [Fact]
    public void What_was_given_is_what_is_shown_and_called() => Assert.Equal(Embedded, KeyIdentifier.Parse(Embedded).ToString());

    [Fact]
    public void Random_spellings_are_equal_exactly_when_they_name_the_same_key() => Gen
        .Select(Spelling.Generator, Spelling.Generator)
        .Sample((one, other) => (KeyIdentifier.Parse(one.Text) == KeyIdentifier.Parse(other.Text)) == (one.Key == other.Key), iter: 10_000);
}

/// <summary>A key, and one of the ways to write its address.</summary>
internal sealed record Spelling(string Key, string Text)
{
    private static readonly Gen<string> Port = OneOf("", ":8443", ":9555", ":50123");

    public static Gen<Spelling> Of(string vault, string name, string version) => Gen
        .Select(Port, Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool)
        .Select((port, upperHost, upperName, upperVersion, slash) => new Spelling(
            $"{vault}/{name}/{version}",
            $"https://{Cased(vault + ".vault.localhost", upperHost)}{port}/keys/{Cased(name, upperName)}"
            + (version.Length == 0 ? "" : "/" + Cased(version, upperVersion)) + (slash ? "/" : "")));

    /// <summary>Of a few vaults, names and versions, so that many pairs are the same key.</summary>
    public static Gen<Spelling> Generator { get; } = Gen
        .Select(OneOf("kv-a", "kv-b"), OneOf("kek", "kek-2"), OneOf("", new string('a', 32), new string('b', 32)))
        .SelectMany((vault, name, version) => Of(vault, name, version));

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static string Cased(string text, bool upper) => upper ? text.ToUpperInvariant() : text;
}
