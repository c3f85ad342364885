using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// Identifier of a key in a vault: <c>https://{vault host}/keys/{name}[/{version}]</c>. Without a version it
/// follows the key's current version (versionless); with one it is pinned.
/// </summary>
/// <remarks>
/// Syntax: Azure Key Vault, "Objects, identifiers and versioning". Two identifiers are equal when they name the same key, however they
/// are written; this is the only place that compares them (<see cref="Canonical"/>). <see cref="ToString"/> keeps the address as it was
/// given, because wrapped forms are bound to that text and clients call it.
/// </remarks>
public sealed partial record KeyIdentifier
{
    /// <summary>Made once: lists ask for it of every key that every instance needs.</summary>
    private KeyIdentifier? _versionless;

    private KeyIdentifier(Uri vault, string name, string? version)
    {
        Vault = vault;
        Name = name;
        Version = version;
        var key = $"https://{HostOf(vault)}/keys/{name}";
        Canonical = version is null ? key : $"{key}/{version}";
    }

    /// <summary>
    /// The one spelling of the key: what is stored to be found again, and what is compared. Vaults on this machine stand in it without
    /// their port, since that may be another at the next start.
    /// </summary>
    public string Canonical { get; }

    /// <summary>Address of the vault, ending in a slash.</summary>
    public Uri Vault { get; }

    /// <summary>First label of the vault's host, which is the vault's name.</summary>
    public string VaultName => Vault.Host.Split('.')[0];

    /// <summary>In lower case, however it was written.</summary>
    public string Name { get; }

    /// <summary>32 hexadecimal digits in lower case, however they were written, or <see langword="null"/> when versionless.</summary>
    public string? Version { get; }

    public bool IsPinned => Version is not null;

    /// <summary>What a key may be called: up to 127 letters, digits and hyphens.</summary>
    public static bool IsName(string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>Whether both are keys of one vault.</summary>
    public bool IsInSameVaultAs(KeyIdentifier other) => IsSameVault(Vault, other.Vault);

    /// <summary>Whether two addresses are those of one vault, by the rule by which identifiers are compared.</summary>
    public static bool IsSameVault(Uri one, Uri other) => HostOf(one) == HostOf(other);

    public bool Equals(KeyIdentifier? other) => other is not null && Canonical == other.Canonical;

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    public KeyIdentifier Versionless => Version is null ? this : _versionless ??= new KeyIdentifier(Vault, Name, null);

    public KeyIdentifier WithVersion(string version) =>
        VersionPattern().IsMatch(version)
            ? new KeyIdentifier(Vault, Name, version.ToLowerInvariant())
            : throw new ArgumentException("A key version is 32 hexadecimal digits.", nameof(version));

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
            || !segments[0].Equals("keys", StringComparison.OrdinalIgnoreCase)
            || !IsName(segments[1])
            || (segments.Length == 3 && !VersionPattern().IsMatch(segments[2])))
        {
            return false;
        }

        // Vaults compare names and versions without regard to case.
        key = new KeyIdentifier(
            new Uri(uri.GetLeftPart(UriPartial.Authority) + "/"), segments[1].ToLowerInvariant(), segments.ElementAtOrDefault(2)?.ToLowerInvariant());
        return true;
    }

    /// <summary>Lower case by <see cref="Uri"/>. On this machine without the port, and one name for every way to write loopback.</summary>
    private static string HostOf(Uri vault)
    {
        var host = vault.IdnHost.TrimEnd('.');
        return vault.IsLoopback ? "localhost"
            : host.EndsWith(".localhost", StringComparison.Ordinal) ? host
            : vault.IsDefaultPort ? host
            : $"{host}:{vault.Port}";
    }

    [GeneratedRegex(@"\A[0-9a-zA-Z-]{1,127}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[0-9a-fA-F]{32}\z")]
    private static partial Regex VersionPattern();
}
