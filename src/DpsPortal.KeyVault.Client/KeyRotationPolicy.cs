using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>When the vault rotates a key by itself, and how long the versions it makes are valid.</summary>
public class KeyRotationPolicy
{
    /// <summary>The policy's address; null while none was ever set.</summary>
    public Uri Id { get; internal init; }

    /// <summary>At most one rotation and one notification.</summary>
    public IList<KeyRotationLifetimeAction> LifetimeActions { get; } = new List<KeyRotationLifetimeAction>();

    /// <summary>Validity of new versions, as an ISO 8601 duration of at least 28 days ("P90D"); null for no end.</summary>
    public string ExpiresIn { get; set; }

    /// <summary>When the policy was created.</summary>
    public DateTimeOffset? CreatedOn { get; internal init; }

    /// <summary>When the policy was last changed.</summary>
    public DateTimeOffset? UpdatedOn { get; internal init; }

    internal static KeyRotationPolicy Read(JsonElement json)
    {
        var attributes = json.Optional("attributes");
        var policy = new KeyRotationPolicy
        {
            Id = json.OptionalUri("id"),
            ExpiresIn = attributes?.OptionalText("expiryTime"),
            CreatedOn = attributes?.OptionalTime("created"),
            UpdatedOn = attributes?.OptionalTime("updated"),
        };
        foreach (var action in json.Optional("lifetimeActions")?.EnumerateArray() ?? default)
        {
            policy.LifetimeActions.Add(KeyRotationLifetimeAction.Read(action));
        }

        return policy;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("lifetimeActions");
        foreach (var action in LifetimeActions)
        {
            action.Write(json);
        }

        json.WriteEndArray();
        if (ExpiresIn is not null)
        {
            json.WriteStartObject("attributes");
            json.WriteString("expiryTime", ExpiresIn);
            json.WriteEndObject();
        }
    }
}
