using DpsPortal.Tests.Hosting;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What the portal answers to programs: sign-in form, culture, health, pages with what their addresses take, and the way to a circuit.</summary>
internal static class MalformedPortal
{
    public static async Task<string> CampaignAsync(int count)
    {
        await using var portal = await RunningPortal.StartedAsync();
        var target = await TargetAsync(portal);
        var result = await MalformedTraffic.RunAsync(target, count, seed: 1, CancellationToken.None);
        MalformedTraffic.AssertHeld(target, result);
        return $"no server error, slowest {result.Slowest.TotalMilliseconds:0} ms, heap × {result.HeapGrowth:0.00}";
    }

    public static async Task<MalformedTarget> TargetAsync(RunningPortal portal)
    {
        var origin = portal.Address.GetLeftPart(UriPartial.Authority);
        var (cookie, field) = await portal.AntiforgeryAsync();
        var session = await portal.SessionAsync();
        ValidRequest Page(string path, string query = "") => ValidRequest.Json("GET", origin + path, query, null, ("Cookie", session));
        ValidRequest Anonymous(string path, string query = "") => ValidRequest.Json("GET", origin + path, query, null);
        return new MalformedTarget(RunningPortal.CreateHandler,
        [
            ValidRequest.Form(
                "POST", origin + "/development/sign-in", $"role=KeyCustodian&returnUrl=%2Finstances&__RequestVerificationToken={Uri.EscapeDataString(field)}",
                ("Cookie", cookie)),
            ValidRequest.Form(
                "POST", origin + "/development/sign-in", $"role=Auditor&returnUrl=%2F&__RequestVerificationToken={Uri.EscapeDataString(field)}",
                ("Cookie", cookie)),
            Anonymous("/sign-in", "returnUrl=%2Finstances"),
            Anonymous("/sign-out"),
            Anonymous("/culture/set", "culture=es&redirectUri=%2Fkeys"),
            Anonymous("/health/live"),
            Anonymous("/health/ready"),
            Anonymous("/instances", "q=contoso"),
            Anonymous("/app.css"),
            Anonymous("/error"),
            Page("/"),
            Page("/instances", "q=contoso"),
            Page("/instances/contoso", "tab=enrollments&kind=individuals&group=line-a&after=meter-1"),
            Page("/instances/contoso/enrollments/groups/line-a"),
            Page("/instances/contoso/policies/owner/rights"),
            Page("/instances/contoso/hubs/hub-one.azure-devices.net"),
            Page("/instances/contoso/rekey", "key=https%3A%2F%2Fkv.vault.localhost%2Fkeys%2Fkek"),
            Page("/keys/kv/kek"),
            Page("/keys/kv/kek/revoke", "instance=contoso&version=00000000000000000000000000000000"),
            Page("/keys/kv/kek/rotate"),
            Page("/activity", "subject=contoso&before=7"),
            Page("/operations", "before=00000000-0000-0000-0000-000000000000"),
            Page("/operations/00000000-0000-0000-0000-000000000001"),
            ValidRequest.Json("POST", origin + "/_blazor/negotiate", "negotiateVersion=1", null, ("Cookie", session)),
        ], portal.Logs);
    }
}
