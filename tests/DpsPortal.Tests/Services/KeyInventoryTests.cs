using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>A page of keys finds its keys in what vaults listed before, and asks them for no more than it shows.</summary>
[StartsHosts]
public sealed class KeyInventoryTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_page_asks_the_vault_for_its_own_keys_alone_and_a_key_made_here_is_on_it_at_once()
    {
        var made = new List<KeyIdentifier> { await portal.NewKeyAsync(), await portal.NewKeyAsync(), await portal.NewKeyAsync() };
        var first = await PageAsync(new KeyQuery(Count: 2));
        made.Add(await portal.NewKeyAsync());
        var asked = new List<string>();
        portal.Between = (request, send) =>
        {
            lock (asked)
            {
                asked.Add(request.RequestUri!.AbsolutePath);
            }

            return send();
        };

        var next = await PageAsync(new KeyQuery(Count: 2, After: first.Last));
        portal.Between = null;

        Assert.Equal((false, true), (first.HasPrevious, first.HasNext));
        Assert.Equal((first.Total + 1, first.ListedAt), (next.Total, next.ListedAt));
        Assert.Equal(2, next.List.Keys.Count);
        var names = asked.Where(path => path.StartsWith("/keys", StringComparison.Ordinal)).Select(path => path.Split('/').ElementAtOrDefault(2)).Distinct();
        Assert.Equal(next.List.Keys.Select(key => key.Key.Name).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal(first.List.Keys.Select(key => key.Key), (await PageAsync(new KeyQuery(Count: 2, Before: next.First))).List.Keys.Select(key => key.Key));
        Assert.Equal(
            [made[3]], (await PageAsync(new KeyQuery($"{RunningPortalServices.Vault}/{made[3].Name.ToUpperInvariant()}"))).List.Keys.Select(key => key.Key));
    }

    [Fact]
    public async Task A_key_that_was_made_elsewhere_and_is_in_use_is_shown_and_not_called_absent()
    {
        var before = await PageAsync(new KeyQuery());
        var key = KeyIdentifier.Create(before.List.Keys.Count > 0 ? before.List.Keys[0].Key.Vault : (await portal.NewKeyAsync()).Vault, "made-elsewhere");
        await portal.Get<VaultKeys>().CreateAsync(key.Vault, new("made-elsewhere") { KeySize = 2048 }, None);
        await portal.NewInstanceAsync("uses-it", key);

        var page = await PageAsync(new KeyQuery("made-elsewhere"));

        Assert.Empty(page.List.Absent);
        Assert.Equal("uses-it", Assert.Single(Assert.Single(page.List.Keys).Dependents).Instance);
    }

    [Fact]
    public async Task A_vault_that_falls_silent_is_said_to_be_and_its_keys_are_not_none()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("still-uses", key);
        await PageAsync(new KeyQuery(key.Name, Anew: true));
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.StartsWith("/keys", StringComparison.Ordinal)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
            : send();

        var page = await PageAsync(new KeyQuery(key.Name));
        var anew = await PageAsync(new KeyQuery(key.Name, Anew: true));
        portal.Between = null;

        Assert.Equal(key, Assert.Single(page.List.Absent).Key);
        Assert.False(page.List.IsWhole);
        Assert.Equal(key, Assert.Single(anew.List.Absent).Key);
        Assert.NotEmpty(anew.List.Unread);
    }

    [Fact]
    public async Task A_key_in_use_of_a_vault_that_was_deleted_since_the_names_were_listed_stays_on_the_page()
    {
        await using var own = new RunningPortalServices();
        await own.InitializeAsync();
        var key = await own.NewKeyAsync();
        await own.NewInstanceAsync("keeps-its-key", key);
        var before = await own.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(), None);
        await own.KeyVault.SendAsync(HttpMethod.Delete, own.KeyVault.VaultResourceId(RunningPortalServices.Vault));

        var page = await own.Keys.ListPageAsync(Staff.Auditor, new KeyQuery(), None);

        Assert.Equal(before.ListedAt, page.ListedAt);
        Assert.Equal(key, Assert.Single(before.List.Keys).Key);
        Assert.Equal((key, "keeps-its-key"), Assert.Single(page.List.Absent) is { } absent ? (absent.Key, Assert.Single(absent.Dependents).Instance) : default);
    }

    [Fact]
    public async Task Those_that_are_watched_are_in_use_or_end_soon_and_no_other_is_asked_for()
    {
        var (used, other) = (await portal.NewKeyAsync(), await portal.NewKeyAsync());
        await portal.NewInstanceAsync("watched", used);
        await PageAsync(new KeyQuery(Anew: true));
        var ends = portal.Clock.GetUtcNow().AddDays(20);
        var ending = (await portal.Keys.CreateAsync(Staff.Custodian, new NewKey(RunningPortalServices.Vault, "ends-soon", 2048, null, ends), None)).Value();
        var asked = new List<string>();
        portal.Between = (request, send) =>
        {
            lock (asked)
            {
                asked.Add(request.RequestUri!.AbsolutePath);
            }

            return send();
        };

        var watched = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
        portal.Between = null;

        Assert.Contains(watched.Keys, key => key.Key == used);
        Assert.Contains(watched.Keys, key => key.Key == ending && key.Current.ExpiresOn == ends);
        Assert.DoesNotContain(watched.Keys, key => key.Key == other);
        Assert.DoesNotContain(asked, path => path.Contains(other.Name, StringComparison.Ordinal));
        Assert.Equal((await PageAsync(new KeyQuery())).Total, watched.All);
        Assert.DoesNotContain((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(10), None)).Keys, key => key.Key == ending);
    }

    private Task<ListedKeys> PageAsync(KeyQuery query) => portal.Keys.ListPageAsync(Staff.Auditor, query, None);
}
