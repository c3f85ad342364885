using System.Globalization;
using System.Text;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// Keyset paging: the token names the last entry of the page before, so that entries that come or go between two pages
/// neither repeat nor hide others. nextLink is absolute; clients follow it as it is.
/// </summary>
internal static class Paging
{
    private const int MostResults = 25;

    /// <param name="entries">In the order of their keys.</param>
    public static Answer Page(KeyRequest request, IEnumerable<(string Key, KeyItem Item)> entries, StringComparer order)
    {
        var query = request.Http.Request.Query;
        var size = MostResults;
        if (query.TryGetValue("maxresults", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MostResults))
        {
            return VaultError.BadParameter($"maxresults must be a number from 1 to {MostResults}.");
        }
        if (query.TryGetValue("$skiptoken", out var token))
        {
            if (Decode(token.ToString()) is not { } last)
            {
                return VaultError.BadParameter("$skiptoken is not one that this vault has given out.");
            }
            entries = entries.Where(entry => order.Compare(entry.Key, last) > 0);
        }
        var found = entries.Take(size + 1).ToList();
        var next = found.Count > size ? NextLink(request, found[size - 1].Key, size) : null;
        return Answer.Ok(new KeyPage(found.Take(size).Select(entry => entry.Item).ToList(), next), KeysJson.Default.KeyPage);
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
