using System.Diagnostics;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>Traces of a client's calls, with the names of the real package: the source is the client's full type name.</summary>
internal static class VaultTracing
{
    /// <summary>Starts the span of one call. Nothing is built while nobody listens.</summary>
    public static VaultScope StartScope(this ActivitySource source, string operation, string keyTag = null, string key = null, string version = null)
    {
        if (!source.HasListeners())
        {
            return default;
        }

        var client = source.Name[(source.Name.LastIndexOf('.') + 1)..];
        var activity = source.StartActivity($"{client}.{operation}");
        activity?.SetTag("az.namespace", "Microsoft.KeyVault");
        if (key is not null)
        {
            activity?.SetTag(keyTag, key);
        }

        if (version is not null)
        {
            activity?.SetTag("az.keyvault.key.version", version);
        }

        return new VaultScope(activity);
    }
}
