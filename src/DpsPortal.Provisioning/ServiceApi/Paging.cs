using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>A page of a query: x-ms-max-item-count and x-ms-continuation in, the same two and x-ms-item-type out.</summary>
internal readonly record struct Paging(string After, int Count)
{
    private const int Usual = 100;
    private const int Most = 1000;
    private const int MostNamed = 20;

    public static (Paging Paging, DpsError? Fault) Read(HttpRequest request)
    {
        var asked = request.Headers["x-ms-max-item-count"].ToString();
        if (asked.Length > 0 && (!asked.All(char.IsAsciiDigit) || asked.All(digit => digit == '0')))
        {
            return (
                default,
                DpsError.BadRequest($"The header x-ms-max-item-count must be a number from 1 on. A page has {Most} items at most, whatever is asked for."));
        }

        var count = asked.Length == 0
            ? Usual
            : int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, Most)
            : Most;

        return Decode(request.Headers["x-ms-continuation"].ToString()) is { } after
            ? (new Paging(after, count), null)
            : (default, DpsError.BadRequest("The header x-ms-continuation is none that a page of this query gave. Begin again without it."));
    }

    /// <summary>
    /// DPS does not look at a query's text: whatever it says, and whatever its conditions, all of the kind that the address names are
    /// returned.
    /// </summary>
    public static DpsError? QueryFault(JsonObject content, OperationTrail trail)
    {
        if (content["query"] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return DpsError.BadRequest("The body must have a query, which is a text such as '*'. What it says is not looked at: all are returned.");
        }

        if (text.Contains("where", StringComparison.OrdinalIgnoreCase))
        {
            trail.Description = "The query's condition was not looked at, as in Azure: all are returned.";
        }

        return null;
    }

    /// <param name="corrupt">
    /// Ids that are left out of the page. An item without its attestation makes Microsoft's clients reject the whole page, so that a header
    /// and the operations log name them.
    /// </param>
    public Answer Answer(string itemType, JsonArray items, IReadOnlyList<string> corrupt, OperationTrail trail, string? last)
    {
        List<(string, string)> headers = [("x-ms-item-type", itemType), ("x-ms-max-item-count", Count.ToString(CultureInfo.InvariantCulture))];
        if (corrupt.Count > 0)
        {
            var names = string.Join(' ', corrupt.Take(MostNamed));
            headers.Add(("x-dps-corrupt-records", string.Create(CultureInfo.InvariantCulture, $"{corrupt.Count} {names}")));
            trail.Description = string.Create(
                CultureInfo.InvariantCulture, $"{corrupt.Count} records of this page are corrupt and were left out: {names}. Restore them from a " +
                    $"backup, or delete them and create them anew.");
        }

        if (last is not null)
        {
            headers.Add(("x-ms-continuation", Convert.ToBase64String(Encoding.ASCII.GetBytes(last))));
        }

        return Http.Answer.Ok(items) with { Headers = headers };
    }

    private static string? Decode(string continuation)
    {
        Span<byte> id = stackalloc byte[RecordId.Longest];
        return continuation.Length == 0 ? ""
            : continuation.Length <= 180 && Convert.TryFromBase64String(continuation, id, out var length) && Ascii.IsValid(id[..length])
                ? Encoding.ASCII.GetString(id[..length])
                : null;
    }
}
