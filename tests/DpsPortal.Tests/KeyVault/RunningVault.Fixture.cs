namespace DpsPortal.Tests.KeyVault;

/// <summary>As a class fixture. Campaigns, which no test runner starts, use the other part alone.</summary>
public sealed partial class RunningVault : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await StartAsync();
}
