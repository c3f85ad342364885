using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Lists: <c>nextLink</c> belongs to the vault and is followed as it is.</summary>
public sealed class PagingTests
{
    private const string Next = ":8443/keys/kek/versions?api-version=7.6&$skiptoken=eyJhIjoxfQ%3d%3d&maxresults=1";

    [Theory, InlineData(true), InlineData(false)]
    public async Task Next_link_is_followed_verbatim_to_the_last_page(bool async)
    {
        var vault = new RecordingVault(
            request => Answer(200, Page(Item(request, "a"), $"\"https://{new Uri(request.Address).Host}{Next}\"")),
            request => Answer(200, Page(Item(request, "b"), "null")));
        var client = vault.CreateClient();

        var versions = async
            ? await client.GetPropertiesOfKeyVersionsAsync("kek").Select(item => item.Version).ToListAsync()
            : client.GetPropertiesOfKeyVersions("kek").Select(item => item.Version).ToList();

        Assert.Equal(["a", "b"], versions);
        Assert.Equal(
            ["/keys/kek/versions?api-version=7.6", Next[5..]],
            vault.Authorized.Select(request => request.PathAndQuery));
    }

    [Fact]
    public async Task Keys_are_listed_without_versions()
    {
        var vault = new RecordingVault(
            Json("""{"value":[{"kid":"https://v.vault.localhost/keys/kek","attributes":{"enabled":true},"tags":{"a":"b"}}],"nextLink":null}"""));

        var key = Assert.Single(await vault.CreateClient().GetPropertiesOfKeysAsync().ToListAsync());

        Assert.Equal("/keys/?api-version=7.6", Assert.Single(vault.Authorized).PathAndQuery);
        Assert.Equal(("kek", null, true), (key.Name, key.Version, key.Enabled));
    }

    [Fact]
    public async Task Unknown_key_has_no_versions()
    {
        var vault = new RecordingVault(Json("""{"value":[],"nextLink":null}"""));

        Assert.Empty(await vault.CreateClient().GetPropertiesOfKeyVersionsAsync("none").ToListAsync());
    }

    [Fact]
    public async Task Listing_goes_on_from_a_continuation_token()
    {
        var vault = new RecordingVault(request => Answer(200, Page(Item(request, "b"), "null")));
        var link = $"https://{vault.Address.Host}{Next}";

        var page = Assert.Single(await vault.CreateClient().GetPropertiesOfKeyVersionsAsync("kek").AsPages(link).ToListAsync());

        Assert.Null(page.ContinuationToken);
        Assert.Equal(Next[5..], Assert.Single(vault.Authorized).PathAndQuery);
    }

    private static string Item(RecordedRequest request, string version) =>
        Wire.Quoted($$"""{'kid':'{{new Uri(request.Address).GetLeftPart(UriPartial.Authority)}}/keys/kek/{{version}}','attributes':{'enabled':true} }""");

    private static string Page(string items, string next) => $$"""{"value":[{{items}}],"nextLink":{{next}}}""";
}
