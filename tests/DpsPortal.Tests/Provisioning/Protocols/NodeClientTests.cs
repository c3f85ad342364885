using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>Microsoft's own Node clients against the simulated DPS and the embedded vault, both over TLS.</summary>
[StartsHosts]
public sealed class NodeClientTests(RealVault vault) : IClassFixture<RealVault>
{
    private const string Instance = "dps-node";

    [Fact]
    public async Task Microsofts_clients_enroll_and_register_feel_the_revoke_and_succeed_after_the_restore()
    {
        if (await NodeClients.MissingAsync() is { } missing)
        {
            Assert.Skip(missing);
        }

        await using var dps = RunningDps.Stopped(vault.Access);
        dps.Certificate = vault.Vault.Vault.LoopbackCertificate;
        dps.RealClock = TimeProvider.System;
        await dps.StartAsync();
        var key = await vault.CreateKeyAsync("kek-node");
        var made = (await dps.CreateAsync(RunningDps.Request(Instance, key.Versionless, vault.Identity))).Value();
        (await dps.Host.Settings.PutHubAsync(RunningDps.Tester, Instance, new LinkedHub("hub-a.azure-devices.net", "westeurope"), default)).Value();
        using var authority = new TemporaryFolder();
        using var node = await StartAsync(dps, made.IdScope, Path.Combine(authority.Path, "ca.pem"));

        await AllSucceedsAsync(node, "meter-1");
        var before = Ok(await node.AskAsync("getGroup", new { id = "line-a" }));

        await vault.SetEnabledAsync(key, false);
        await dps.RecheckAsync(Instance);

        foreach (var (command, id) in new[] { ("getGroup", "line-a"), ("createIndividual", "late"), ("getRegistration", "meter-1"), ("queryIndividuals", ""),
            ("deleteIndividual", "single") })
        {
            var refused = await node.AskAsync(command, new { id, pageSize = 2 });
            Assert.Equal((403, 403011), ((int)refused["status"]!, (int)refused["body"]!["errorCode"]!));
            Assert.Equal(
                ("VersionDisabled", "KeyDisabled"), ((string?)refused["body"]!["info"]!["cause"], (string?)refused["body"]!["info"]!["vaultErrorCode"]));
        }

        foreach (var device in new[] { "meter-1", "meter-2" })
        {
            var refused = await node.AskAsync("register", new { id = device });
            Assert.Equal((503, 503011, "30"), ((int)refused["status"]!, (int)refused["body"]!["errorCode"]!, (string?)refused["retryAfter"]));
        }

        await vault.SetEnabledAsync(key, true);
        await dps.RecheckAsync(Instance);

        Assert.True(JsonNode.DeepEquals(before, Ok(await node.AskAsync("getGroup", new { id = "line-a" }))));
        Assert.Equal("assigned", (string?)Ok(await node.AskAsync("register", new { id = "meter-2" }))["status"]);
        Assert.Equal("assigned", (string?)Ok(await node.AskAsync("getRegistration", new { id = "meter-1" }))["status"]);

        // Nothing that was refused was done later.
        Assert.Equal(404, (int)(await node.AskAsync("getRegistration", new { id = "late" }))["status"]!);
        Assert.Equal(
            ["single", "single-2", "single-3"], ((JsonArray)Ok(await node.AskAsync("queryIndividuals", new { pageSize = 2 }))).Select(id => (string?)id));
        Ok(await node.AskAsync("deleteIndividual", new { id = "single" }));
    }

    private static async Task AllSucceedsAsync(NodeClients node, string device)
    {
        Assert.Equal("line-a", (string?)Ok(await node.AskAsync("createGroup", new { id = "line-a" }))["enrollmentGroupId"]);
        Assert.Equal("north", (string?)Ok(await node.AskAsync("updateGroup", new { id = "line-a" }))["initialTwin"]!["tags"]!["site"]);
        Assert.Equal(88, ((string)Ok(await node.AskAsync("getKeys", new { id = "line-a" }))["symmetricKey"]!["primaryKey"]!).Length);
        var state = Ok(await node.AskAsync("register", new { id = device }));
        Assert.Equal(("assigned", "hub-a.azure-devices.net"), ((string?)state["status"], (string?)state["assignedHub"]));
        foreach (var id in new[] { "single", "single-2", "single-3" })
        {
            Ok(await node.AskAsync("createIndividual", new { id }));
        }
    }

    private async Task<NodeClients> StartAsync(RunningDps dps, string idScope, string authorityFile)
    {
        await File.WriteAllTextAsync(authorityFile, vault.Vault.Vault.CertificateAuthority.ExportCertificatePem());
        var owner = (await dps.Host.Settings.RevealPolicyAsync(RunningDps.Tester, Instance, SharedAccessPolicy.Owner, default)).Value();
        return await NodeClients.StartAsync(
            $"HostName={Instance}.dps.localhost;SharedAccessKeyName={SharedAccessPolicy.Owner};SharedAccessKey={owner.PrimaryKey}",
            "global.dps.localhost", idScope, dps.Host.Port!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), authorityFile);
    }

    private static JsonNode Ok(JsonObject answer)
    {
        Assert.True((bool)answer["ok"]!, answer.ToJsonString());
        return answer["value"] ?? new JsonObject();
    }
}
