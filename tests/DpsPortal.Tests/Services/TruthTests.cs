using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Services;

/// <summary>Whatever the portal says is so.</summary>
public sealed class TruthTests
{
    [Fact]
    public async Task Whatever_is_said_of_keys_and_access_is_so() => await TruthRuns.RunAsync(int.Parse(Environment.GetEnvironmentVariable("TRUTH") ?? "500", System.Globalization.CultureInfo.InvariantCulture));
}
