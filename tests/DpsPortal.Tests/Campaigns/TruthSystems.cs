using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Services;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Whether the portal, DPS or both reach the vault.</summary>
[Flags]
internal enum Cut
{
    None = 0,
    Portal = 1,
    Dps = 2,
    Both = 3,
}

/// <summary>
/// The running triple that many sequences share, each with vault, keys, identities and instances of its own. Leases, polls and the
/// spreading of roles run on clocks that the sequences move.
/// </summary>
internal sealed class TruthSystems : IAsyncDisposable
{
    // Making a key takes longer than everything else in a sequence; which numbers a version has makes no difference to anybody.
    private static readonly Lazy<JsonObject[]> Material = new(() =>
    [
        .. Enumerable.Range(0, 4).Select(_ =>
        {
            using var rsa = RSA.Create(2048);
            return Jwk.Of(rsa);
        }),
    ]);

    private int _sequences;
    private int _versions;

    public RunningPortalServices Portal { get; private init; } = null!;

    public FakeTimeProvider DpsClock { get; private init; } = null!;

    public FakeTimeProvider VaultClock { get; } = new(DateTimeOffset.UtcNow);

    public RunningVault Vault => Portal.KeyVault;

    /// <summary>Who does not reach the vault at the moment.</summary>
    public Cut Cut { get; set; }

    /// <summary>Whether a vault that is not reached does not answer in time, rather than refuse the connection.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether the vault calls every request of DPS a bad one.</summary>
    public bool Rejects { get; set; }

    public static async Task<TruthSystems> StartAsync()
    {
        var dps = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var systems = new TruthSystems
        {
            DpsClock = dps,
            Portal =
                new RunningPortalServices { DpsClock = dps, SystemClock = new ClockOf(dps), DpsRetryDelay = TimeSpan.FromMilliseconds(1),
                    RetryDelay = TimeSpan.FromMilliseconds(1) },
        };
        systems.Portal.KeyVault.SystemClock = systems.VaultClock;
        await systems.Portal.InitializeAsync();
        systems.Portal.Between = (_, send) => systems.PassAsync(Cut.Portal, send);
        systems.Portal.BetweenDps = (_, send) => systems.Rejects ? Task.FromResult(Rejection()) : systems.PassAsync(Cut.Dps, send);
        return systems;
    }

    public int NextSequence() => Interlocked.Increment(ref _sequences);

    /// <summary>Another version each time, of numbers made once.</summary>
    public async Task<string> NewVersionAsync(string vault, string key, object? attributes = null)
    {
        var body = new JsonObject { ["key"] = Material.Value[Interlocked.Increment(ref _versions) % Material.Value.Length].DeepClone() };
        if (attributes is not null)
        {
            body["attributes"] = System.Text.Json.JsonSerializer.SerializeToNode(attributes);
        }

        var answer = await Vault.SendAsync(HttpMethod.Put, $"{RunningVault.VaultAddress(vault)}/keys/{key}", body.ToJsonString());
        return answer.Status == System.Net.HttpStatusCode.OK ? answer.KeyVersion : throw new InvalidOperationException(answer.Text);
    }

    /// <summary>DPS forgets instances, as though they had never been: it has no way to remove one, and what it reports concerns everybody.</summary>
    public void Forget(IEnumerable<string> instances)
    {
        var registry = Portal.Dps.Services.GetRequiredService<InstanceRegistry>();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Portal.DpsDirectory, "dps.db")};Pooling=False;Foreign Keys=False");
        connection.Open();
        foreach (var name in instances)
        {
            if (ByName(registry).TryRemove(name, out var loaded))
            {
                ByScope(registry).TryRemove(loaded.Header.IdScope, out _);
                loaded.Dispose();
            }

            Run(connection, "DELETE FROM Instances WHERE Name = $name", name);
        }

        InOrder(registry) = null;

        foreach (var table in (string[])["WrappedKeys", "Records", "Deks", "SharedAccessPolicies", "LinkedHubs", "Reencryptions"])
        {
            Run(connection, $"DELETE FROM {table} WHERE InstanceId NOT IN (SELECT Id FROM Instances)", null);
        }
    }

    private static void Run(SqliteConnection connection, string sql, string? name)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are those above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$name", name ?? "");
        command.ExecuteNonQuery();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_instances")]
    private static extern ref ConcurrentDictionary<string, LoadedInstance> ByName(InstanceRegistry registry);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_byName")]
    private static extern ref IReadOnlyList<LoadedInstance>? InOrder(InstanceRegistry registry);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scopes")]
    private static extern ref ConcurrentDictionary<string, LoadedInstance> ByScope(InstanceRegistry registry);

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private static HttpResponseMessage Rejection() => new(System.Net.HttpStatusCode.BadRequest)
    {
        Content = new StringContent("""{"error":{"code":"BadParameter","message":"No."}}""", System.Text.Encoding.UTF8, "application/json"),
    };

    private Task<HttpResponseMessage> PassAsync(Cut who, Func<Task<HttpResponseMessage>> send) => Cut.HasFlag(who)
        ? Hangs
            ? throw new TaskCanceledException("Given up.", new TimeoutException())
            : throw new HttpRequestException("Refused.", new SocketException((int)SocketError.ConnectionRefused))
        : send();

    /// <summary>The portal reads the time from the clock of DPS's leases, while its own timers and pauses run by themselves.</summary>
    private sealed class ClockOf(FakeTimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }
}
