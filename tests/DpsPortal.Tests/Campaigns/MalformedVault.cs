using System.Net.Security;
using DpsPortal.Tests.KeyVault;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Everything that the embedded vault serves: all key operations, the ARM-shaped management and the token endpoints.</summary>
internal static class MalformedVault
{
    private const string Origin = "https://localhost:8443";
    private const string KeysVersion = "api-version=7.6";
    private const string ArmVersion = "api-version=2023-07-01";
    private const string Role = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The full run, which watches time and memory too: bounds that a short run on a busy machine could not hold.</summary>
    public static async Task<string> CampaignAsync(int count)
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var target = await TargetAsync(vault);
        using var valid = await ValidTraffic.StartAsync(vault);
        var result = await MalformedTraffic.RunAsync(target, count, seed: 1, CancellationToken.None);
        var (validSent, validFailed) = await valid.StopAsync();
        MalformedTraffic.AssertHeld(target, result);
        Assert.True(result.Slowest < Patience, $"One request took {result.Slowest}.");
        Assert.True(result.HeapGrowth < 1.1, $"The heap grew to {result.HeapGrowth:0.00} times what it was after the first tenth.");
        Assert.Equal(0, validFailed);
        return $"no server error, slowest {result.Slowest.TotalMilliseconds:0} ms, heap × {result.HeapGrowth:0.00}, {validSent} valid requests beside " +
            "them unharmed";
    }

    public static async Task<MalformedTarget> TargetAsync(RunningVault vault)
    {
        await vault.CreateKeyAsync("fuzz", new { kty = "EC", crv = "P-256" });
        await vault.CreateKeyAsync("fuzz-rsa");
        await vault.CreateKeyAsync("fuzz-oct", new { kty = "oct-HSM", key_size = 256 });
        await vault.CreateKeyAsync("fuzz-gone");
        await vault.SendAsync(HttpMethod.Delete, "/keys/fuzz-gone");
        await vault.CreateIdentityAsync("id-fuzz");
        await vault.SendAsync(HttpMethod.Put, $"{vault.SubscriptionPath}/providers/Microsoft.Graph/applications/app-fuzz");
        await vault.CreateVaultAsync("kv-fuzz");
        await vault.CreateVaultAsync("kv-fuzz-gone", purgeProtection: false);
        await vault.SendAsync(HttpMethod.Delete, vault.VaultResourceId("kv-fuzz-gone"));
        return new MalformedTarget(
            () => Handler(vault),
            [.. Keys(await vault.AdministratorTokenAsync()), .. Management(
                vault, await vault.AdministratorTokenAsync(RunningVault.ManagementResource)), .. await TokensAsync(vault)],
            vault.Logs);
    }

    private static SocketsHttpHandler Handler(RunningVault vault)
    {
        var handler = vault.CreateHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
        return handler;
    }

    private static IEnumerable<ValidRequest> Keys(string token)
    {
        (string, string)[] bearer = [("Authorization", "Bearer " + token)];
        ValidRequest Key(string method, string path, string? body = null, string query = KeysVersion) =>
            ValidRequest.Json(method, Origin + path, query, body, bearer);
        return
        [
            Key(
                "POST", "/keys/fuzz/create",
                """{"kty":"EC","crv":"P-256","key_ops":["sign","verify"],"attributes":{"enabled":true,"nbf":1700000000,"exp":2000000000},"tags":{"a":"b"}}"""),
            Key("POST", "/keys/fuzz-oct/create", """{"kty":"oct-HSM","key_size":256,"attributes":{"enabled":true,"exportable":false},"release_policy":null}"""),
            Key(
                "PUT", "/keys/fuzz-imported",
                """{"key":{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"Aw","q":"BQ","dp":"AQ","dq":"AQ","qi":"AQ","key_ops":["sign"]},""" +
                """ "Hsm":false,"tags":{"a":"b"},"attributes":{"enabled":true}}"""),
            Key("PUT", "/keys/fuzz-imported", """{"key":{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB","d":"AQAB"},"hsm":true}"""),
            Key("PUT", "/keys/fuzz-imported-oct", """{"key":{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODw"},"Hsm":true}"""),
            Key("POST", "/keys/fuzz/rotate"),
            Key("PATCH", "/keys/fuzz/", """{"attributes":{"enabled":true,"exp":2000000000},"tags":{"a":"b"},"key_ops":["sign","verify"]}"""),
            Key("GET", "/keys/fuzz"),
            Key("GET", "/keys/fuzz/versions", null, KeysVersion + "&maxresults=2&$skiptoken=AAAA"),
            Key("GET", "/keys", null, KeysVersion + "&maxresults=2"),
            Key("POST", "/keys/fuzz/backup"),
            Key(
                "POST", "/keys/restore",
                """{"value":"JkF6dXJlS2V5VmF1bHRLZXlCYWNrdXBWMS5taWNyb3NvZnQuY29tZXlKcmFXUWlPaUl3TURBd0lpd2lZV3huSWpvaVVsTkJMVTlCUlZBaWZR"}"""),
            Key("POST", "/keys/fuzz-rsa/wrapkey", """{"alg":"RSA-OAEP-256","value":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
            Key("POST", "/keys/fuzz-oct/unwrapkey", """{"alg":"A256KW","value":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
            Key("POST", "/keys/fuzz-oct/encrypt", """{"alg":"A256GCM","value":"AAAA","iv":"AAAAAAAAAAAAAAAA","aad":"AAAA"}"""),
            Key("POST", "/keys/fuzz-oct/decrypt", """{"alg":"A256CBCPAD","value":"AAAA","iv":"AAAAAAAAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"""),
            Key("POST", "/keys/fuzz/sign", """{"alg":"ES256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"""),
            Key("POST", "/keys/fuzz/verify", """{"alg":"ES256","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","value":"AAAA"}"""),
            Key(
                "PUT", "/keys/fuzz/rotationpolicy",
                """{"id":"x","lifetimeActions":[{"trigger":{"timeAfterCreate":"P18M"},"action":{"type":"Rotate"}},""" +
                """{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":{"expiryTime":"P2Y","created":1}}"""),
            Key("GET", "/keys/fuzz/rotationpolicy"),
            Key("POST", "/keys/fuzz/release", """{"target":"AAAA","nonce":"AAAA","enc":"CKM_RSA_AES_KEY_WRAP"}"""),
            Key("GET", "/keys/fuzz/attestation"),
            Key("POST", "/rng", """{"count":32}"""),
            Key("GET", "/deletedkeys", null, KeysVersion + "&maxresults=2"),
            Key("GET", "/deletedkeys/fuzz-gone"),
        ];
    }

    private static IEnumerable<ValidRequest> Management(RunningVault vault, string token)
    {
        (string, string)[] bearer = [("Authorization", "Bearer " + token)];
        var subscription = vault.SubscriptionPath;
        var provider = $"{vault.GroupPath}/providers/Microsoft.KeyVault";
        var roles = "/providers/Microsoft.Authorization/roleAssignments";
        ValidRequest Arm(string method, string path, string? body = null, string query = ArmVersion) =>
            ValidRequest.Json(method, Origin + path, query, body, bearer);
        return
        [
            Arm("PUT", provider + "/vaults/kv-fuzz", $$"""
                {"location":"westeurope","tags":{"a":"b"},"properties":{"tenantId":"{{vault.Options.TenantId}}","sku":{"family":"A","name":"standard"},"enableSoftDelete":true,"accessPolicies":[],
                "softDeleteRetentionInDays":90,"publicNetworkAccess":"Enabled","networkAcls":{"bypass":"AzureServices","defaultAction":"Allow","ipRules":[{"value":"10.0.0.0/8"}],"virtualNetworkRules":[] } } }
                """),
            Arm("PUT", provider + "/vaults/kv-fuzz-gone", """{"location":"westeurope","properties":{"createMode":"recover"}}"""),
            Arm(
                "PATCH", provider + "/vaults/kv-fuzz",
                """{"tags":{"a":"b"},"properties":{"networkAcls":{"defaultAction":"Allow","ipRules":[{"value":"::1"}]}}}"""),
            Arm("GET", provider + "/vaults/kv-fuzz"),
            Arm("GET", "/subscriptions"),
            Arm("GET", provider + "/vaults"),
            Arm("POST", $"{subscription}/providers/Microsoft.KeyVault/checkNameAvailability", """{"name":"kv-fuzz","type":"Microsoft.KeyVault/vaults"}"""),
            Arm("GET", $"{subscription}/providers/Microsoft.KeyVault/deletedVaults"),
            Arm("PUT", $"{vault.VaultResourceId("kv-fuzz")}{roles}/0b2f6a1d-5c3e-4c6b-9a57-3f6f1a9d2c10", $$"""
                {"properties":{"roleDefinitionId":"{{subscription}}/providers/Microsoft.Authorization/roleDefinitions/{{Role}}","principalId":"0b2f6a1d-5c3e-4c6b-9a57-3f6f1a9d2c11","principalType":"ServicePrincipal" } }
                """),
            Arm(
                "GET", $"{vault.VaultResourceId("kv-fuzz")}{roles}", null,
                ArmVersion + "&$filter=atScope()%20and%20principalId%20eq%20'0b2f6a1d-5c3e-4c6b-9a57-3f6f1a9d2c11'"),
            Arm("GET", $"{subscription}/providers/Microsoft.Authorization/roleDefinitions", null, ArmVersion + "&$filter=type%20eq%20'BuiltInRole'"),
            Arm("PUT", $"{vault.GroupPath}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-fuzz", """{"location":"westeurope"}"""),
            Arm("GET", $"{vault.GroupPath}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-fuzz"),
            Arm("PUT", $"{subscription}/providers/Microsoft.Graph/applications/app-fuzz"),
            Arm(
                "PATCH", $"{subscription}/providers/DpsPortal.KeyVault/settings/default",
                """{"properties":{"rolePropagationDelay":"PT0S","throttling":false}}"""),
            Arm("GET", $"{subscription}/providers/Microsoft.KeyVault/auditEvents", null, ArmVersion + "&$top=2&$skiptoken=9"),
            Arm("GET", $"{vault.VaultResourceId("kv-fuzz")}/auditEvents", null, ArmVersion + "&$top=2"),
        ];
    }

    private static async Task<IEnumerable<ValidRequest>> TokensAsync(RunningVault vault)
    {
        var (tenant, client) = (vault.Options.TenantId, vault.Options.AdministratorClientId);
        var secret = await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"));
        var header = await File.ReadAllTextAsync(Path.Combine(vault.Root, "identity-endpoint", "header"));
        var (identity, _) = await vault.CreateIdentityAsync("id-fuzz-token");
        var basic = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client}:{secret}"));
        return
        [
            ValidRequest.Form(
                "POST", $"{Origin}/{tenant}/oauth2/v2.0/token",
                $"grant_type=client_credentials&client_id={client}&client_secret={secret}&scope=https%3A%2F%2Fvault.localhost%2F.default"),
            ValidRequest.Form(
                "POST", $"{Origin}/{tenant}/oauth2/token", "grant_type=client_credentials&resource=https%3A%2F%2Fvault.localhost",
                ("Authorization", "Basic " + basic)),
            ValidRequest.Form(
                "POST", Origin + "/adfs/oauth2/token",
                $"grant_type=client_credentials&client_id={client}&client_secret={secret}&scope=https%3A%2F%2Fvault.localhost%2F.default"),
            ValidRequest.Json(
                "GET", Origin + "/msi/token", $"api-version=2019-08-01&resource=https%3A%2F%2Fvault.localhost&client_id={identity}", null,
                ("X-IDENTITY-HEADER", header)),
            ValidRequest.Json("GET", $"{Origin}/{tenant}/.well-known/openid-configuration", "", null),
            ValidRequest.Json("GET", Origin + "/adfs/.well-known/openid-configuration", "", null),
            ValidRequest.Json("GET", Origin + "/common/discovery/instance", "api-version=1.1&authorization_endpoint=x", null),
        ];
    }
}
