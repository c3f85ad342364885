using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using DpsPortal.Tests.Services;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Campaigns;

/// <summary>What a request at the vault came to, sent as an instance's identity.</summary>
/// <param name="Works"><see langword="null"/> where nobody can be asked.</param>
internal sealed record Unwrapping(bool? Works, string Code);

/// <summary>An instance of a sequence.</summary>
internal sealed record TruthInstance(string Name, string IdentityName, string ClientId, string PrincipalId);

/// <summary>A version as the vault has it.</summary>
internal sealed record TruthVersion(string Id, bool Enabled, DateTimeOffset? NotBefore, DateTimeOffset? Expires);

/// <summary>One sequence's vault, keys, identities and instances, with the truth about them: reads at DPS, requests at the vault.</summary>
internal sealed class TruthWorld(TruthSystems systems)
{
    public const string Known = "line-a";
    public static readonly string[] KeyNames = ["kek-a", "kek-b"];

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, JsonNode> _public = [];
    private readonly List<string> _made = [];
    private Dictionary<string, object?>? _seen;
    private readonly int _number = systems.NextSequence();

    public TruthSystems Systems => systems;

    public RunningPortalServices Portal => systems.Portal;

    public RunningVault Vault => systems.Vault;

    public string VaultName => $"kv-truth-{_number}";

    public string VaultPath => Vault.VaultResourceId(VaultName);

    public List<TruthInstance> Instances { get; } = [];

    public List<string> Steps { get; } = [];

    /// <summary>One that the portal has made.</summary>
    public void Add(TruthInstance instance)
    {
        _made.Add(instance.Name);
        Instances.Add(instance);
    }

    public KeyIdentifier Key(int which) => KeyIdentifier.Parse($"{RunningVault.VaultAddress(VaultName)}/keys/{KeyNames[which % KeyNames.Length]}");

    public string KeyPath(int which) => $"{VaultPath}/keys/{KeyNames[which % KeyNames.Length]}";

    /// <summary>Two keys, two instances that follow the first and share nothing, and one more that is pinned or shares an identity.</summary>
    public async Task BeginAsync(int shape)
    {
        await Vault.CreateVaultAsync(VaultName);
        Portal.Options.Vaults.Add(VaultName);
        await systems.NewVersionAsync(VaultName, KeyNames[0]);
        await systems.NewVersionAsync(VaultName, KeyNames[1]);
        await AddInstanceAsync("one", Key(0));
        await AddInstanceAsync("two", Key(0), shape % 3 == 0 ? Instances[0].IdentityName : null);
        if (shape % 2 == 0)
        {
            await AddInstanceAsync("three", shape % 4 == 0 ? KeyIdentifier.Parse(await CurrentAsync(0) ?? "") : Key(1));
        }
    }

    public async Task AddInstanceAsync(string name, KeyIdentifier key, string? identity = null)
    {
        var full = $"dps-{_number}-{name}";
        _made.Add(full);
        var identityName = identity ?? $"id-{_number}-{name}";
        var (client, principal) = await Vault.CreateIdentityAsync(identityName);
        await TryGrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, $"{VaultPath}/keys/{key.Name}");
        var request = RunningDps.Request(full, key, new ManagedIdentity(identityName, client, principal));
        if (await Portal.Dps.Instances.CreateAsync(RunningDps.Tester, request, None) is Outcome<ProvisioningInstance>.Refused(var refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }

        await Portal.Dps.Enrollments.PutGroupAsync(RunningDps.Tester, full, RunningDps.Group(Known), null, None);
        Instances.Add(new TruthInstance(full, identityName, client, principal));
    }

    /// <summary>The vault goes, so that lists stay short, and roles above it with it.</summary>
    public async Task EndAsync()
    {
        (systems.Cut, systems.Rejects) = (Cut.None, false);
        foreach (var scope in new[] { Vault.SubscriptionPath, Vault.GroupPath })
        {
            await RemoveAssignmentsAsync(scope, _ => true);
        }

        await Vault.SendAsync(HttpMethod.Delete, VaultPath);
        Portal.Options.Vaults.Remove(VaultName);
        systems.Forget(_made);
    }

    /// <summary>While claims are compared nothing is changed, so that each question is asked once.</summary>
    public async Task WhileNothingChangesAsync(Func<Task> compare)
    {
        _seen = [];
        try
        {
            await compare();
        }
        finally
        {
            _seen = null;
        }
    }

