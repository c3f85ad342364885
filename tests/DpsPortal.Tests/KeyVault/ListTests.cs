using System.Collections;
using System.Net;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Keys;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Pages of keys, versions and deleted keys; and what a page costs.</summary>
[StartsHosts]
public sealed class ListTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void A_page_looks_at_its_own_entries_and_a_logarithm_of_all(int count)
    {
        var keys = new CountingList(count);
        var after = CountingList.At(count / 2);

        var (items, last) = Paging.Slice(keys, StringComparer.OrdinalIgnoreCase, after, 25, name => name);

        Assert.Equal(CountingList.At(count / 2 + 1), items[0]);
        Assert.Equal((25, CountingList.At(count / 2 + 25)), (items.Count, last));
        Assert.InRange(keys.Looks, 26, 26 + Math.Ceiling(Math.Log2(count + 1)));
    }

    [Fact]
    public void A_page_leaves_out_what_is_not_shown_and_the_last_one_says_that_it_is()
    {
        var keys = new CountingList(10);
        string? Odd(string name) => (name[^1] - '0') % 2 == 1 ? name : null;

        var (first, next) = Paging.Slice(keys, StringComparer.OrdinalIgnoreCase, null, 3, Odd);
        var (second, none) = Paging.Slice(keys, StringComparer.OrdinalIgnoreCase, next, 3, Odd);
        var (exact, end) = Paging.Slice(keys, StringComparer.OrdinalIgnoreCase, null, 5, Odd);

        Assert.Equal(["1", "3", "5", "7", "9"], first.Concat(second).Select(name => name[^1..]));
        Assert.Equal((CountingList.At(5), null, null), (next, none, end));
        Assert.Equal(5, exact.Count);
        Assert.Empty(Paging.Slice(keys, StringComparer.OrdinalIgnoreCase, "zzz", 5, Odd).Items);
    }

    [Fact]
    public void Names_in_memory_are_kept_in_order_through_every_change()
    {
        var index = new KeyIndex();
        StoredKey Key(string name, Deletion? deletion = null) => new(1, "KV-a", name, KeyRows.NoVersions, "", null, deletion);
        index.Load([Key("b"), Key("D"), Key("c", Deletion.At(RunningVault.Start, 7))]);

        index.Put(Key("a"));
        index.Put(Key("b"));
        index.Put(Key("D", Deletion.At(RunningVault.Start, 7)));
        index.Remove(Key("c"));

        Assert.Equal(["a", "b"], index.NamesIn("kv-A"));
        Assert.Equal(["D"], index.DeletedNamesIn("kv-a"));
        Assert.Null(index.Find("kv-a", "c"));
        Assert.NotNull(index.Find("kv-a", "d"));
        Assert.Empty(index.NamesIn("kv-b"));
    }

    [Fact]
    public async Task Deleted_keys_are_paged_by_name_with_an_absolute_next_link_and_null_at_the_end()
    {
        foreach (var name in new[] { "page-c", "page-a", "page-b" })
        {
            await vault.CreateKeyAsync(name);
            await vault.SendAsync(HttpMethod.Delete, $"/keys/{name}");
        }

        var names = new List<string>();
        var pages = 0;
        for (string? next = "/deletedkeys?maxresults=1"; next is not null; pages++)
        {
            var page = await vault.GetAsync(next);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            names.Add((string)Assert.Single(page.Json["value"]!.AsArray())!["kid"]!);
            next = (string?)page.Json["nextLink"];
            Assert.True(
                next is null
                    || next.StartsWith($"{RunningVault.VaultAddress("kv-contoso-prod")}/deletedkeys?api-version=7.6&$skiptoken=", StringComparison.Ordinal),
                next);
        }

        Assert.Equal(3, pages);
        Assert.Equal(["page-a", "page-b", "page-c"], names.Select(id => id[(id.LastIndexOf('/') + 1)..]));
        Assert.Equal(HttpStatusCode.BadRequest, (await vault.GetAsync("/deletedkeys?maxresults=26")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await vault.GetAsync("/deletedkeys?$skiptoken=%21")).Status);
    }

    /// <summary>Names in order, and how often one was looked at.</summary>
    private sealed class CountingList(int count) : IReadOnlyList<string>
    {
        public int Looks { get; private set; }

        public int Count => count;

        public string this[int index]
        {
            get
            {
                Looks++;
                return At(index);
            }
        }

        public static string At(int index) => $"key-{index:D8}";

        public IEnumerator<string> GetEnumerator() => throw new InvalidOperationException("A page must not walk through everything.");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
