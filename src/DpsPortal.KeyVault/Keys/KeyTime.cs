namespace DpsPortal.KeyVault.Keys;

internal static class KeyTime
{
    /// <summary>Key Vault counts in whole seconds.</summary>
    public static DateTimeOffset Now(TimeProvider domainClock) => DateTimeOffset.FromUnixTimeSeconds(domainClock.GetUtcNow().ToUnixTimeSeconds());
}
