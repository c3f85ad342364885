using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a rotation policy does, and when: exactly one of the two times is set.</summary>
public class KeyRotationLifetimeAction
{
    public KeyRotationLifetimeAction(KeyRotationPolicyAction action) => Action = action;

    /// <summary>What is done.</summary>
    public KeyRotationPolicyAction Action { get; }

    /// <summary>How long after the version's creation, as an ISO 8601 duration ("P18M").</summary>
    public string TimeAfterCreate { get; set; }

    /// <summary>How long before the version's expiry, as an ISO 8601 duration ("P30D").</summary>
    public string TimeBeforeExpiry { get; set; }

    internal static KeyRotationLifetimeAction Read(JsonElement json)
    {
        var action = new KeyRotationPolicyAction(json.GetProperty("action").GetProperty("type").GetString());
        var trigger = json.GetProperty("trigger");
        return new KeyRotationLifetimeAction(action)
        {
            TimeAfterCreate = trigger.OptionalText("timeAfterCreate"),
            TimeBeforeExpiry = trigger.OptionalText("timeBeforeExpiry"),
        };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("trigger");
        json.WriteOptional("timeAfterCreate", TimeAfterCreate);
        json.WriteOptional("timeBeforeExpiry", TimeBeforeExpiry);
        json.WriteEndObject();
        json.WriteStartObject("action");
        json.WriteString("type", Action.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
