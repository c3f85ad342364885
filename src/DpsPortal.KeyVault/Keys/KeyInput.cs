using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Checks what a client sent. Each method answers what is wrong, or null.</summary>
internal static class KeyInput
{
    private const int MostTags = 15;
    private const int LongestTag = 256;
    private const int UsualExponent = 65537;

    /// <summary>The last second that a DateTimeOffset can hold.</summary>
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static VaultError? Fault(KeyCreateBody body)
    {
        if (body.Kty is null)
        {
            return VaultError.BadParameter("Property kty is required.");
        }
        if (body.Kty is not (KeyTypes.Rsa or KeyTypes.RsaHsm))
        {
            return VaultError.BadParameter($"Invalid kty value: {body.Kty}", "KeyTypeNotSupported");
        }
        if (body.KeySize is not (null or 2048 or 3072 or 4096))
        {
            return VaultError.BadParameter($"Invalid key_size value: {body.KeySize}. An RSA key has 2048, 3072 or 4096 bits.");
        }
        if (body.PublicExponent is not (null or UsualExponent))
        {
            return VaultError.BadParameter($"Invalid public_exponent value: {body.PublicExponent}. Only {UsualExponent} is supported.");
        }
        if (body.ReleasePolicy is not null || body.Attributes?.Exportable is true)
        {
            return VaultError.BadParameter("Exportable keys and release policies are not supported.");
        }
        return OperationsFault(body.KeyOps) ?? TimesFault(body.Attributes) ?? TagsFault(body.Tags);
    }

    public static VaultError? Fault(KeyUpdateBody body) =>
        body.ReleasePolicy is not null || body.Attributes?.Exportable is true
            ? VaultError.BadParameter("Exportable keys and release policies are not supported.")
            : OperationsFault(body.KeyOps) ?? TimesFault(body.Attributes) ?? TagsFault(body.Tags);

    public static DateTimeOffset? Time(long? seconds) => seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;

    public static IReadOnlyList<string>? Operations(IReadOnlyList<string?>? operations) => operations?.OfType<string>().Distinct().ToList();

    /// <summary>No tags and an empty set are one state, shown as an absent member.</summary>
    public static IReadOnlyDictionary<string, string>? Tags(IReadOnlyDictionary<string, string?>? tags) =>
        tags is null or { Count: 0 } ? null : tags.ToDictionary(tag => tag.Key, tag => tag.Value ?? "");

    private static VaultError? OperationsFault(IReadOnlyList<string?>? operations) =>
        operations is null || KeyOperations.AreKnown(operations) ? null : VaultError.BadParameter("key_ops has a value that is not a key operation.");

    private static VaultError? TimesFault(AttributesBody? attributes) =>
        IsTime(attributes?.Nbf) && IsTime(attributes?.Exp) ? null : VaultError.BadParameter("nbf and exp are seconds since 1970-01-01.");

    private static bool IsTime(long? seconds) => seconds is null || (seconds >= 0 && seconds <= LatestTime);

    private static VaultError? TagsFault(IReadOnlyDictionary<string, string?>? tags)
    {
        if (tags?.Count > MostTags)
        {
            return VaultError.BadParameter($"A key has at most {MostTags} tags.");
        }
        return tags?.All(tag => tag.Key.Length <= LongestTag && (tag.Value?.Length ?? 0) <= LongestTag) ?? true
            ? null
            : VaultError.BadParameter($"The name and the value of a tag have at most {LongestTag} characters.");
    }
}
