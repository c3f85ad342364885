using System.Globalization;
using System.Text;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Keys;
using Microsoft.AspNetCore.WebUtilities;

namespace DpsPortal.KeyVault.KeyRequests;

/// <summary>
/// Keyset paging: the token names the last entry of the page before, so that entries that come or go between two pages
/// neither repeat nor hide others. nextLink is absolute; clients follow it as it is.
/// </summary>
internal static class Paging
{
    private const int MostResults = 25;

    /// <param name="keys">What the list has, in the order of <paramref name="order"/>.</param>
    /// <param name="item">Shows one; null leaves it out.</param>
    public static Answer Page(KeyRequest request, IReadOnlyList<string> keys, StringComparer order, Func<string, KeyItem?> item)
    {
        var query = request.Http.Request.Query;
        var size = MostResults;
        if (query.TryGetValue("maxresults", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MostResults))
        {
            return VaultError.BadParameter($"maxresults must be a number from 1 to {MostResults}.");
        }

        string? after = null;
        if (query.TryGetValue("$skiptoken", out var token) && (after = Decode(token.ToString())) is null)
        {
            return VaultError.BadParameter("$skiptoken is not one that this vault has given out.");
        }

        var (items, last) = Slice(keys, order, after, size, item);
        return Answer.Ok(new KeyPage(items, last is null ? null : NextLink(request, last, size)), KeysJson.Default.KeyPage);
    }

    /// <summary>One page. Looks at as many keys as it shows and, to find the first one, at a logarithm of all.</summary>
    /// <returns>The page, and its last key if another page follows.</returns>
    internal static (IReadOnlyList<T> Items, string? Last) Slice<T>(
        IReadOnlyList<string> keys, StringComparer order, string? after, int size, Func<string, T?> item)
        where T : class
    {
        var items = new List<T>(size);
        string? last = null;
        for (var index = after is null ? 0 : FirstAfter(keys, order, after); index < keys.Count; index++)
        {
            var key = keys[index];
            if (item(key) is not { } shown)
            {
                continue;
            }

            if (items.Count == size)
            {
                return (items, last);
            }

            items.Add(shown);
            last = key;
        }

        return (items, null);
    }

    private static int FirstAfter(IReadOnlyList<string> keys, StringComparer order, string after)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = order.Compare(keys[middle], after) > 0 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static string NextLink(KeyRequest request, string last, int size) =>
        $"{request.BaseAddress}{request.Http.Request.Path.ToUriComponent().TrimEnd('/')}?api-version={request.ApiVersion.Text}" +
        $"&$skiptoken={WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(last))}&maxresults={size}";

    private static string? Decode(string token)
    {
        try
        {
            var last = Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(token));
            return KeyName.IsValid(last) ? last : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
