using DpsPortal.Services.Keys;

namespace DpsPortal.Common;

/// <summary>
/// Versions of one key as people tell them apart: "v3 · 53b4c32e". The number is its place by age; Key Vault gives none, and never
/// removes one version alone, so that it stays.
/// </summary>
public sealed class VersionNumbers
{
    private readonly Dictionary<string, int> _numbers = [];

    public static VersionNumbers Of(IReadOnlyList<KeyVersion> newestFirst)
    {
        var numbers = new VersionNumbers();
        numbers.Learn(newestFirst);
        return numbers;
    }

    /// <summary>Whether all of them have a number here.</summary>
    public bool Know(params IEnumerable<string?> versions) => versions.All(version => version is null || _numbers.ContainsKey(version));

    public void Learn(IReadOnlyList<KeyVersion> newestFirst)
    {
        for (var place = 0; place < newestFirst.Count; place++)
        {
            _numbers[newestFirst[place].Id.Version ?? ""] = newestFirst.Count - place;
        }
    }

    /// <returns>Without a number where it is not known.</returns>
    public string Name(string? version) =>
        _numbers.TryGetValue(version ?? "", out var number) ? $"v{number} · {ShortVersion.Of(version)}" : ShortVersion.Of(version);
}
