using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The simulated DPS on a folder of its own, with adjustable clocks; it can be stopped and started again.</summary>
internal sealed class RunningDps : IAsyncDisposable
{
    public static readonly Caller Tester = new("00000000-0000-0000-0000-00000000beef", "Tess Tester");

    private readonly VaultAccess _access;
    private ProvisioningHost? _host;

    private RunningDps(VaultAccess access, ProvisioningOptions options)
    {
        _access = access;
        Options = options;
    }

    public ProvisioningOptions Options { get; }

    public FakeTimeProvider SystemClock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public FakeTimeProvider DomainClock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public ICheckpoints? Checkpoints { get; set; }

    /// <summary>With one the protocols are served on a free port.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Where set before the start: who is told what DPS logs.</summary>
    public Action<ILoggingBuilder>? Logging { get; set; }

    /// <summary>Leases, polls, tokens and logs; the adjustable clock unless a test needs the real one.</summary>
    public TimeProvider? RealClock { get; set; }

    public ProvisioningHost Host => _host ?? throw new InvalidOperationException("Stopped.");

    public IProvisioningInstances Instances => Host.Instances;

    public IEnrollments Enrollments => Host.Enrollments;

    public string DataDirectory => Options.DataDirectory;

    public string KeyFile => Path.Combine(DataDirectory + "-keys", "platform.key");

    public static RunningDps Stopped(VaultAccess access, int recordsPerDek = 4096) => new(access, new ProvisioningOptions
    {
        DataDirectory = Path.Combine(Directory.CreateTempSubdirectory("dps-test-").FullName, "dps"),
        RecordsPerDek = recordsPerDek,
        Port = 0,
        DeviceRetryAfter = TimeSpan.Zero,
    });

    public static async Task<RunningDps> StartedAsync(VaultAccess access, int recordsPerDek = 4096)
    {
        var dps = Stopped(access, recordsPerDek);
        await dps.StartAsync();
        return dps;
    }

    public async Task StartAsync() =>
        _host = await ProvisioningHost.StartAsync(
            Options, _access, RealClock ?? DomainClock, Checkpoints, RealClock ?? SystemClock, Logging, certificate: Certificate is null
                ? null
                : Task.FromResult(Certificate));

    public async Task StopAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public static ManagedIdentity Identity(string name = "id-contoso") => new(name, $"client-{name}", $"principal-{name}");

    public static CreateInstance Request(string name, KeyIdentifier? key = null, ManagedIdentity? identity = null) =>
        new(Guid.CreateVersion7(), name, "rg-contoso", "westeurope", key, key is null ? null : identity ?? Identity());

    public Task<Outcome<ProvisioningInstance>> CreateAsync(CreateInstance request) => Instances.CreateAsync(Tester, request, CancellationToken.None);

    public async Task<ProvisioningInstance> CreatedAsync(string name, KeyIdentifier? key = null) => (await CreateAsync(Request(name, key))).Value();

    public async Task<KeyAccessStatus> RecheckAsync(string name) => (await Instances.RecheckAsync(Tester, name, CancellationToken.None)).Value();

    public async Task<InstanceEncryption.CustomerManagedKey> KeyOfAsync(string name) =>
        (InstanceEncryption.CustomerManagedKey)(await Instances.GetAsync(Tester, name, CancellationToken.None))!.Encryption;

    public Task<RecordRead<RegistrationRecord>> ReadAsync(string name, string id) =>
        Enrollments.ReadRegistrationAsync(Tester, name, id, CancellationToken.None);

    public Task<RecordVerification> VerifyAsync(string name) => Enrollments.VerifyAsync(Tester, name, null, CancellationToken.None);

    public async Task ImportAsync(string name, int count) =>
        Assert.Equal(count, (await Enrollments.ImportRegistrationsAsync(Tester, name, Registrations(count), CancellationToken.None)).Value());

    public static IEnumerable<RegistrationRecord> Registrations(int count) =>
        Enumerable.Range(0, count).Select(number => new RegistrationRecord
        {
            RegistrationId = $"device-{number:D6}",
            EnrollmentGroupId = "line-a",
            AssignedHub = "contoso-hub.azure-devices.net",
            DeviceId = $"device-{number:D6}",
            Status = "assigned",
        });

    public static EnrollmentGroup Group(string id, string? primaryKey = null, string? secondaryKey = null) => new()
    {
        EnrollmentGroupId = id,
        Attestation = new Attestation("symmetricKey", new SymmetricKeyAttestation(primaryKey, secondaryKey)),
    };

    /// <summary>Lets the poller's timer pass and waits for the event that follows.</summary>
    public async Task<T> AfterAsync<T>(TimeSpan passed, Func<T, bool> expected)
        where T : ProvisioningEvent
    {
        var seen = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Host.Events.Subscribe(published =>
        {
            if (published is T candidate && expected(candidate))
            {
                seen.TrySetResult(candidate);
            }
        });
        SystemClock.Advance(passed);
        return await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Path.GetDirectoryName(DataDirectory)!, recursive: true);
    }
}

internal static class Outcomes
{
    public static T Value<T>(this Outcome<T> outcome) => Assert.IsType<Outcome<T>.Done>(outcome).Value;

    public static Refusal Refusal<T>(this Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Refusal;

    public static T Content<T>(this RecordRead<T> read) => Assert.IsType<RecordRead<T>.Found>(read).Content;
}
