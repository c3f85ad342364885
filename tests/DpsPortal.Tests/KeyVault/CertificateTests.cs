using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Certificates;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What clients trust: an authority that can vouch for this machine's names and no others.</summary>
[StartsHosts]
public sealed class CertificateTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("kv-any.vault.localhost", true)]
    [InlineData("host.docker.internal", true)]
    [InlineData("example.com", false)]
    [InlineData("localhost.example.com", false)]
    [InlineData("login.microsoftonline.com", false)]
    [InlineData("127.0.0.2", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.1.2.4", false)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::1", false)]
    public void The_authority_can_vouch_for_its_names_alone(string name, bool isAccepted)
    {
        var folder = ProtectedFolder.Open(Path.Combine(_vault.Root, "ca"));
        var (authority, leaf) = LocalCertificateAuthority.Open(folder, DateTimeOffset.UtcNow, "host.docker.internal", "10.1.2.3");
        leaf.Dispose();
        using var forged = Sign(Path.Combine(_vault.Root, "ca", "ca.pem"), name);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(authority);

        var isBuilt = chain.Build(forged);

        Assert.True(isBuilt == isAccepted, string.Join(' ', chain.ChainStatus.Select(status => status.Status)));
    }

    [Fact]
    public async Task The_file_to_trust_has_the_names_of_the_settings_unless_a_vault_runs_by_others()
    {
        string Constraints()
        {
            using var authority = X509CertificateLoader.LoadCertificateFromFile(EmbeddedKeyVault.EnsureCertificateAuthority(_vault.Options));
            return Convert.ToHexString(authority.Extensions[CertificateNames.ConstraintsId]!.RawData);
        }

        var plain = Constraints();
        _vault.Options.ExtraNames.Add("host.docker.internal");
        var extended = Constraints();
        await _vault.StartAsync();
        _vault.Options.ExtraNames.Add("other.internal");

        Assert.NotEqual(plain, extended);
        Assert.Equal(Convert.ToHexString(CertificateNames.Constraints(["host.docker.internal"]).RawData), extended);
        Assert.Equal(extended, Constraints());
    }

    [Fact]
    public async Task Extra_names_reach_the_default_vault_and_its_tokens()
    {
        _vault.Options.ExtraNames.Add("host.docker.internal");
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("contained");
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_id", _vault.Options.AdministratorClientId.ToString()),
            new("client_secret", await File.ReadAllTextAsync(Path.Combine(_vault.Root, "administrator-credential", "secret"))),
            new("scope", RunningVault.VaultResource + "/.default"),
        ]);

        using var token = await _vault.Http.PostAsync($"https://host.docker.internal:8443/{_vault.Options.TenantId}/oauth2/v2.0/token", form);
        var key = await _vault.GetAsync("https://host.docker.internal:8443/keys/contained");

        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.StartsWith("https://host.docker.internal:8443/keys/contained/", key.KeyId, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => _vault.GetAsync("https://other.docker.internal:8443/keys/contained"));
    }

    [Fact]
    public async Task The_certificate_for_clients_lies_ready_without_a_key()
    {
        var before = EmbeddedKeyVault.EnsureCertificateAuthority(_vault.Options);
        var made = await File.ReadAllTextAsync(before);
        await _vault.StartAsync();

        Assert.Equal(before, EmbeddedKeyVault.EnsureCertificateAuthority(_vault.Options));
        Assert.Equal(made, await File.ReadAllTextAsync(before));
        Assert.DoesNotContain("PRIVATE", made, StringComparison.Ordinal);
        using var certificate = X509Certificate2.CreateFromPem(made);
        Assert.Equal(_vault.Vault.CertificateAuthority.Thumbprint, certificate.Thumbprint);
    }

    [Fact]
    public void Another_set_of_names_keeps_the_authoritys_key_so_that_older_trust_goes_on()
    {
        var folder = ProtectedFolder.Open(Path.Combine(_vault.Root, "ca"));
        var (first, firstLeaf) = LocalCertificateAuthority.Open(folder, DateTimeOffset.UtcNow);
        var (second, secondLeaf) = LocalCertificateAuthority.Open(folder, DateTimeOffset.UtcNow, "host.docker.internal");
        var (same, sameLeaf) = LocalCertificateAuthority.Open(folder, DateTimeOffset.UtcNow, "host.docker.internal");

        Assert.Equal(first.GetPublicKeyString(), second.GetPublicKeyString());
        Assert.Equal(first.Subject, second.Subject);
        Assert.NotEqual(firstLeaf.Thumbprint, secondLeaf.Thumbprint);
        Assert.Equal((second.Thumbprint, secondLeaf.Thumbprint), (same.Thumbprint, sameLeaf.Thumbprint));
        // A client with the first certificate still reaches the loopback names under the first leaf.
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(first);
        Assert.True(chain.Build(firstLeaf));
    }

    [Theory]
    [InlineData("global.azure-devices-provisioning.net", true)]
    [InlineData("contoso.azure-devices-provisioning.net", true)]
    [InlineData("localhost", true)]
    [InlineData("a.contoso.azure-devices-provisioning.net", false)]
    [InlineData("contoso.azure-devices.net", false)]
    public async Task What_is_served_beside_the_vault_has_its_names_in_the_certificate_for_which_the_authority_may_vouch(string name, bool fits)
    {
        _vault.Options.ServedNames.Add("*.azure-devices-provisioning.net");
        await _vault.StartAsync();
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(_vault.Vault.CertificateAuthority);

        Assert.True(chain.Build(_vault.Vault.LoopbackCertificate));
        Assert.Equal(fits, _vault.Vault.LoopbackCertificate.MatchesHostname(name));
    }

    [Fact]
    public async Task Without_more_names_the_certificate_does_not_fit_Azures()
    {
        await _vault.StartAsync();

        Assert.False(_vault.Vault.LoopbackCertificate.MatchesHostname("global.azure-devices-provisioning.net"));
    }

    [Theory]
    [InlineData("*.net")]
    [InlineData("*")]
    [InlineData("a.*.example.com")]
    [InlineData("10.1.2.3")]
    [InlineData("")]
    public async Task A_served_name_that_no_client_would_accept_refuses_the_start(string name)
    {
        _vault.Options.ServedNames.Add(name);
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.StartsWith("KeyVault:Embedded:ServedNames ", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.example.com")]
    [InlineData("https://host")]
    [InlineData("host_name")]
    [InlineData("")]
    [InlineData("-host")]
    public async Task A_name_that_no_certificate_can_have_refuses_the_start(string name)
    {
        _vault.Options.ExtraNames.Add(name);
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.StartsWith("KeyVault:Embedded:ExtraNames ", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_stay_what_they_were_when_the_vault_comes_back_on_another_port()
    {
        await _vault.StartAsync();
        var key = await _vault.CreateKeyAsync("stable");
        var vault = await _vault.GetAsync(_vault.VaultResourceId("kv-contoso-prod"));
        var port = _vault.Vault.Port;
        await _vault.StopAsync();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, port);
        taken.Start();

        await _vault.StartAsync();

        Assert.NotEqual(port, _vault.Vault.Port);
        Assert.Equal(key.Text, (await _vault.GetAsync(key.KeyId)).Text);
        Assert.Equal(vault.Text, (await _vault.GetAsync(_vault.VaultResourceId("kv-contoso-prod"))).Text);
    }

    private static X509Certificate2 Sign(string authorityFile, string name)
    {
        var pem = File.ReadAllText(authorityFile);
        using var authority = X509Certificate2.CreateFromPem(pem, pem);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
    }
}
