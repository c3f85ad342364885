using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// learn.microsoft.com/azure/key-vault/general/service-limits. Limits of one column are one budget: an RSA-4096 key, with an
/// eighth of RSA-2048's limit, uses it up eight times as fast. What is about no key counts as the lightest software key.
/// </summary>
internal static class ThrottleLimits
{
    public static readonly IReadOnlyList<ThrottleLimit> Published =
    [
        new("RSA", 2048, 10, 2000, 20, 4000),
        new("RSA", 3072, 10, 500, 20, 1000),
        new("RSA", 4096, 10, 250, 20, 500),
        new("EC", null, 10, 2000, 20, 4000),
    ];

    public static ThrottleBucket Bucket(string keyType, bool creates) => (KeyTypes.IsHsm(keyType), creates) switch
    {
        (false, false) => ThrottleBucket.SoftwareOther,
        (false, true) => ThrottleBucket.SoftwareCreate,
        (true, false) => ThrottleBucket.HsmOther,
        (true, true) => ThrottleBucket.HsmCreate,
    };

    /// <summary>Operations of the lightest key.</summary>
    public static int Capacity(ThrottleBucket bucket) => Published.Max(limit => Of(limit, bucket));

    /// <summary>In operations of the lightest key. A type that is not in the table (oct) counts as that.</summary>
    public static int CostOfUse(string keyType, int size)
    {
        var bucket = Bucket(keyType, creates: false);
        var family = keyType.Split('-')[0];
        var limit = Published.FirstOrDefault(limit => limit.Family == family && (limit.Size is null || limit.Size == size));
        return limit is null ? 1 : Capacity(bucket) / Of(limit, bucket);
    }

    private static int Of(ThrottleLimit limit, ThrottleBucket bucket) => bucket switch
    {
        ThrottleBucket.SoftwareOther => limit.SoftwareOther,
        ThrottleBucket.SoftwareCreate => limit.SoftwareCreate,
        ThrottleBucket.HsmOther => limit.HsmOther,
        _ => limit.HsmCreate,
    };
}
