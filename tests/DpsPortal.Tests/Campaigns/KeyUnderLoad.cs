using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Changes one key, one change after the other, and knows what the vault last said about it. After a kill at most one change is in
/// doubt: it must have been made or not; if it was answered, it must have been made.
/// </summary>
internal sealed class KeyUnderLoad(VaultProcess vault, string name, string type, int seed)
{
    private static readonly KeyView Absent = new(null, null, null, null);
    private static readonly string[] SomeOperations = ["sign", "verify"];

    private readonly Random _random = new(seed);
    private KeyView _known = Absent;
    private KeyView? _beforeDeletion;
    private (string Blob, KeyView View)? _backup;
    private Change? _doubt;
    private int _number;

    public int Answered { get; private set; }

    public int Applied { get; private set; }

    public int Undone { get; private set; }

    public int Used { get; private set; }

    /// <summary>Until the vault is killed.</summary>
    /// <param name="answered">Released at every answer.</param>
    public async Task LoadAsync(SemaphoreSlim answered)
    {
        try
        {
            while (true)
            {
                var change = Next();
                _doubt = change;
                var (status, text) = await vault.SendAsync(change.Method, change.Path, change.Body);
                _doubt = change with { Answered = true };
                Assert.True(status is 200 or 204, $"{change.Method} {change.Path}: {status} {text}");
                answered.Release();
                Settle(await LookAsync());
                await BackUpAsync();
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            // Killed.
        }
    }

    /// <summary>What the next life says must be what the last one did, and every version must still work.</summary>
    public async Task CheckAsync()
    {
        Settle(await LookAsync());
        foreach (var version in _known.VersionIds)
        {
            await UseAsync(version);
            Used++;
        }
    }

    private void Settle(KeyView seen)
    {
        if (_doubt is not { } change)
        {
            Assert.Equal(_known, seen);
            return;
        }

        var isUndone = seen == _known && !change.Answered;
        Assert.True(isUndone || change.IsMade(_known, seen), $"{change.Method} {change.Path} (answered: {change.Answered})\nbefore: {_known}\nafter: {seen}");
        (Answered, Applied, Undone) = (Answered + (change.Answered ? 1 : 0), Applied + (isUndone || change.Answered ? 0 : 1), Undone + (isUndone ? 1 : 0));
        if (seen.Deleted is not null && _known.Deleted is null)
        {
            _beforeDeletion = _known;
        }

        (_known, _doubt) = (seen, null);
    }

    private Change Next() => _known switch
    {
        { Deleted: not null } => _random.Next(2) == 0
            ? new("POST", $"/deletedkeys/{name}/recover", null, (_, after) => after == _beforeDeletion)
            : new("DELETE", $"/deletedkeys/{name}", null, (_, after) => after == Absent),
        { Key: null } when _backup is { } backup && _random.Next(2) == 0 =>
            new("POST", "/keys/restore", new { value = backup.Blob }, (_, after) => after == backup.View),
        { Key: null } => new("POST", $"/keys/{name}/create", new { kty = type }, (_, after) => after.VersionIds.Count == 1),
        _ => NextOfPresent(++_number),
    };

    private Change NextOfPresent(int number) => _random.Next(5) switch
    {
        0 => new("POST", $"/keys/{name}/rotate", null, (before, after) =>
            before.VersionIds.All(after.VersionIds.Contains) && after.VersionIds.Count == before.VersionIds.Count + 1 && after.Policy == before.Policy),
        1 => new("PATCH", $"/keys/{name}", new { tags = new { number = $"{number}" } }, (before, after) =>
            after.VersionIds.SequenceEqual(before.VersionIds) && after.Key!.Contains($"\"number\":\"{number}\"", StringComparison.Ordinal)),
        2 => new("PUT", $"/keys/{name}/rotationpolicy", new { attributes = new { expiryTime = $"P{30 + number}D" } }, (before, after) =>
            after.Key == before.Key && after.Versions == before.Versions && after.Policy!.Contains($"\"P{30 + number}D\"", StringComparison.Ordinal)),
        3 => new("PATCH", $"/keys/{name}", new { key_ops = SomeOperations, tags = new { number = $"{number}" } }, (before, after) =>
            after.VersionIds.SequenceEqual(before.VersionIds)
                && after.Key!.Contains($"\"number\":\"{number}\"", StringComparison.Ordinal)
                && after.Key.Contains("[\"sign\",\"verify\"]", StringComparison.Ordinal)),
        _ =>
            new(
                "DELETE",
                $"/keys/{name}",
                null,
                (_, after) => after is { Key: null, Deleted: { } deleted } && deleted.Contains("scheduledPurgeDate", StringComparison.Ordinal)),
    };

    private async Task BackUpAsync()
    {
        if (_known.Key is not null && _random.Next(4) == 0)
        {
            var (_, text) = await vault.SendAsync("POST", $"/keys/{name}/backup");
            _backup = ((string)JsonNode.Parse(text)!["value"]!, _known);
        }
    }

    private async Task<KeyView> LookAsync()
    {
        async Task<string?> GetAsync(string path) => await vault.SendAsync("GET", path) is (200, var text) ? text : null;
        if (await GetAsync($"/keys/{name}") is not { } key)
        {
            return Absent with { Deleted = await GetAsync($"/deletedkeys/{name}") };
        }

        var items = new List<string>();
        for (var next = $"/keys/{name}/versions"; next is not null;)
        {
            var page = JsonNode.Parse((await GetAsync(next))!)!;
            items.AddRange(page["value"]!.AsArray().Select(item => item!.ToJsonString()));
            next = (string?)page["nextLink"] is { } link ? new Uri(link).PathAndQuery.Replace("api-version=7.6&", "", StringComparison.Ordinal) : null;
        }

        return new KeyView(key, string.Join('\n', items), await GetAsync($"/keys/{name}/rotationpolicy"), null);
    }

    /// <summary>RSA and EC keys sign; the private key that does must be the one whose public key verifies.</summary>
    private async Task UseAsync(string version)
    {
        var (alg, digest) = (type == "RSA" ? "RS256" : "ES256", new string('A', 43));
        var (status, signed) = await vault.SendAsync("POST", $"/keys/{name}/{version}/sign", new { alg, value = digest });
        Assert.True(status == 200, $"sign with {name}/{version}: {status} {signed}");
        var (_, verified) = await vault.SendAsync(
            "POST", $"/keys/{name}/{version}/verify", new { alg, digest, value = (string)JsonNode.Parse(signed)!["value"]! });
        Assert.Equal("""{"value":true}""", verified);
    }

    /// <param name="IsMade">Whether it leads from the first to the second.</param>
    private sealed record Change(string Method, string Path, object? Body, Func<KeyView, KeyView, bool> IsMade, bool Answered = false);

    /// <summary>All that the vault says about one name; null where it answers 404.</summary>
    private sealed record KeyView(string? Key, string? Versions, string? Policy, string? Deleted)
    {
        public IReadOnlyList<string> VersionIds => Versions is null ? [] : [.. Versions.Split('\n').Select(item => (string)JsonNode.Parse(item)!["kid"]!)
            .Select(id => id[(id.LastIndexOf('/') + 1)..])];
    }
}
