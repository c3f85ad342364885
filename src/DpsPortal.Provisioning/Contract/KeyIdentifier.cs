using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// Identifier of a key in a vault: <c>https://{vault host}/keys/{name}[/{version}]</c>. Without a version it
/// follows the key's current version (versionless); with one it is pinned.
/// </summary>
/// <remarks>Syntax: Azure Key Vault, "Objects, identifiers and versioning".</remarks>
public sealed partial record KeyIdentifier
{
    private KeyIdentifier(Uri vault, string name, string? version)
    {
        Vault = vault;
        Name = name;
        Version = version;
    }

    /// <summary>Address of the vault, ending in a slash.</summary>
    public Uri Vault { get; }

    /// <summary>First label of the vault's host, which is the vault's name.</summary>
    public string VaultName => Vault.Host.Split('.')[0];

    /// <summary>In lower case, however it was written.</summary>
    public string Name { get; }

    /// <summary>32 lower-case hexadecimal digits, or <see langword="null"/> when versionless.</summary>
    public string? Version { get; }

    public bool IsPinned => Version is not null;

    public KeyIdentifier Versionless => Version is null ? this : new KeyIdentifier(Vault, Name, null);

    public KeyIdentifier WithVersion(string version) =>
        VersionPattern().IsMatch(version)
            ? new KeyIdentifier(Vault, Name, version)
            : throw new ArgumentException("A key version is 32 lower-case hexadecimal digits.", nameof(version));

    public Uri ToUri() => new(Vault, Version is null ? $"keys/{Name}" : $"keys/{Name}/{Version}");

    public override string ToString() => ToUri().AbsoluteUri;

    public static KeyIdentifier Create(Uri vault, string name, string? version = null) =>
        TryParse(new Uri(vault, version is null ? $"/keys/{name}" : $"/keys/{name}/{version}").AbsoluteUri, out var key)
            ? key
            : throw new ArgumentException($"'{name}' is not a key name with an optional version in {vault}.", nameof(name));

    public static KeyIdentifier Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException("Not a key identifier.");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out KeyIdentifier? key)
    {
        key = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttps
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            return false;
        }

        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length is not (2 or 3)
            || segments[0] != "keys"
            || !NamePattern().IsMatch(segments[1])
            || (segments.Length == 3 && !VersionPattern().IsMatch(segments[2])))
        {
            return false;
        }

        // Vaults compare key names without regard to case. One spelling, so that fences, counts and targets compared as text hold.
        key = new KeyIdentifier(
            new Uri(uri.GetLeftPart(UriPartial.Authority) + "/"), segments[1].ToLowerInvariant(), segments.ElementAtOrDefault(2));
        return true;
    }

    [GeneratedRegex(@"\A[0-9a-zA-Z-]{1,127}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex VersionPattern();
}
