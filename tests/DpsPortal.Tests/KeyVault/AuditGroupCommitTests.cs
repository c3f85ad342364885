using System.Globalization;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What requests rely on when they share commits.</summary>
[StartsHosts]
public sealed class AuditGroupCommitTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task An_event_is_on_the_disk_when_its_request_goes_on_however_many_go_on_at_once()
    {
        var log = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(request => Task.Run(async () =>
        {
            for (var count = 0; count < 25; count++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"event-{request}-{count}");
                using var place = log.TakePlace();
                await place.AppendAsync(Event(id)).WaitAsync(Patience);
                Assert.Equal(1, Written(id));
            }
        })));
    }

    [Fact]
    public async Task A_request_that_takes_long_does_not_hold_up_the_others()
    {
        var log = await StartAsync();
        using var slow = log.TakePlace();
        for (var count = 0; count < 3; count++)
        {
            using var quick = log.TakePlace();
            await quick.AppendAsync(Event("quick")).WaitAsync(Patience);
        }

        await slow.AppendAsync(Event("slow")).WaitAsync(Patience);

        Assert.Equal((3, 1), (Written("quick"), Written("slow")));
    }

    [Fact]
    public async Task A_commit_that_fails_fails_every_request_that_waits_for_it_and_none_after()
    {
        var log = await StartAsync();
        _vault.Execute("CREATE TRIGGER Full BEFORE INSERT ON AuditEvents WHEN NEW.Id = 'bad' BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        var (first, second) = (log.TakePlace(), log.TakePlace());
        var waiting = first.AppendAsync(Event("good"));
        var bad = second.AppendAsync(Event("bad"));

        await Assert.ThrowsAnyAsync<Exception>(() => bad.WaitAsync(Patience));
        // They share a commit, unless the first one's patience ended between the two lines.
        var shared = await Record.ExceptionAsync(() => waiting.WaitAsync(Patience));
        Assert.Equal(shared is null ? 1 : 0, Written("good"));

        using var after = log.TakePlace();
        await after.AppendAsync(Event("after")).WaitAsync(Patience);
        Assert.Equal((0, 1), (Written("bad"), Written("after")));
    }

    [Fact]
    public async Task What_waits_when_the_log_closes_is_written_first_whoever_was_to_write_it()
    {
        await StartAsync();
        var database = _vault.Vault.Services.GetRequiredService<VaultDatabase>();
        var log = new AuditLog(database);
        var turn = await database.TakeTurnAsync();
        var waiting = log.TakePlace().AppendAsync(Event("last"));

        var closing = Task.Run(log.Dispose);
        turn.Dispose();

        await closing.WaitAsync(Patience);
        await waiting.WaitAsync(Patience);
        Assert.Equal(1, Written("last"));
    }

    private async Task<AuditLog> StartAsync()
    {
        await _vault.StartAsync();
        return _vault.Vault.Services.GetRequiredService<AuditLog>();
    }

    private long Written(string id)
    {
        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM AuditEvents WHERE Id = '{id}'";
        return (long)command.ExecuteScalar()!;
    }

    private static AuditEventRow Event(string id) => new()
    {
        Time = DateTime.UtcNow.Ticks,
        OperationName = "KeyGet",
        ResultType = "Success",
        ResultSignature = "OK",
        CorrelationId = "",
        CallerIpAddress = "",
        RequestUri = "",
        Id = id,
        HttpStatusCode = 200,
        DurationMs = 0,
    };
}
