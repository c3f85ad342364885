using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// The engine of the simulated DPS without its background services: nothing happens that is not called. On a copy of an empty
/// database in memory where there is such a place, so that thousands of sequences can each have their own.
/// </summary>
internal sealed class Engine : IDisposable
{
    /// <summary>In memory where there is such a place.</summary>
    public static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    private readonly VaultAccess _access;
    private readonly string _folder;
    private readonly Action<IServiceCollection, FakeTimeProvider>? _replace;
    private ServiceProvider? _services;
    private DpsDatabase? _database;

    private Engine(VaultAccess access, string folder, ProvisioningOptions options, Action<IServiceCollection, FakeTimeProvider>? replace)
    {
        _access = access;
        _folder = folder;
        _replace = replace;
        Options = options;
    }

    public ProvisioningOptions Options { get; }

    public FakeTimeProvider SystemClock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public FakeTimeProvider DomainClock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public SwitchableCheckpoints Checkpoints { get; } = new();

    public string DatabaseFile => Path.Combine(Options.DataDirectory, "dps.db");

    public IProvisioningInstances Instances => Get<IProvisioningInstances>();

    public IEnrollments Enrollments => Get<IEnrollments>();

    /// <param name="replace">Puts something else in the place of a service.</param>
    /// <param name="copyOf">A closed engine whose database it begins with, instead of an empty one.</param>
    public static async Task<Engine> StartAsync(
        VaultAccess access, int recordsPerDek = 4096, long encryptionsPerDek = 1L << 31, Action<IServiceCollection, FakeTimeProvider>? replace = null,
        Engine? copyOf = null)
    {
        var template = copyOf?._folder ?? await Template.Value;
        var folder = Path.Combine(Root, "dps-engine-" + Guid.NewGuid().ToString("N"));
        foreach (var name in (string[])["dps", "dps-keys"])
        {
            var copy = MakePrivate(Path.Combine(folder, name));
            foreach (var file in Directory.GetFiles(Path.Combine(template, name)).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
        }

        var options =
            new ProvisioningOptions { DataDirectory = Path.Combine(folder, "dps"), RecordsPerDek = recordsPerDek, EncryptionsPerDek = encryptionsPerDek };
        var engine = new Engine(access, folder, options, replace);
        await engine.OpenAsync();
        return engine;
    }

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>What a kill leaves is what was committed: everything else is in memory and gone.</summary>
    public async Task ReopenAsync()
    {
        Close();
        await OpenAsync();
    }

    public void Close()
    {
        _services?.Dispose();
        _database?.Dispose();
    }

    public void Dispose()
    {
        Close();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        _database = await DpsDatabase.OpenAsync(Options.DataDirectory, CancellationToken.None);
        var platformKey = PlatformKeys.Load(Options.DataDirectory + "-keys", _database);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(Options)
            .AddSingleton(_access)
            .AddSingleton(new DomainClock(DomainClock))
            .AddSingleton<ICheckpoints>(Checkpoints)
            .AddSingleton<TimeProvider>(SystemClock)
            .AddSingleton(_ => platformKey)
            .AddSingleton(_database)
            .AddEngine();
        _replace?.Invoke(services, SystemClock);
        _services = services.BuildServiceProvider();
        Get<InstanceRegistry>().Load();
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dps-engine-template-").FullName;
        var directory = MakePrivate(Path.Combine(folder, "dps"));
        using var database = await DpsDatabase.OpenAsync(directory, CancellationToken.None);
        using var platformKey = PlatformKeys.Load(MakePrivate(Path.Combine(folder, "dps-keys")), database);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static string MakePrivate(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        ProtectedFolder.Open(folder);
        return folder;
    }
}

/// <summary>A point that was reached and at which the process is taken to have ended.</summary>
internal sealed class CrashedException(string checkpoint) : Exception(checkpoint);

internal sealed class SwitchableCheckpoints : ICheckpoints
{
    /// <summary>How many more checkpoints are passed before one ends the process; nothing for none.</summary>
    public int? CrashAfter { get; set; }

    public void Reached(string checkpoint)
    {
        if (CrashAfter is { } left)
        {
            CrashAfter = left == 0 ? null : left - 1;
            if (left == 0)
            {
                throw new CrashedException(checkpoint);
            }
        }
    }
}
