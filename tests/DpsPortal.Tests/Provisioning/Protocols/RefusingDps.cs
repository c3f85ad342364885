using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>One DPS for the tables of bad input: every case is refused, so none leaves anything behind.</summary>
public sealed class RefusingDps : IAsyncLifetime
{
    internal ServedDps Served { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Served = await ServedDps.StartedAsync(null);
        await Served.PutGroupAsync("exists");
        await Served.Dps.CreatedAsync("other");
        (await Served.Dps.Host.Settings.PutPolicyAsync(
            RunningDps.Tester, ServedDps.Instance, new SharedAccessPolicy("reader", AccessRights.RegistrationStatusRead), default)).Value();
        var tpm = new { registrationId = "with-tpm", attestation = new { type = "tpm", tpm = new { endorsementKey = "AAAA" } } };
        Assert.Equal(200, (int)(await Served.ServiceAsync(HttpMethod.Put, "/enrollments/with-tpm", tpm)).Status);
    }

    public ValueTask DisposeAsync() => Served.DisposeAsync();
}
