using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>
/// Lists, page by page. <c>nextLink</c> is the continuation token, and is followed verbatim: only the vault knows
/// what stands in it. As in the real package the wish for a page size is not passed on.
/// </summary>
internal static class VaultPages
{
    public static Pageable<T> List<T>(
        VaultPipeline pipeline, string path, Func<JsonElement, T> read, Func<VaultScope> start, CancellationToken cancellationToken) =>
        new Pages<T>(link => GetPageAsync(pipeline, path, link, read, start, false, cancellationToken).EnsureCompleted());

    public static AsyncPageable<T> ListAsync<T>(
        VaultPipeline pipeline, string path, Func<JsonElement, T> read, Func<VaultScope> start, CancellationToken cancellationToken) =>
        new PagesAsync<T>((link, token) => GetPageAsync(pipeline, path, link, read, start, true, token), cancellationToken);

    private static async ValueTask<Page<T>> GetPageAsync<T>(
        VaultPipeline pipeline, string path, string link, Func<JsonElement, T> read, Func<VaultScope> start, bool async, CancellationToken cancellationToken)
    {
        using var scope = start();
        try
        {
            var call = new VaultCall<(T[] Items, string Next)>(RequestMethod.Get, path, json => (
                // Vaults write null for an empty page. An answer without a list is none of theirs.
                json.GetProperty("value") is { ValueKind: not JsonValueKind.Null } value ? value.EnumerateArray().Select(read).ToArray() : [],
                json.OptionalUri("nextLink")?.AbsoluteUri));
            var address = link is null ? pipeline.AddressOf(path) : new Uri(link);
            var response = await pipeline.SendAsync(call, address, async, cancellationToken).ConfigureAwait(false);
            return Page<T>.FromValues(response.Value.Items, response.Value.Next, response.GetRawResponse());
        }
        catch (Exception error)
        {
            scope.Failed(error);
            throw;
        }
    }

    private sealed class Pages<T>(Func<string, Page<T>> getPage) : Pageable<T>
    {
        public override IEnumerable<Page<T>> AsPages(string continuationToken = null, int? pageSizeHint = null)
        {
            do
            {
                var page = getPage(continuationToken);
                yield return page;
                continuationToken = page.ContinuationToken;
            }
            while (continuationToken is not null);
        }
    }

    private sealed class PagesAsync<T>(
        Func<string, CancellationToken, ValueTask<Page<T>>> getPage, CancellationToken outer) : AsyncPageable<T>(outer)
    {
        public override IAsyncEnumerable<Page<T>> AsPages(string continuationToken = null, int? pageSizeHint = null) =>
            PagesFrom(continuationToken, CancellationToken);

        private async IAsyncEnumerable<Page<T>> PagesFrom(
            string continuationToken, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            do
            {
                var page = await getPage(continuationToken, cancellationToken).ConfigureAwait(false);
                yield return page;
                continuationToken = page.ContinuationToken;
            }
            while (continuationToken is not null);
        }
    }
}
