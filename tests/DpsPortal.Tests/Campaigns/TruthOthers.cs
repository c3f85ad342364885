using System.Xml;
using DpsPortal.KeyVault.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Services;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What others do behind the portal's back: raw REST at the vault and its management, outages, restarts, backups, time.</summary>
internal sealed class TruthOthers(TruthSubject subject)
{
    public static readonly TimeSpan RoleDelay = TimeSpan.FromMinutes(2);

    private static readonly string[] AllOperations = ["wrapKey", "unwrapKey", "sign"];
    private static readonly TimeSpan[] Spans = [TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(40), TimeSpan.FromMinutes(5.1), TimeSpan.FromMinutes(11)];

    /// <summary>Versions of which "safe to disable" was said and which were then disabled.</summary>
    private readonly List<(KeyIdentifier Id, bool Warned)> _disabledAsUnused = [];

    private readonly List<(string Principal, string Role, string Scope)> _taken = [];
    private string? _backup;

    private TruthWorld World => subject.World;

    /// <returns>Whom a change of access is due to.</returns>
    public async Task<string> TakeAsync(TruthStep step)
    {
        var (a, b) = (step.A, step.B);
        switch (step.What)
        {
            case TruthHappening.NewVersion:
                await IfThereAsync(a, async () => await World.Systems.NewVersionAsync(World.VaultName, World.Key(a).Name));
                break;
            case TruthHappening.DisableVersion:
                await OnVersionAsync(a, b, async version =>
                {
                    if ((await World.VersionsAsync(a)).Any(known => known.Id == version && known.Enabled))
                    {
                        World.DisabledElsewhere.Add(version);
                        await World.SetEnabledAsync(version, false);
                    }
                });
                break;
            case TruthHappening.DisableUnused:
                await DisableUnusedAsync(a, b);
                break;
            case TruthHappening.EnableVersion:
                await OnVersionAsync(a, b, version => World.SetEnabledAsync(version, true));
                break;
            case TruthHappening.EnableAll:
                await OnAllVersionsAsync(version => World.SetEnabledAsync(version, true));
                break;
            case TruthHappening.AssignRole:
                await World.TryGrantAsync(subject.Instance(a).PrincipalId, RoleOf(b), ScopeOf(a, b));
                subject.Blame.RolesChanged(subject.Instance(a).PrincipalId, TruthBlame.Outside);
                break;
            case TruthHappening.RemoveRoles:
                await RemoveRolesAsync(subject.Instance(a), b);
                break;
            case TruthHappening.GiveRolesBack:
                await GiveRolesBackAsync();
                break;
            case TruthHappening.SetExpiry:
                await OnVersionAsync(a, b, version => TimesAsync(version, "exp", (b % 3) switch { 0 => -3600, 1 => 86400 * 20, _ => 86400 * 400 }));
                break;
            case TruthHappening.SetNotBefore:
                await OnVersionAsync(a, b, version => TimesAsync(version, "nbf", b % 2 == 0 ? 86400 : -86400));
                break;
            case TruthHappening.TakeOperations:
                await OnVersionAsync(
                    a, b, version => World.Vault.PatchAsync(version, new { key_ops = new[] { b % 2 == 0 ? "unwrapKey" : "wrapKey", "sign" } }));
                break;
            case TruthHappening.GiveOperations:
                await OnAllVersionsAsync(version => World.Vault.PatchAsync(version, new { key_ops = AllOperations }));
                break;
            case TruthHappening.DeleteKey:
                subject.IsWhole = false;
                await World.Vault.SendAsync(HttpMethod.Delete, World.Key(a).ToString());
                break;
            case TruthHappening.RecoverKey:
                foreach (var name in TruthWorld.KeyNames)
                {
                    await World.Vault.PostAsync($"{RunningVault.VaultAddress(World.VaultName)}/deletedkeys/{name}/recover", null);
                }

                break;
            case TruthHappening.DeleteVault:
                subject.IsWhole = false;
                await World.Vault.SendAsync(HttpMethod.Delete, World.VaultPath);
                break;
            case TruthHappening.RecoverVault:
                await World.Vault.SendAsync(HttpMethod.Put, World.VaultPath, new { location = "westeurope", properties = new { createMode = "recover" } });
                break;
            case TruthHappening.CloseFirewall or TruthHappening.OpenFirewall:
                subject.IsWhole &= step.What is TruthHappening.OpenFirewall;
                var action = step.What is TruthHappening.CloseFirewall ? "Deny" : "Allow";
                await World.Vault.PatchAsync(World.VaultPath, new { properties = new { networkAcls = new { defaultAction = action } } });
                break;
            default:
                return await HappenAsync(step);
        }

        return TruthBlame.Outside;
    }

