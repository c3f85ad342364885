using DpsPortal.BrowserTests;

[assembly: AssemblyFixture(typeof(PortalWithSample))]

namespace DpsPortal.BrowserTests;

/// <summary>One portal with the Contoso sample for all tests that leave it as it is: making the sample takes longer than most of them.</summary>
public class PortalWithSample : IAsyncLifetime
{
    private PortalProcess? _process;

    internal PortalProcess Process => _process ?? throw new InvalidOperationException("The portal has not started.");

    public async ValueTask InitializeAsync() => _process = await PortalProcess.StartAsync(sample: true, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
