using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Pages of records, found by the beginning of the id, group and status, forwards and backwards, with how many there are.</summary>
[StartsHosts]
public sealed class RecordListingTests : IAsyncLifetime
{
    private const int Count = 1_250;

    private RunningDps _dps = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _dps = await RunningDps.StartedAsync(new FakeVault().Access);
        await _dps.CreatedAsync("contoso");
        await _dps.CreatedAsync("fabrikam");
        await _dps.ImportAsync("contoso", Count);
        await _dps.ImportAsync("fabrikam", 3);
        foreach (var (id, group, status) in new[] { ("pump-1", "line-b", "failed"), ("pump-2", "line-b", "disabled"), (
            "pump-3", "line-b", "assigned"), ("PUMP_4", "line-a", "failed") })
        {
            (await _dps.Enrollments.PutRegistrationAsync(
                RunningDps.Tester, "contoso", new RegistrationRecord { RegistrationId = id, EnrollmentGroupId = group, Status = status }, None)).Value();
        }
    }

    public ValueTask DisposeAsync() => _dps.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_record_is_on_one_page_in_order_and_the_way_back_shows_the_same_pages(bool descending)
    {
        var query = new RecordQuery(RecordKind.RegistrationRecord, Descending: descending, PageSize: 200);
        var pages = new List<RecordPage>();
        string? after = null;
        do
        {
            pages.Add(await ListAsync(query with { After = after }));
            after = pages[^1].HasNext ? pages[^1].Records[^1].Id : null;
        }
        while (after is not null);

        var ids = pages.SelectMany(page => page.Records).Select(record => record.Id).ToList();
        Assert.Equal(Count + 4, ids.Count);
        Assert.Equal(descending ? ids.OrderDescending(StringComparer.Ordinal) : ids.Order(StringComparer.Ordinal), ids);
        Assert.All(pages, page => Assert.Equal((Count + 4, false), (page.Total, page.HasMore)));
        Assert.False(pages[0].HasPrevious);
        for (var number = pages.Count - 1; number > 0; number--)
        {
            Assert.True(pages[number].HasPrevious);
            var back = await ListAsync(query with { Before = pages[number].Records[0].Id });
            Assert.Equal(pages[number - 1].Records, back.Records);
            Assert.Equal((number > 1, true), (back.HasPrevious, back.HasNext));
        }
    }

    [Theory]
    [InlineData("pump", null, null, "pump-1 pump-2 pump-3 pump_4")]
    [InlineData(" PUMP-", null, null, "pump-1 pump-2 pump-3")]
    [InlineData("ump", null, null, "")]
    [InlineData("%", null, null, "")]
    [InlineData(null, "LINE-B", null, "pump-1 pump-2 pump-3")]
    [InlineData(null, null, "failed", "pump-1 pump_4")]
    [InlineData("pump", "line-a", "failed", "pump_4")]
    [InlineData("pump", null, "assigned", "pump-3")]
    [InlineData(null, null, "'; --", "")]
    public async Task What_is_found_begins_so_and_has_the_group_and_the_status(string? beginning, string? group, string? status, string expected)
    {
        var page = await ListAsync(new RecordQuery(RecordKind.RegistrationRecord, group, beginning, status));

        var ids = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ids, page.Records.Select(record => record.Id));
        Assert.Equal((ids.Length, false, false, false), (page.Total, page.HasMore, page.HasPrevious, page.HasNext));
    }

    [Fact]
    public async Task What_is_narrowed_down_is_counted_to_a_thousand_and_no_further()
    {
        var page = await ListAsync(new RecordQuery(RecordKind.RegistrationRecord, Beginning: "dev"));

        Assert.Equal((RecordPage.MostCounted, true, true), (page.Total, page.HasMore, page.HasNext));
    }

    [Theory]
    [InlineData("Status = 'failed' AND Status NOT IN ('assigned', 'enabled')", "UnusualStatus")]
    [InlineData("Id >= 'pump' AND Id < 'pumq'", "sqlite_autoindex_Records_1")]
    public void A_page_is_found_in_an_index_and_reads_no_other_record(string narrowed, string index)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN SELECT Id FROM Records WHERE InstanceId = 1 AND Kind = 3 AND {narrowed} ORDER BY Id LIMIT 20";
        using var plan = command.ExecuteReader();
        Assert.True(plan.Read());
        var step = plan.GetString(3);

        Assert.Contains($"INDEX {index} ", step, StringComparison.Ordinal);
        Assert.False(plan.Read(), "It sorts.");
    }

    private Task<RecordPage> ListAsync(RecordQuery query) => _dps.Enrollments.ListAsync(RunningDps.Tester, "contoso", query, None);
}
