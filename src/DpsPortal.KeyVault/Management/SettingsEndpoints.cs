using System.Xml;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// What Azure does not let anybody set, and a simulation must: how long roles take to propagate, and whether the service limits
/// hold. A change lasts until the next start, which takes the settings again.
/// </summary>
internal sealed class SettingsEndpoints(ManagementPlane plane, RoleAssignments roles, Throttle throttle, EmbeddedKeyVaultOptions options)
{
    private const string Type = "DpsPortal.KeyVault/settings";

    public void Map(IEndpointRouteBuilder routes)
    {
        const string Path = "/subscriptions/{subscription}/providers/" + Type + "/default";
        routes.MapGet(Path, plane.Handle("SettingsGet", _ => ValueTask.FromResult(Current())));
        routes.MapPatch(Path, plane.Handle("SettingsPatch", PatchAsync));
    }

    private async ValueTask<Answer> PatchAsync(ManagementRequest request)
    {
        if (await JsonBody.ReadAsync(request.Http, ManagementJson.Default.SettingsPatchBody).ConfigureAwait(false) is not { Properties: { } properties })
        {
            return ArmErrors.InvalidBody;
        }

        var delay = properties.RolePropagationDelay is null ? roles.Delay : Parse(properties.RolePropagationDelay);
        if (delay is not { } wanted || wanted < TimeSpan.Zero || wanted > RoleAssignments.LongestDelay)
        {
            return ArmErrors.BadRequest(
                "InvalidParameter", $"rolePropagationDelay must be an ISO 8601 duration from PT0S to {XmlConvert.ToString(RoleAssignments.LongestDelay)}.");
        }

        if (wanted != roles.Delay)
        {
            await roles.SetDelayAsync(wanted, request.Audit).ConfigureAwait(false);
        }

        throttle.IsOn = properties.Throttling ?? throttle.IsOn;
        return Current();
    }

    private Answer Current() => Answer.Ok(
        new SettingsBody(
            $"/subscriptions/{options.SubscriptionId}/providers/{Type}/default", "default", Type,
            new SettingsProperties(XmlConvert.ToString(roles.Delay), throttle.IsOn)),
        ManagementJson.Default.SettingsBody);

    private static TimeSpan? Parse(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            return null;
        }
    }
}
