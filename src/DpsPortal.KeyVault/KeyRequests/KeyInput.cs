using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>Checks what a client sent. Each method answers what is wrong, or null.</summary>
internal static class KeyInput
{
    private const string NotExportable = "Exportable keys and release policies are not supported: without an HSM there is nothing to attest to.";
    private const string OfManagedHsm = "symmetric keys are Managed HSM's alone, and a premium vault stands in for it with oct-HSM.";
    private const int MostTags = 15;
    private const int LongestTag = 256;
    private const int UsualRsaSize = 2048;
    private const int UsualOctSize = 256;

    /// <summary>The last second that a DateTimeOffset can hold.</summary>
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static VaultError? Fault(KeyCreateBody body, VaultResource vault) => body.Kty is null
        ? VaultError.MissingProperty("kty")
        : Fault(body.Kty, body.KeyOps, body.Attributes, body.Tags, body.ReleasePolicy is not null, vault);

    public static VaultError? Fault(KeyImportBody body, VaultResource vault)
    {
        if (body.Key is not { } key)
        {
            return VaultError.MissingProperty("key");
        }

        if (ImportedType(body) is not { } kty)
        {
            return VaultError.MissingProperty("key.kty");
        }

        if (key.KeyHsm is not null)
        {
            return VaultError.BadParameter("A key transfer blob (key_hsm) can only be opened by an HSM; this vault has none.");
        }

        return Fault(kty, key.KeyOps, body.Attributes, body.Tags, body.ReleasePolicy is not null, vault);
    }

    /// <summary>A symmetric key is imported as kty oct with Hsm, and becomes one of an -HSM type.</summary>
    public static string? ImportedType(KeyImportBody body) =>
        body.Key?.Kty is { } type && (body.Hsm ?? body.LowerCaseHsm) is true ? KeyTypes.ToHsm(type) : body.Key?.Kty;

    /// <summary>What kind of key to make.</summary>
    public static (KeySpec? Spec, VaultError? Fault) Spec(KeyCreateBody body) => body.Kty switch
    {
        KeyTypes.Rsa or KeyTypes.RsaHsm => RsaSpec(body),
        KeyTypes.Ec or KeyTypes.EcHsm => EcCurve.Find(body.Crv ?? EcCurve.P256.Name, out var fault) is { } curve
            ? (new KeySpec.Ec(curve), null)
            : (null, VaultError.BadParameter(fault!)),
        _ => body.KeySize is null or 128 or 192 or 256
            ? (new KeySpec.Oct(body.KeySize ?? UsualOctSize), null)
            : (null, VaultError.BadParameter($"Invalid key_size value: {body.KeySize}. A symmetric key has 128, 192 or 256 bits here; {OfManagedHsm}")),
    };

    /// <summary>But for the operations, which depend on the key.</summary>
    public static VaultError? Fault(KeyUpdateBody body) =>
        body.ReleasePolicy is not null || body.Attributes?.Exportable is true
            ? VaultError.BadParameter(NotExportable)
            : TimesFault(body.Attributes) ?? TagsFault(body.Tags);

    public static KeyVersion NewVersion(
        string id, string keyType, KeyMaterial material, IReadOnlyList<string?>? operations, AttributesBody? attributes,
        IReadOnlyDictionary<string, string?>? tags, DateTimeOffset now) => new(
            id, keyType, material, Operations(operations) ?? KeyOperations.DefaultFor(material),
            new KeyAttributes(attributes?.Enabled ?? true, Time(attributes?.Nbf), Time(attributes?.Exp), now, now), Tags(tags));

    public static DateTimeOffset? Time(long? seconds) => seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;

    public static IReadOnlyList<string>? Operations(IReadOnlyList<string?>? operations) => operations?.OfType<string>().Distinct().ToList();

    /// <summary>No tags and an empty set are one state, shown as an absent member.</summary>
    public static IReadOnlyDictionary<string, string>? Tags(IReadOnlyDictionary<string, string?>? tags) =>
        tags is null or { Count: 0 } ? null : tags.ToDictionary(tag => tag.Key, tag => tag.Value!);

    private static VaultError? Fault(
        string kty, IReadOnlyList<string?>? operations, AttributesBody? attributes, IReadOnlyDictionary<string, string?>? tags, bool hasReleasePolicy,
        VaultResource vault)
    {
        // A vault has no key of type oct: Azure refuses it in these words.
        if (kty is not (KeyTypes.Rsa or KeyTypes.RsaHsm or KeyTypes.Ec or KeyTypes.EcHsm or KeyTypes.OctHsm))
        {
            return VaultError.BadParameter(
                kty is KeyTypes.Oct ? $"Invalid kty value: {kty}. As in Azure, {OfManagedHsm}" : $"Invalid kty value: {kty}", "KeyTypeNotSupported");
        }

        if (KeyTypes.IsHsm(kty) && !vault.TakesHardwareKeys)
        {
            return VaultError.StandardVault;
        }

        return hasReleasePolicy || attributes?.Exportable is true
            ? VaultError.BadParameter(NotExportable)
            : KeyOperations.Fault(kty, operations) ?? TimesFault(attributes) ?? TagsFault(tags);
    }

    private static (KeySpec? Spec, VaultError? Fault) RsaSpec(KeyCreateBody body)
    {
        if (body.KeySize is not (null or 2048 or 3072 or 4096))
        {
            return (null, VaultError.BadParameter($"Invalid key_size value: {body.KeySize}. An RSA key has 2048, 3072 or 4096 bits."));
        }

        return body.PublicExponent is null or 3 or RsaKeys.UsualExponent
            ? (new KeySpec.Rsa(body.KeySize ?? UsualRsaSize, body.PublicExponent ?? RsaKeys.UsualExponent), null)
            : (null, VaultError.BadParameter($"Invalid public_exponent value: {body.PublicExponent}. It may be 3 or {RsaKeys.UsualExponent}."));
    }

    private static VaultError? TimesFault(AttributesBody? attributes) =>
        IsTime(attributes?.Nbf) && IsTime(attributes?.Exp) ? null : VaultError.BadParameter("nbf and exp are seconds since 1970-01-01.");

    private static bool IsTime(long? seconds) => seconds is null || (seconds >= 0 && seconds <= LatestTime);

    private static VaultError? TagsFault(IReadOnlyDictionary<string, string?>? tags)
    {
        if (tags?.Count > MostTags)
        {
            return VaultError.BadParameter($"A key has at most {MostTags} tags.");
        }

        if (tags?.FirstOrDefault(tag => tag.Value is null) is { Key: { } empty })
        {
            return VaultError.InvalidProperty($"tags.{empty}");
        }

        return tags?.All(tag => tag.Key.Length <= LongestTag && tag.Value!.Length <= LongestTag) ?? true
            ? null
            : VaultError.BadParameter($"The name and the value of a tag have at most {LongestTag} characters.");
    }
}
