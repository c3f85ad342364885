namespace DpsPortal.BrowserTests;

/// <summary>One portal with the Contoso sample for the tests of a class.</summary>
public sealed class PortalWithSample : IAsyncLifetime
{
    private PortalProcess? _process;

    internal PortalProcess Process => _process ?? throw new InvalidOperationException("The portal has not started.");

    public async ValueTask InitializeAsync() => _process = await PortalProcess.StartAsync(sample: true, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
