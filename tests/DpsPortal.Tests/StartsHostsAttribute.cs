using Xunit.v3;

namespace DpsPortal.Tests;

/// <summary>
/// On every class of tests that starts a host, a process or a listener, by itself or through what it uses. What is left are the pure tests,
/// which run alone in a minute; <see cref="Architecture.PureTests"/> fails where the mark is missing or not needed.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StartsHostsAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Starts", "hosts")];
}