    private async Task<string> HappenAsync(TruthStep step)
    {
        switch (step.What)
        {
            case TruthHappening.SlowRoles:
                subject.RolesAreSlow = true;
                subject.Blame.RolesHaveSettled();
                await SetRoleDelayAsync(RoleDelay);
                break;
            case TruthHappening.RolesSettle:
                if (!subject.RolesAreSlow)
                {
                    break;
                }

                World.Systems.VaultClock.Advance(RoleDelay + TimeSpan.FromSeconds(1));
                await SetRoleDelayAsync(TimeSpan.Zero);
                subject.RolesAreSlow = false;
                return TruthBlame.OfRoles;
            case TruthHappening.CutOff or TruthHappening.Hang:
                World.Systems.Hangs = step.What is TruthHappening.Hang;
                World.Systems.Cut = step.A % 2 == 0 ? Cut.Dps : Cut.Both;
                break;
            case TruthHappening.RejectAll:
                World.Systems.Rejects = true;
                break;
            case TruthHappening.Reconnect:
                World.Systems.Cut = Cut.None;
                World.Systems.Rejects = false;
                break;
            case TruthHappening.RestartAll:
                await World.Portal.RestartAsync();
                break;
            case TruthHappening.RestartVault:
                await World.Portal.RestartVaultAsync(() => Task.CompletedTask);
                break;
            case TruthHappening.BackUpDps:
                await BackUpAsync();
                break;
            case TruthHappening.PutDpsBack:
                await PutBackAsync();
                break;
            case TruthHappening.TimePasses:
                await PassAsync(Spans[step.A % Spans.Length]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }

        return TruthBlame.Nobody;
    }

    /// <summary>"Safe to disable" is taken at its word.</summary>
    private async Task DisableUnusedAsync(int key, int which)
    {
        if (await World.Portal.Keys.GetAsync(
            Staff.Auditor, World.VaultName, World.Key(key).Name, CancellationToken.None) is not Outcome<KeyDetail>.Done(var detail)
            || detail.Versions.Where(version => TruthClaims.UseOf(version) is SaidUse.Unused && version.Availability is not KeyAvailability.Disabled)
                .ToList() is not { Count: > 0 } unused)
        {
            return;
        }

        var version = unused[which % unused.Count];
        var before = await World.UnwrapAllAsync();
        await World.SetEnabledAsync(version.Id.ToString(), false);
        var after = await World.UnwrapAllAsync();
        _disabledAsUnused.Add((version.Id, TruthClaims.WarnsOfBackups(version, null)));
        subject.Claim(
            World.Instances.All(instance => before[instance.Name] is not true || after[instance.Name] is not false),
            "use: safe to disable, and somebody lost access", () => version.Id.ToString());
    }

    private async Task RemoveRolesAsync(TruthInstance instance, int which)
    {
        var found = (await World.AssignmentsAsync(World.KeyPath(which))).Concat(await World.AssignmentsAsync(World.KeyPath(which + 1)))
            .Where(assignment => assignment.Principal == instance.PrincipalId).DistinctBy(assignment => assignment.Id).ToList();
        foreach (var assignment in which % 3 == 0 ? found : found.Take(1))
        {
            await World.Vault.SendAsync(HttpMethod.Delete, $"{assignment.Id}?api-version=2022-04-01");
            _taken.Add((assignment.Principal, assignment.Role, assignment.Scope));
        }

        subject.Blame.RolesChanged(instance.PrincipalId, TruthBlame.Outside);
    }

    /// <summary>Those that were taken elsewhere; and what the portal took, somebody may give back who does not know of it.</summary>
    private async Task GiveRolesBackAsync()
    {
        foreach (var (principal, role, scope) in _taken)
        {
            await World.TryGrantAsync(principal, role, scope);
        }

        _taken.Clear();
        foreach (var instance in World.Instances.Where(instance => World.Configured(instance) is not null))
        {
            await World.TryGrantAsync(
                instance.PrincipalId, RunningVault.CryptoServiceEncryptionUser, $"{World.VaultPath}/keys/{World.Configured(instance)!.Name}");
        }

        foreach (var instance in World.Instances)
        {
            subject.Blame.RolesChanged(instance.PrincipalId, TruthBlame.Outside);
        }
    }

    private Task<VaultResponse> SetRoleDelayAsync(TimeSpan delay) => World.Vault.PatchAsync(
        $"{World.Vault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default",
        new { properties = new { rolePropagationDelay = XmlConvert.ToString(delay) } });

    private async Task BackUpAsync()
    {
        var copy = Directory.CreateTempSubdirectory("dps-truth-").FullName;
        await World.Portal.RestartAsync(() => RunningPortalServicesExtensions.Copy(World.Portal.DpsDirectory, copy));
        _backup = copy;
    }

    /// <summary>Instances and wrapped keys are as they were; the vault has gone on.</summary>
    private async Task PutBackAsync()
    {
        if (_backup is not { } copy)
        {
            return;
        }

        var before = await World.UnwrapAllAsync();
        await World.Portal.RestartAsync(() => RunningPortalServicesExtensions.Copy(copy, World.Portal.DpsDirectory));
        Directory.Delete(copy, recursive: true);
        _backup = null;
        World.Instances.RemoveAll(instance => World.Configured(instance) is null);
        var after = await World.UnwrapAllAsync();
        foreach (var (version, warned) in _disabledAsUnused)
        {
            var broken = World.Instances.Where(
                instance => before[instance.Name] is true && after[instance.Name] is false && World.Forms(instance)[0] == version)
                .ToList();
            subject.Claim(
                broken.Count == 0 || warned,
                "use: safe to disable, and a backup of DPS needs it",
                () => $"{version}: {string.Join(',', broken.Select(instance => instance.Name))}");
        }
    }

    /// <summary>And every check that became due has been made.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var clock = World.Systems.DpsClock;
        clock.Advance(span);
        for (var tries = 0; tries < 400; tries++)
        {
            if (Registry.Guarded.All(instance => instance.Guard!.NextCheckAt > clock.GetUtcNow()))
            {
                return;
            }

            await Task.Delay(5);
        }
    }

