using System.Globalization;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// Azure's service limits for keys, where they are switched on: so many operations in ten seconds, a heavier key counting for
/// several; a subscription has five times what a vault has. Fixed windows that open with a request. What is refused does not count.
/// </summary>
internal sealed class Throttle(KeyStore keys, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private const int SubscriptionFactor = 5;
    private readonly Dictionary<(string? Vault, ThrottleBucket Bucket), Window> _windows = [];
    private volatile bool _isOn = options.Throttling;

    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }

    /// <summary>Counts a request by the key that it is about. One that makes a key is counted when its body has said which.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public VaultError? Charge(KeyRequest request, string action)
    {
        if (!_isOn || action == DataActions.Create)
        {
            return null;
        }

        var version = request.Name is { } name ? keys.Find(request.Vault.Name, name)?.Find(request.Version) : null;
        if (version is null)
        {
            return Take(request, ThrottleBucket.SoftwareOther, 1);
        }

        return action == DataActions.Rotate
            ? ChargeCreation(request, version.KeyType)
            : Take(request, ThrottleLimits.Bucket(version.KeyType, creates: false), ThrottleLimits.CostOfUse(version.KeyType, version.Material.Size));
    }

    public VaultError? ChargeCreation(KeyRequest request, string keyType) =>
        _isOn ? Take(request, ThrottleLimits.Bucket(keyType, creates: true), 1) : null;

    /// <summary>Counts against the vault and the subscription, or against neither.</summary>
    /// <returns>How long to wait, or null where nothing stands in the way.</returns>
    public TimeSpan? Take(string vault, ThrottleBucket bucket, int cost)
    {
        lock (_windows)
        {
            var now = systemClock.GetUtcNow();
            var capacity = ThrottleLimits.Capacity(bucket);
            var ofVault = WindowOf(vault, bucket, now);
            var ofSubscription = WindowOf(null, bucket, now);
            if (ofVault.Used + cost > capacity)
            {
                return ofVault.Start + Period - now;
            }

            if (ofSubscription.Used + cost > SubscriptionFactor * capacity)
            {
                return ofSubscription.Start + Period - now;
            }

            ofVault.Used += cost;
            ofSubscription.Used += cost;
            return null;
        }
    }

    private VaultError? Take(KeyRequest request, ThrottleBucket bucket, int cost) =>
        Take(request.Vault.Name, bucket, cost) is { } wait ? Refuse(request, wait) : null;

    private Window WindowOf(string? vault, ThrottleBucket bucket, DateTimeOffset now)
    {
        if (!_windows.TryGetValue((vault, bucket), out var window) || now - window.Start >= Period || now < window.Start)
        {
            window = _windows[(vault, bucket)] = new Window(now);
        }

        return window;
    }

    private static VaultError Refuse(KeyRequest request, TimeSpan wait)
    {
        request.Http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new VaultError(429, "Throttled", "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached");
    }

    private sealed class Window(DateTimeOffset start)
    {
        public DateTimeOffset Start => start;

        public int Used { get; set; }
    }
}
