using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.Services;

/// <summary>Logs in pages: both ways, narrowed down, with how many there are.</summary>
public sealed class ListTests : IDisposable
{
    private const int Entries = 1_205;
    private const string Kek = "https://kv-contoso-prod.vault.localhost/keys/kek-dps-prod";

    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly PortalDatabase _database;
    private readonly PortalChanges _changes = new(TimeProvider.System, NullLogger<PortalChanges>.Instance);

    public ListTests() => _database = new PortalDatabase(new PortalServicesOptions { DataDirectory = Path.Combine(_folder.Path, "portal") });

    private static CancellationToken None => CancellationToken.None;

    public void Dispose()
    {
        _database.Dispose();
        _changes.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_entry_is_on_one_page_of_the_activity_log_and_the_way_back_shows_the_same_pages()
    {
        var log = await FilledAsync();
        var pages = new List<LogPage<ActivityEntry>>();
        long? before = null;
        do
        {
            pages.Add(await log.FindAsync(Staff.Auditor, new ActivityFilter(), before, null, 200, None));
            before = pages[^1].HasOlder ? pages[^1].Items[^1].Sequence : null;
        }
        while (before is not null);

        Assert.Equal(Enumerable.Range(1, Entries).Reverse(), pages.SelectMany(page => page.Items).Select(entry => (int)entry.Sequence));
        Assert.All(pages, page => Assert.Equal((LogPage.MostCounted, true), (page.Total, page.HasMore)));
        Assert.False(pages[0].HasNewer);
        for (var number = pages.Count - 1; number > 0; number--)
        {
            var back = await log.FindAsync(Staff.Auditor, new ActivityFilter(), null, pages[number].Items[0].Sequence, 200, None);
            Assert.Equal(pages[number - 1].Items.Select(entry => entry.Sequence), back.Items.Select(entry => entry.Sequence));
            Assert.Equal((number > 1, true, true), (back.HasNewer, back.HasOlder, pages[number].HasNewer));
        }
    }

    [Theory]
    [InlineData("kv-contoso-prod/KEK-dps", null, 1)]
    [InlineData("prod kek", null, 1)]
    [InlineData("100%", null, 1)]
    [InlineData("100_", null, 0)]
    [InlineData("approver", null, 1)]
    [InlineData("instance", ActivityResult.Succeeded, 1_000)]
    [InlineData(null, ActivityResult.Refused, 1)]
    [InlineData("nothing of it", null, 0)]
    public async Task A_search_finds_parts_of_subjects_details_and_people_as_the_portal_writes_them(string? search, ActivityResult? result, int expected)
    {
        var log = await FilledAsync();

        var page = await log.FindAsync(Staff.Auditor, new ActivityFilter(Search: search, Result: result), null, null, 50, None);

        Assert.Equal((expected, Math.Min(50, expected), expected == 1_000), ((int)page.Total, page.Items.Count, page.HasMore));
    }

    [Fact]
    public void Instances_come_in_pages_by_name_both_ways_and_narrowed_down()
    {
        ProvisioningInstance[] all = [.. Enumerable.Range(1, 1_000).Select(number => Instance($"dps-{number:0000}", number % 100 == 0 ? "eastus" : "westus"))];
        var first = PagedInstances.Of(all, new InstanceQuery(Count: 100));
        var second = PagedInstances.Of(all, new InstanceQuery(After: "DPS-0100", Count: 100));
        var back = PagedInstances.Of(all, new InstanceQuery(Before: "dps-0101", Count: 100));
        var fromEnd = PagedInstances.Of(all, new InstanceQuery(Descending: true, Count: 3));
        var found = PagedInstances.Of(all, new InstanceQuery(" EAST"));

        Assert.Equal((false, true, 1_000), (first.HasPrevious, first.HasNext, first.Total));
        Assert.Equal(("dps-0101", "dps-0200", true), (second.Page[0].Name, second.Page[^1].Name, second.HasPrevious));
        Assert.Equal(first.Page, back.Page);
        Assert.Equal((false, true), (back.HasPrevious, back.HasNext));
        Assert.Equal(["dps-1000", "dps-0999", "dps-0998"], fromEnd.Page.Select(instance => instance.Name));
        Assert.Equal(("dps-0997 dps-0996", true), Named(PagedInstances.Of(all, new InstanceQuery(Descending: true, After: "DPS-0998", Count: 2))));
        Assert.Equal(("dps-1000 dps-0999", false), Named(PagedInstances.Of(all, new InstanceQuery(Descending: true, Before: "dps-0998", Count: 2))));
        Assert.Equal(("dps-0200 dps-0300", true), Named(PagedInstances.Of(all, new InstanceQuery("east", After: "dps-0150", Count: 2))));
        Assert.Equal((10, false), (found.Total, found.HasNext));
        Assert.Equal(10, PagedInstances.Of(all, new InstanceQuery("Virginia") { Locations = ["EastUS"] }).Total);
        Assert.Equal(["dps-0001", "dps-0002"], PagedInstances.Of(all, new InstanceQuery(Before: "dps-0003")).Page.Select(instance => instance.Name));
        Assert.Empty(PagedInstances.Of(all, new InstanceQuery(Access: KeyAccess.Revoked)).Page);
        Assert.Empty(PagedInstances.Of(all, new InstanceQuery(Before: "a")).Page);
    }

    [Fact]
    public void Keys_come_in_pages_by_vault_and_name_both_ways_and_are_found_as_people_write_them()
    {
        KeyName[] all = [
            .. Enumerable.Range(1, 500)
                .SelectMany(number => new[] { new KeyName("kv-b", $"key-{number:000}"), new KeyName("kv-a", $"Key-{number:000}") })
                .Order(KeyPages.ByName),
        ];
        var first = KeyPages.Of(all, new KeyQuery());
        var second = KeyPages.Of(all, new KeyQuery(After: first.Page[^1].ToString()));
        var across = KeyPages.Of(all, new KeyQuery(After: "KV-A/key-499", Count: 2));

        Assert.Equal(("kv-a/Key-001", 25, false, true, 1_000), (first.Page[0].ToString(), first.Page.Count, first.HasPrevious, first.HasNext, first.Total));
        Assert.Equal("kv-a/Key-026", second.Page[0].ToString());
        Assert.Equal(first.Page, KeyPages.Of(all, new KeyQuery(Before: second.Page[0].ToString())).Page);
        Assert.Equal(["kv-a/Key-500", "kv-b/key-001"], across.Page.Select(key => key.ToString()));
        Assert.Equal(["kv-b/key-007"], KeyPages.Of(all, new KeyQuery(" B/KEY-007")).Page.Select(key => key.ToString()));
        Assert.Empty(KeyPages.Of(all, new KeyQuery(After: "kv-z")).Page);
        Assert.Empty(KeyPages.Of(all, new KeyQuery(Before: "")).Page);
    }

    private static (string Names, bool HasPrevious) Named((IReadOnlyList<ProvisioningInstance> Page, bool HasPrevious, bool HasNext, int Total) found) =>
        (string.Join(' ', found.Page.Select(instance => instance.Name)), found.HasPrevious);

    private static ProvisioningInstance Instance(string name, string location) =>
        new(name, "rg-contoso", location, $"0ne{name}", At, new InstanceEncryption.MicrosoftManaged(), new RecordCounts(0, 0, 0));

    private async Task<ActivityLog> FilledAsync()
    {
        var log = new ActivityLog(_database, new DomainClock(TimeProvider.System), _changes);
        await using var context = await _database.OpenAsync(None);
        for (var number = 4; number <= Entries; number++)
        {
            log.Add(context, new NewActivity(ActivityCodes.InstanceCreation, $"instance-{number}", ActivityResult.Succeeded, Staff.Operator));
        }

        log.Add(context, new NewActivity(ActivityCodes.KeyCreation, Kek, ActivityResult.Succeeded, Staff.Custodian));
        log.Add(context, new NewActivity(ActivityCodes.KeyCreation, "100% of it", ActivityResult.Succeeded, Staff.Custodian));
        log.Add(
            context, new NewActivity(ActivityCodes.EnrollmentDeleted, "other", ActivityResult.Refused, Staff.Approver, ["RegistrationRecord", "meter-4711"]));
        await context.SaveChangesAsync(None);
        return log;
    }
}
