using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>Azure Key Vault keys REST API: the rotation policy of a key.</summary>
internal sealed class RotationPolicyEndpoints(DataPlane plane, KeyStore keys, TimeProvider domainClock)
{
    private const string Route = "/keys/{name}/rotationpolicy";
    private const string Shape = "The body must be a JSON object; each lifetime action needs a trigger and an action type Rotate or Notify.";

    /// <summary>What Key Vault answers where no policy was set: no id, and attributes null.</summary>
    private static readonly RotationPolicyBody None = new(null, [new(new(null, "P30D"), new(RotationPolicy.Notify))], null);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, plane.Handle(new("KeyRotationPolicyGet", DataActions.PolicyRead, ApiVersion.Rotation), Get));
        routes.MapPut(Route, plane.Handle(new("KeyRotationPolicySet", DataActions.PolicyWrite, ApiVersion.Rotation), PutAsync));
    }

    private ValueTask<Answer> Get(KeyRequest request) => ValueTask.FromResult<Answer>(
        keys.Find(request.Vault.Name, request.Name!) is { } key ? ToAnswer(request, key) : KeyAnswers.NotFound(request));

    private async ValueTask<Answer> PutAsync(KeyRequest request)
    {
        var (body, unreadable) = await JsonBody.ReadAsync(request.Http, KeysJson.Default.RotationPolicyBody, Shape).ConfigureAwait(false);
        if (body is null)
        {
            return unreadable!;
        }

        if (Actions(body) is not { } actions)
        {
            return VaultError.BadParameter(Shape);
        }

        if (RotationPolicy.Fault(actions, body.Attributes?.ExpiryTime) is { } fault)
        {
            return VaultError.BadParameter(fault);
        }

        if (keys.Find(request.Vault.Name, request.Name!) is not { } key)
        {
            return KeyAnswers.NotFound(request);
        }

        var now = domainClock.GetUtcNow();
        var changed = await keys.SetPolicyAsync(
            key, known => new RotationPolicy(actions, body.Attributes?.ExpiryTime, known?.Created ?? now, now), request.Audit).ConfigureAwait(false);
        return changed is KeyChange.Done done ? ToAnswer(request, done.Key) : KeyAnswers.NotFound(request);
    }

    /// <returns>The actions in canonical spelling, or null where one is incomplete.</returns>
    internal static List<LifetimeAction>? Actions(RotationPolicyBody body)
    {
        var actions = new List<LifetimeAction>();
        foreach (var action in body.LifetimeActions ?? [])
        {
            if (action is not { Trigger: { } trigger, Action.Type: { } text } || TypeOf(text) is not { } type)
            {
                return null;
            }

            actions.Add(new LifetimeAction(type, trigger.TimeAfterCreate, trigger.TimeBeforeExpiry));
        }

        return actions;
    }

    private static string? TypeOf(string text) =>
        text.Equals(RotationPolicy.Rotate, StringComparison.OrdinalIgnoreCase) ? RotationPolicy.Rotate
        : text.Equals(RotationPolicy.Notify, StringComparison.OrdinalIgnoreCase) ? RotationPolicy.Notify
        : null;

    private static Answer ToAnswer(KeyRequest request, StoredKey key)
    {
        if (key.Policy is not { } policy)
        {
            return Answer.Ok(None, KeysJson.Default.RotationPolicyBody);
        }

        var actions = policy.Actions.Select(action => new LifetimeActionBody(new(action.TimeAfterCreate, action.TimeBeforeExpiry), new(action.Type))).ToList();
        var attributes = new PolicyAttributesBody(policy.ExpiryTime, policy.Created.ToUnixTimeSeconds(), policy.Updated.ToUnixTimeSeconds());
        return Answer.Ok(
            new RotationPolicyBody(request.KeyId(key.Name, null) + "/rotationpolicy", actions, attributes), KeysJson.Default.RotationPolicyBody);
    }
}
