using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Settings of a <see cref="KeyClient"/>: those of every Azure client (transport, retries, diagnostics) and the vault's own.</summary>
public class KeyClientOptions : ClientOptions
{
    /// <exception cref="ArgumentException"><paramref name="version"/> is not a known version.</exception>
    public KeyClientOptions(ServiceVersion version = ServiceVersion.V7_6)
    {
        Version = version;
        VersionText = VaultOptions.TextOf((int)version, nameof(version));
        this.LogVaultHeaders();
    }

    /// <summary>Versions of the vault's REST interface.</summary>
    public enum ServiceVersion
    {
        V7_0 = 0,
        V7_1 = 1,
        V7_2 = 2,
        V7_3 = 3,
        V7_4 = 4,
        V7_5 = 5,
        V7_6 = 6,
    }

    /// <summary>The version asked for in every request.</summary>
    public ServiceVersion Version { get; }

    /// <summary>
    /// Whether a token may be sent although the vault's host is not below the challenge's resource.
    /// Leave it off: it is what keeps a token from being handed to a host that merely asks for one.
    /// </summary>
    public bool DisableChallengeResourceVerification { get; set; }

    internal string VersionText { get; }
}