    private InstanceRegistry Registry => World.Portal.Dps.Services.GetRequiredService<InstanceRegistry>();

    private static string RoleOf(int which) => BuiltInRole.All[which % BuiltInRole.All.Count].Id.ToString();

    private string ScopeOf(int instance, int which) => ((which + instance) % 4) switch
    {
        0 => World.KeyPath(which),
        1 => World.VaultPath,
        2 => World.Vault.GroupPath,
        _ => World.Vault.SubscriptionPath,
    };

    private Task<VaultResponse> TimesAsync(string version, string what, int seconds)
    {
        var at = World.Vault.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds;
        return World.Vault.PatchAsync(version, new { attributes = new Dictionary<string, object> { [what] = at } });
    }

    private async Task IfThereAsync(int key, Func<Task> act)
    {
        if (await World.CurrentAsync(key) is not null)
        {
            await act();
        }
    }

    private async Task OnVersionAsync(int key, int which, Func<string, Task> change)
    {
        if (await World.VersionAsync(key, which) is { } version)
        {
            await change(version);
        }
    }

    private async Task OnAllVersionsAsync(Func<string, Task> change)
    {
        foreach (var key in new[] { 0, 1 })
        {
            foreach (var version in await World.VersionsAsync(key))
            {
                await change(version.Id);
            }
        }
    }
}