    private async Task<T> OnceAsync<T>(string question, Func<Task<T>> ask)
    {
        if (_seen is not { } seen)
        {
            return await ask();
        }

        if (!seen.TryGetValue(question, out var answer))
        {
            seen[question] = answer = await ask();
        }

        return (T)answer!;
    }

    // ---- the truth at DPS

    /// <summary>A read and a write of the known record; a write that gets as far as the etag is one that would be done.</summary>
    public Task<(bool Read, bool Write, string Code)> ReadsAsync(TruthInstance instance) => OnceAsync($"reads {instance.Name}", async () =>
    {
        var read = await Portal.Dps.Enrollments.ReadGroupAsync(RunningDps.Tester, instance.Name, Known, None);
        var write = await Portal.Dps.Enrollments.PutGroupAsync(RunningDps.Tester, instance.Name, RunningDps.Group(Known), "\"never matches\"", None);
        var refused = (write as Outcome<RecordSummary>.Refused)?.Refusal.Code;
        return (read is RecordRead<EnrollmentGroup>.Found, refused is null or ProvisioningRefusals.ETagMismatch,
            read is RecordRead<EnrollmentGroup>.Rejected(var rejected) ? $"{rejected.StatusCode}/{rejected.ErrorCode}" : read.GetType().Name);
    });

    /// <summary>The forms as DPS has them, whatever any page makes of them.</summary>
    public IReadOnlyList<KeyIdentifier> Forms(TruthInstance instance) =>
        Portal.Dps.Services.GetRequiredService<InstanceRegistry>().Find(instance.Name)?.Guard?.Forms is { } forms
            ? [forms.Current.WrappedBy, .. forms.Retiring.Select(form => form.WrappedBy)]
            : [];

    public KeyIdentifier? Configured(TruthInstance instance) =>
        Portal.Dps.Services.GetRequiredService<InstanceRegistry>().Find(instance.Name)?.Guard?.Forms.Configured;

    // ---- the truth at the vault

    /// <summary>What unwrapping under the version that wraps the instance key comes to, asked for as the instance's identity.</summary>
    public async Task<Unwrapping> UnwrapsAsync(TruthInstance instance) =>
        systems.Cut.HasFlag(Cut.Dps) || systems.Rejects ? new Unwrapping(null, "cut off") : await WouldUnwrapAsync(instance);

    /// <summary>The same, whoever is cut off.</summary>
    private Task<Unwrapping> WouldUnwrapAsync(TruthInstance instance) => OnceAsync($"unwraps {instance.Name}", async () =>
    {
        var id = Forms(instance)[0].ToString();
        var secret = RandomNumberGenerator.GetBytes(32);
        var value = await PublicAsync(id) is { } jwk ? Wrap(jwk, secret) : new byte[256];
        var answer = await Vault.PostAsync($"{id}/unwrapkey", new { alg = "RSA-OAEP-256", value = Jwk.Url(value) }, await TokenAsync(instance.ClientId));
        return new Unwrapping(answer.Status == HttpStatusCode.OK && Jwk.Bytes(answer.Json["value"]).AsSpan().SequenceEqual(secret), CodeOf(answer));
    });

    public async Task<Dictionary<string, bool?>> UnwrapAllAsync()
    {
        var all = new Dictionary<string, bool?>();
        foreach (var instance in Instances)
        {
            all[instance.Name] = (await UnwrapsAsync(instance)).Works;
        }

        return all;
    }

    public async Task<Dictionary<string, bool>> WouldUnwrapAllAsync()
    {
        var all = new Dictionary<string, bool>();
        foreach (var instance in Instances)
        {
            all[instance.Name] = (await WouldUnwrapAsync(instance)).Works is true;
        }

        return all;
    }

    /// <returns>The id that GET without a version answers; <see langword="null"/> where the vault has no such key or nobody may ask.</returns>
    public Task<string?> CurrentAsync(int key) => OnceAsync($"current {key % KeyNames.Length}", async () =>
    {
        var answer = await Vault.GetAsync(Key(key).ToString());
        return answer.Status == HttpStatusCode.OK ? answer.KeyId : null;
    });

    public Task<IReadOnlyList<TruthVersion>> VersionsAsync(int key) => OnceAsync<IReadOnlyList<TruthVersion>>($"versions {key % KeyNames.Length}", async () =>
    {
        var answer = await Vault.GetAsync($"{Key(key)}/versions");
        return answer.Status != HttpStatusCode.OK ? [] :
        [
            .. answer.Json["value"]!.AsArray().Select(item => new TruthVersion(
                (string)item!["kid"]!, (bool)item["attributes"]!["enabled"]!, Time(item["attributes"]!["nbf"]), Time(item["attributes"]!["exp"]))),
        ];
    });

    /// <param name="which">A number, or <see cref="TruthStep.Current"/>.</param>
    public async Task<string?> VersionAsync(int key, int which) =>
        (which == TruthStep.Current ? await CurrentAsync(key) : null)
        ?? (await VersionsAsync(key) is { Count: > 0 } versions ? versions[which % versions.Count].Id : null);

    public Task<string> KeyCodeAsync(int key) => OnceAsync($"code {key % KeyNames.Length}", async () => CodeOf(await Vault.GetAsync(Key(key).ToString())));

    /// <summary>Assignments that hold for a key of the sequence, by id: those on it, on its vault and above.</summary>
    public Task<IReadOnlyList<(string Id, string Scope, string Role, string Principal)>> AssignmentsAsync(string scope) => OnceAsync<IReadOnlyList<(
        string Id, string Scope, string Role, string Principal)>>($"assignments {scope}", async () =>
    {
        var answer = await Vault.GetAsync($"{scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()");
        return answer.Status != HttpStatusCode.OK ? [] :
        [
            .. answer.Json["value"]!.AsArray()
                .Select(item => (
                    (string)item!["id"]!, (string)item["properties"]!["scope"]!, RoleOf((string)item["properties"]!["roleDefinitionId"]!),
                    (string)item["properties"]!["principalId"]!))
                .Where(found => Instances.Any(instance => instance.PrincipalId == found.Item4)),
        ];
    });

    /// <summary>Everything that a step that "was taken back" must leave as it found it.</summary>
    public async Task<string> PictureAsync()
    {
        var parts = new List<string>();
        foreach (var key in new[] { 0, 1 })
        {
            parts.AddRange((await VersionsAsync(key)).Select(version => $"{version.Id} {version.Enabled}").Order(StringComparer.Ordinal));
            parts.AddRange((await AssignmentsAsync(KeyPath(key))).Select(assignment => assignment.Id).Order(StringComparer.Ordinal));
        }

        return string.Join('\n', parts);
    }

    public async Task RemoveAssignmentsAsync(string scope, Func<(string Id, string Scope, string Role, string Principal), bool> which)
    {
        foreach (var assignment in (await AssignmentsAsync(scope)).Where(which))
        {
            await Vault.SendAsync(HttpMethod.Delete, $"{assignment.Id}?api-version=2022-04-01");
        }
    }

    public async Task<bool> TryGrantAsync(string principal, string role, string scope)
    {
        var properties =
            new { roleDefinitionId = $"{Vault.SubscriptionPath}/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = principal,
                principalType = "ServicePrincipal" };
        return (await Vault.SendAsync(
            HttpMethod.Put, $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}",
            new { properties })).Status == HttpStatusCode.Created;
    }

    /// <summary>Versions that were last disabled outside the portal.</summary>
    public HashSet<string> DisabledElsewhere { get; } = [];

    public Task<VaultResponse> SetEnabledAsync(string version, bool enabled) => Vault.PatchAsync(version, new { attributes = new { enabled } });

    public static string CodeOf(VaultResponse answer) => answer.Status == HttpStatusCode.OK ? "" : answer.InnerCode ?? answer.Code ?? answer.Status.ToString();

    private async Task<JsonNode?> PublicAsync(string id)
    {
        if (!_public.TryGetValue(id, out var jwk))
        {
            var answer = await Vault.GetAsync(id);
            if (answer.Status != HttpStatusCode.OK)
            {
                return null;
            }

            _public[id] = jwk = answer.Json["key"]!;
        }

        return jwk;
    }

    private static byte[] Wrap(JsonNode jwk, byte[] secret)
    {
        using var rsa = Jwk.PublicRsa(jwk);
        return rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA256);
    }

    private async Task<string> TokenAsync(string client)
    {
        if (!_tokens.TryGetValue(client, out var token))
        {
            _tokens[client] = token = await Vault.IdentityTokenAsync(client);
        }

        return token;
    }

    private static string RoleOf(string definition) => definition[(definition.LastIndexOf('/') + 1)..];

    private static DateTimeOffset? Time(JsonNode? seconds) => seconds is null ? null : DateTimeOffset.FromUnixTimeSeconds((long)seconds);
}
